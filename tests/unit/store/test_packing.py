"""Texts that lie compressed in the table."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from herald.store import packing

TEXTS = st.text(st.characters(codec="utf-8"))


@given(TEXTS, TEXTS)
def test_a_text_comes_back_beside_what_it_was_packed_beside(text: str, beside: str) -> None:
    assert packing.unpacked(packing.packed(text, beside.encode()), beside.encode()) == text


@given(TEXTS)
def test_a_text_comes_back_whether_it_was_compressed_or_not(text: str) -> None:
    assert packing.text_of(text) == text
    assert packing.text_of(packing.packed(text)) == text
    assert (
        packing.text_of(zlib.compress(text.encode())) == text
    )  # as a response is, in a larger window


def test_what_a_text_repeats_takes_next_to_no_room() -> None:
    text = "".join(map(chr, range(0x100, 0x300)))

    assert len(packing.packed(text, text.encode())) < len(packing.packed(text)) / 10

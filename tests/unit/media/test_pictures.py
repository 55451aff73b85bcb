"""Pictures, of which nothing private stays."""

import io
import re

import pytest
from PIL import Image

from herald.media.normalize import DECODERS, normalize
from tests.unit.media.test_verdicts import CASES, READY


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if case.verdict == READY and case.declared in DECODERS],
)
def test_a_picture_that_is_ready_says_nothing_private(name: str) -> None:
    made = normalize(CASES[name].content, CASES[name].declared)

    assert not re.search(rb"SECRET|Exif|http://ns.adobe.com", made.data + made.thumbnail)
    assert Image.open(io.BytesIO(made.data)).getexif() == {}


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if case.verdict == READY and case.declared in DECODERS],
)
def test_what_was_made_stays_as_it_is_when_it_comes_again(name: str) -> None:
    made = normalize(CASES[name].content, CASES[name].declared)

    again = normalize(made.data, made.file.content_type)

    assert (again.data, again.file) == (made.data, made.file)

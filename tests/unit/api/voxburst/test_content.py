"""The content of a post on the wire."""

from typing import Any

import pytest
from pydantic import ValidationError

from herald.api.voxburst.content import (
    MAX_METADATA,
    MediaUse,
    Override,
    ThreadPost,
    overridden,
    thread_parts,
    within_limit,
)
from herald.domain.accounts import Platform
from herald.domain.content import MediaRef, Part
from herald.domain.content import Override as ContentOverride
from herald.domain.errors import UnprocessableError

FILE = f"media_{1:0>24}"


@pytest.mark.parametrize(
    ("entry", "use"),
    [
        (FILE, MediaRef(media_id=FILE)),
        ({"id": FILE}, MediaRef(media_id=FILE)),
        ({"mediaId": FILE, "altText": " Our shop. "}, MediaRef(media_id=FILE, alt="Our shop.")),
        ({"id": FILE, "altText": "  "}, MediaRef(media_id=FILE)),
    ],
)
def test_a_file_is_named_alone_or_with_what_it_shows(entry: object, use: MediaRef) -> None:
    said = ThreadPost.model_validate({"content": "", "mediaIds": [entry]})

    assert thread_parts([said]) == (Part(text="", media=(use,)),)


def test_a_part_needs_words_or_files() -> None:
    with pytest.raises(ValidationError, match="must not be empty"):
        ThreadPost.model_validate({"content": "", "mediaIds": []})


def test_an_override_that_says_nothing_is_none() -> None:
    named = {
        Platform.BLUESKY: Override.model_validate({"content": "short", "media": []}),
        Platform.PINTEREST: Override.model_validate({"boardId": "b"}),
        Platform.MASTODON: Override.model_validate({}),
    }

    assert overridden(named) == {
        "BLUESKY": ContentOverride(content="short", media=()),
        "PINTEREST": ContentOverride(options={"board_id": "b"}),
    }


def test_metadata_are_measured_in_bytes() -> None:
    most: dict[str, Any] = {"a": "é" * ((MAX_METADATA - len('{"a":""}')) // 2)}

    assert within_limit(most) is most
    with pytest.raises(UnprocessableError):
        within_limit({"a": most["a"] + "é"})


def test_what_a_file_shows_may_be_left_out() -> None:
    assert MediaUse.model_validate({"id": FILE}).use() == MediaRef(media_id=FILE)

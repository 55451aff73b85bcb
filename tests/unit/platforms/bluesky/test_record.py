"""A post as it lies in a repository."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain.errors import MediaError
from herald.domain.media import ContentType
from herald.net.client import NoAnswerError
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.bluesky.record import TID_DIGITS, tid
from herald.platforms.protocol import Attached, LostAnswerError, Session
from tests.fakes.http import scripted
from tests.outgoing import media
from tests.unit.platforms.bluesky.samples import DONE, HANDLE, PUBLICATION, commit
from tests.unit.platforms.conftest import NOW


def test_the_same_post_is_the_same_bytes_on_every_attempt(session: Session) -> None:
    http = scripted(NoAnswerError("no answer: timed out"), DONE)

    with pytest.raises(LostAnswerError):
        commit(http, session)
    commit(http, session)

    first, second = http.requests
    assert first.body == second.body
    assert first.json == {
        "repo": "did:plc:alice",
        "collection": "app.bsky.feed.post",
        "rkey": "3l5nwjcyaes2c",
        "swapRecord": None,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "Hello",
            "createdAt": "2026-06-01T14:00:00.000Z",
        },
    }


def test_record_keys_are_valid_sort_by_time_and_do_not_repeat() -> None:
    keys = [tid(NOW + timedelta(milliseconds=ms), f"pp_{ms}:0") for ms in range(1000)]

    assert keys == sorted(set(keys))
    assert all(
        len(key) == 13 and set(key) <= set(TID_DIGITS) and key[0] in TID_DIGITS[:16] for key in keys
    )
    assert (
        tid(datetime(2024, 11, 1, tzinfo=UTC), "x")[:2] == "3l"
    )  # as the network's own of that time
    assert len({tid(NOW, f"pp_{number}:0") for number in range(100)}) == 100


@pytest.mark.parametrize(
    "kinds",
    [[ContentType.JPEG] * 5, [ContentType.MP4] * 2, [ContentType.MP4, ContentType.JPEG]],
    ids=["5", "videos", "mixed"],
)
def test_what_no_record_can_hold_is_refused_before_it_is_uploaded(
    session: Session, kinds: list[ContentType]
) -> None:
    publication = replace(
        PUBLICATION,
        media=tuple(Attached(media=media(str(number), kind)) for number, kind in enumerate(kinds)),
    )

    with pytest.raises(MediaError, match="up to 4 images or one video"):
        Bluesky(scripted(), lambda: NOW).prepare(publication, session, handle=HANDLE)

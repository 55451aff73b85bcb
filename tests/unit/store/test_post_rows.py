"""Posts as rows, and back."""

from dataclasses import replace

import pytest

from herald.domain.content import MediaRef, Override, Part, PostContent
from herald.domain.outcomes import Published
from herald.domain.post_types import PostType
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Checkpoint, Stage, Target, TargetStatus
from herald.store import post_rows
from tests.unit.domain.test_transitions import NOW, post, target
from tests.unit.store.samples import kept

WORDS = PostContent(
    content="Grüße 🚀",
    media=(MediaRef(media_id="media_1", alt="a cat"), MediaRef(media_id="media_2")),
    content_type=PostType.STORY,
    overrides={"BLUESKY": Override(content="short", media=(), options={"title": "t"})},
    thread=(Part(text="two", media=(MediaRef(media_id="media_3"),)),),
    first_comment="first!",
    first_comment_delay=60,
    fixes={"pp_1:0": Override(content="fixed")},
    tags=("a", "b"),
    metadata={"ü": [1, None]},
)
TARGETS = [
    target(
        TargetStatus.FAILED,
        checkpoint=Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"}),
        doubtful=True,
        due=NOW,
    ),
    target(
        TargetStatus.PUBLISHED,
        parts=(Published(platform_post_id="1", url="https://a.example/1"),),
        published_at=NOW,
    ),
    target(TargetStatus.UNKNOWN, unknown_since=NOW, find_attempts=3, fence=2, edition=1),
]


@pytest.mark.parametrize("words", [WORDS, PostContent(content="")])
def test_words_come_back_as_they_were(words: PostContent) -> None:
    row = kept(post_rows.words_row("post_1", words))

    assert post_rows.words_of(row) == words


@pytest.mark.parametrize("going", TARGETS, ids=lambda going: going.status)
def test_a_post_comes_back_with_its_targets_as_they_were(going: Target) -> None:
    stored: Post = replace(post(PostStatus.PARTIAL, going), revision=3, worded=2, scheduled_for=NOW)

    found = post_rows.post_of(kept(post_rows.state_row(stored, ())))

    assert replace(found, created_at=stored.created_at) == stored

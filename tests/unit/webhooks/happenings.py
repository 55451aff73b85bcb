"""One event of every kind, made by the code that makes the real ones. Only their ids are ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from herald.domain import accounts, media, payloads, workflow
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.approvals import Approval, Review, ReviewStatus
from herald.domain.content import PostContent
from herald.domain.events import Event, EventType
from herald.domain.media import ContentType, Media, MediaStatus
from herald.domain.outcomes import Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Failure, Target, TargetStatus
from herald.domain.workspaces import Step

NOW = datetime(2026, 6, 15, 14, 0, 5, 999_000, tzinfo=UTC)
LATER = datetime(2026, 6, 16, 8, 30, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
WORDS = PostContent(content='Grüße 🚀 "quoted" \\ </script> \u2028\nend')
LIVE = Target(
    id="pp_1",
    account_id="acc_1",
    platform=Platform.TWITTER,
    account_name="brändname",
    status=TargetStatus.PUBLISHED,
    parts=(
        Published(platform_post_id="1799", url="https://x.com/a/1799"),
        Published(platform_post_id="1800", url=None),
    ),
    published_at=NOW,
)
WITHOUT_LINK = replace(
    LIVE,
    id="pp_2",
    account_id="acc_2",
    platform=Platform.INSTAGRAM,
    parts=(Published(platform_post_id="17900", url=None),),
)
FAILED = Target(
    id="pp_3",
    account_id="acc_3",
    platform=Platform.LINKEDIN,
    account_name="brand.example",
    status=TargetStatus.FAILED,
    failure=Failure(
        code="MEDIA_REJECTED",
        message='image must be "JPEG"',
        category="media",
        retryable=False,
        remediation="",
    ),
)
HALF_A_THREAD = replace(
    FAILED,
    id="pp_4",
    account_id="acc_4",
    platform=Platform.MASTODON,
    parts=(
        Published(platform_post_id="1", url="https://m.example/1"),
        Published(platform_post_id="2", url=None),
    ),
)
TARGETS = (LIVE, WITHOUT_LINK, FAILED, HALF_A_THREAD)
DRAFT = Post(
    id="post_0mpc9k1s000000000000post",
    owner=OWNER,
    status=PostStatus.DRAFT,
    targets={target.id: target for target in TARGETS},
    created_at=NOW,
    updated_at=NOW,
)
SCHEDULED = replace(DRAFT, status=PostStatus.SCHEDULED, scheduled_for=LATER)
PUBLISHING = replace(DRAFT, status=PostStatus.PUBLISHING, scheduled_for=NOW)
PUBLISHED = replace(DRAFT, status=PostStatus.PUBLISHED, targets={LIVE.id: LIVE})
PARTIAL = replace(DRAFT, status=PostStatus.PARTIAL)
NONE_LIVE = replace(
    DRAFT,
    status=PostStatus.FAILED,
    targets={FAILED.id: FAILED, HALF_A_THREAD.id: HALF_A_THREAD},
)
FIRST = Review(
    step=Step(order=1, role="editor", approver_ids=("usr_1",), required=True),
    status=ReviewStatus.APPROVED,
    approver_id="usr_1",
    at=NOW,
)
LAST = replace(
    FIRST,
    step=Step(order=2, role="legal", approver_ids=("usr_2",), required=True),
    approver_id="usr_2",
    comment="Looks good, “approved”.",
)
APPROVED = replace(SCHEDULED, approval=Approval(id="apv_1", reviews=(FIRST, LAST)))
SILENTLY_APPROVED = replace(PUBLISHING, approval=Approval(id="apv_1", reviews=(FIRST,)))
ACCOUNT = Account(
    id="acc_1",
    owner=OWNER,
    platform=Platform.TWITTER,
    remote_id="1",
    username="brändname",
    created_at=NOW,
    updated_at=NOW,
)
GONE = replace(
    ACCOUNT,
    platform=Platform.LINKEDIN,
    status=AccountStatus.DISCONNECTED,
    status_reason="user_disconnected",
)
BROKEN = replace(
    ACCOUNT,
    status=AccountStatus.ERROR,
    status_reason="The network refuses the account's credentials.",
)
FILE = Media(
    id="media_1",
    owner=OWNER,
    filename="grüße.jpg",
    content_type=ContentType.JPEG,
    size_bytes=204_800,
    status=MediaStatus.READY,
    created_at=NOW,
    updated_at=NOW,
)


def writes() -> Iterator[tuple[str, Sequence[Event]]]:
    """Return what one write each causes, as it lies on the item written.

    The ends of a post say nothing of its targets yet.
    """
    yield "draft created", payloads.created(DRAFT, WORDS, NOW)
    yield "created with a time", payloads.created(SCHEDULED, WORDS, NOW)
    yield "published at once", payloads.created(PUBLISHING, WORDS, NOW)
    yield "scheduled later", [payloads.planned(EventType.POST_SCHEDULED, SCHEDULED, WORDS, NOW)]
    yield "all live", [*payloads.ended(OWNER, LIVE, NOW), *payloads.finished(PUBLISHED, WORDS, NOW)]
    yield "one without a link", payloads.ended(OWNER, WITHOUT_LINK, NOW)
    yield (
        "some live",
        [*payloads.ended(OWNER, FAILED, NOW), *payloads.finished(PARTIAL, WORDS, NOW)],
    )
    yield (
        "none live",
        [*payloads.ended(OWNER, HALF_A_THREAD, NOW), *payloads.finished(NONE_LIVE, WORDS, NOW)],
    )
    yield "approved", workflow.approved(APPROVED, WORDS, NOW)
    yield "approved without a word", workflow.approved(SILENTLY_APPROVED, WORDS, NOW)
    yield "connected", accounts.account_events(ACCOUNT, NOW)
    yield "disconnected", accounts.account_events(GONE, NOW)
    yield "broken", accounts.account_events(BROKEN, NOW)
    yield "ready", media.processed(FILE, NOW)


WRITES: Mapping[str, Sequence[Event]] = {
    name: [replace(event, id=f"evt_{number}") for number, event in enumerate(events, start=1)]
    for name, events in writes()
}
POSTS: Mapping[str, Post] = {
    "all live": PUBLISHED,
    "one without a link": PARTIAL,
    "some live": PARTIAL,
    "none live": NONE_LIVE,
}
"""The post as those writes left it that ended something."""


def happened(name: str) -> list[Event]:
    """The events of that write, with all they say."""
    if post := POSTS.get(name):
        return [payloads.completed(event, post) for event in WRITES[name]]
    return list(WRITES[name])

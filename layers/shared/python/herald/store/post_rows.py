"""How posts lie in the table: content and state, two items of one partition."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from herald.aws.dynamodb import Item
from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.content import MediaRef, Override, Part, PostContent
from herald.domain.events import Event
from herald.domain.outcomes import Published
from herald.domain.owners import Owner
from herald.domain.post_types import PostType
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus
from herald.domain.targets import Checkpoint, Failure, Kind, Stage, Target, TargetStatus
from herald.store import keys, rows
from herald.store.event_rows import dumped

if TYPE_CHECKING:
    from herald.domain.approvals import Approval

OPTION_NAMES = {"board_id": "boardId"}  # as rows have called it ever since
ON_ITS_WAY = frozenset(
    {PostStatus.SCHEDULED, PostStatus.PUBLISHING}
)  # no outlook: a claim costs the agenda no write


def agree(state: Item, words: Item) -> bool:
    """Whether the words are those that the state was written with."""
    return bool(state.get("worded", 0) == words.get("revision", 0))


def id_of(item: Item) -> str:
    identifier: str = item["pk"].removeprefix("POST#")
    return identifier


def state_key(post_id: str) -> Item:
    return dict(zip(("pk", "sk"), keys.state(post_id), strict=True))


def task_path(task: Target) -> str:
    """Where a target, or what follows one, lies in its post's state."""
    return f"{'targets' if task.kind is Kind.POST else 'follow_ups'}.{task.id}"


def words_row(post_id: str, words: PostContent, revision: int = 0) -> Item:
    """The words, as of a revision of their post."""
    pk, sk = keys.words(post_id)
    return {
        "pk": pk,
        "sk": sk,
        "revision": revision or None,
        "content": words.content,
        "media": use_rows(words.media) or None,
        "content_type": words.content_type,
        "overrides": override_rows(words.overrides) or None,
        "thread": [thread_row(part) for part in words.thread] or None,
        "first_comment": words.first_comment,
        "first_comment_delay": words.first_comment_delay or None,
        "fixes": override_rows(words.fixes) or None,
        "tags": list(words.tags) or None,
        "metadata": json.dumps(words.metadata) if words.metadata else None,
    }


def words_of(row: Item) -> PostContent:
    return PostContent(
        content=row["content"],
        media=uses_of(row.get("media", ())),
        content_type=PostType(row["content_type"]) if "content_type" in row else None,
        overrides=overrides_of(row.get("overrides", {})),
        thread=tuple(thread_of(each) for each in row.get("thread", ())),
        first_comment=row.get("first_comment"),
        first_comment_delay=row.get("first_comment_delay", 0),
        fixes=overrides_of(row.get("fixes", {})),
        tags=tuple(row.get("tags", ())),
        metadata=json.loads(
            row.get("metadata", "{}"), parse_constant=lambda _: None
        ),  # some were kept that JSON does not have
    )


def use_rows(uses: Iterable[MediaRef]) -> list[Item | str]:
    """An id, unless there is more to say."""
    return [
        use.media_id if use.alt is None else {"id": use.media_id, "alt": use.alt} for use in uses
    ]


def uses_of(found: Iterable[Item | str]) -> tuple[MediaRef, ...]:
    return tuple(
        MediaRef(media_id=each)
        if isinstance(each, str)
        else MediaRef(media_id=each["id"], alt=each.get("alt"))
        for each in found
    )


def thread_row(part: Part) -> Item | str:
    """A text, unless there is more to it."""
    return {"text": part.text, "media": use_rows(part.media)} if part.media else part.text


def thread_of(found: Item | str) -> Part:
    return (
        Part(text=found)
        if isinstance(found, str)
        else Part(text=found["text"], media=uses_of(found["media"]))
    )


def override_rows(overrides: Mapping[str, Override]) -> dict[str, Item]:
    return {name: override_row(each) for name, each in overrides.items()}


def override_row(override: Override) -> Item:
    media = None if override.media is None else use_rows(override.media)
    row = {
        "content": override.content,
        "media": media,
        "options": renamed(override.options, OPTION_NAMES) or None,
    }
    return {name: value for name, value in row.items() if value is not None}


def overrides_of(found: Mapping[str, Item]) -> dict[str, Override]:
    return {name: override_of(each) for name, each in found.items()}


def override_of(row: Item) -> Override:
    media = uses_of(row["media"]) if "media" in row else None
    options = renamed(row.get("options", {}), {name: own for own, name in OPTION_NAMES.items()})
    return Override(content=row.get("content"), media=media, options=options)


def renamed(options: Mapping[str, object], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in options.items()}


def standing_values(owner: Owner, status: PostStatus) -> dict[str, Any]:
    """The status, and the list of its posts that it belongs to."""
    return {"status": status, "standing": keys.posts_in(owner, status)}


def head_values(post: Post) -> dict[str, Any]:
    return {
        **standing_values(post.owner, post.status),
        "outlook": None if post.status in ON_ITS_WAY else post.status,
        "scheduled_for": rows.time_text(post.scheduled_for),
        "published_at": rows.time_text(post.published_at),
        "updated_at": rows.time_text(post.updated_at),
    }


def due_values(post: Post) -> dict[str, Any]:
    """The sparse index: there while the post owes work, gone with it."""
    return rows.due("POST", post.id, post.due)


def state_row(post: Post, events: Iterable[Event]) -> Item:
    pk, sk = keys.state(post.id)
    return (
        {
            "pk": pk,
            "sk": sk,
            "list": keys.posts_of(post.owner) if post.status in LISTED_STATUSES else None,
            "reaches": post.reaches,
        }
        | {
            "owner": str(post.owner),
            "revision": post.revision,
            "worded": post.worded or None,
            "open": post.open,
        }
        | {
            "targets": {key: target_row(each) for key, each in post.targets.items()},
            "events": dumped(events),
        }
        | {
            "follow_ups": {key: target_row(each) for key, each in post.follow_ups.items()},
            "following": post.following,
        }
        | {"approval": approval_row(post)}
        | head_values(post)
        | due_values(post)
    )


def post_of(row: Item) -> Post:
    post_id = row["pk"].removeprefix("POST#")
    return Post(
        id=post_id,
        owner=rows.owner(row),
        status=PostStatus(row["status"]),
        revision=row["revision"],
        worded=row.get("worded", 0),
        targets={key: target_of(key, each) for key, each in sorted(row["targets"].items())},
        follow_ups={key: target_of(key, each) for key, each in sorted(row["follow_ups"].items())},
        scheduled_for=rows.time(row, "scheduled_for"),
        published_at=rows.time(row, "published_at"),
        created_at=ids.created_at(post_id),
        updated_at=rows.must_time(row, "updated_at"),
        approval=approval_of(row),
    )


def approval_row(post: Post) -> Item | None:
    if post.approval is None:
        return None
    from herald.store import approvals  # noqa: PLC0415 - few posts have one

    return approvals.approval_row(post.approval)


def approval_of(row: Item) -> "Approval | None":
    if "approval" not in row:
        return None
    from herald.store import approvals  # noqa: PLC0415 - few posts have one

    return approvals.approval_of(row["approval"])


def target_row(target: Target) -> Item:
    row = {
        "kind": None if target.kind is Kind.POST else target.kind,
        "of": target.of,
        "account": target.account_id,
        "platform": target.platform,
        "name": target.account_name,
        "status": target.status,
        "attempts": target.attempts,
        "fence": target.fence,
        "edition": target.edition or None,
        "due": rows.time_text(target.due),
        "stage": target.checkpoint and target.checkpoint.stage,
        "handle": dict(target.checkpoint.handle)
        if target.checkpoint and target.checkpoint.handle
        else None,
        "error": target.failure and failure_row(target.failure),
        "unknown_since": rows.time_text(target.unknown_since),
        "looks": target.find_attempts or None,
        "preparing_since": rows.time_text(target.preparing_since),
        "doubtful": target.doubtful or None,
        "parts": [part_row(each) for each in target.parts] or None,
        "published_at": rows.time_text(target.published_at),
    }
    return {name: value for name, value in row.items() if value is not None}


def part_row(part: Published) -> Item:
    row = {"id": part.platform_post_id, "url": part.url}
    return {name: value for name, value in row.items() if value is not None}


def failure_row(failure: Failure) -> Item:
    return {
        "code": failure.code,
        "message": failure.message,
        "category": failure.category,
        "retryable": failure.retryable,
        "remediation": failure.remediation,
    } | ({"retry_at": rows.time_text(failure.retry_at)} if failure.retry_at else {})


def failure_of(row: Item) -> Failure:
    return Failure(**{**row, "retry_at": rows.time(row, "retry_at")})


def target_of(target_id: str, row: Item) -> Target:
    return Target(
        id=target_id,
        kind=Kind(row.get("kind", Kind.POST)),
        of=row.get("of"),
        account_id=row["account"],
        platform=Platform(row["platform"]),
        account_name=row["name"],
        status=TargetStatus(row["status"]),
        attempts=row["attempts"],
        fence=row["fence"],
        edition=row.get("edition", 0),
        due=rows.time(row, "due"),
        checkpoint=Checkpoint(stage=Stage(row["stage"]), handle=row.get("handle", {}))
        if "stage" in row
        else None,
        failure=failure_of(row["error"]) if "error" in row else None,
        unknown_since=rows.time(row, "unknown_since"),
        find_attempts=row.get("looks", 0),
        preparing_since=rows.time(row, "preparing_since"),
        doubtful=row.get("doubtful", False),
        parts=tuple(
            Published(platform_post_id=each["id"], url=each.get("url"))
            for each in row.get("parts", ())
        ),
        published_at=rows.time(row, "published_at"),
    )

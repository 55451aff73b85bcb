"""Rows of posts: words and state, two items of one partition."""

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

OPTION_NAMES = {"board_id": "boardId"}  # the names that options have in rows
# Statuses without an outlook, so that a claim costs the agenda no write.
ON_ITS_WAY = frozenset({PostStatus.SCHEDULED, PostStatus.PUBLISHING})


def agree(state: Item, words: Item) -> bool:
    """Return whether the words are those that the state was written with."""
    return bool(state.get("worded", 0) == words.get("revision", 0))


def id_of(item: Item) -> str:
    identifier: str = item["pk"].removeprefix("POST#")
    return identifier


def state_key(post_id: str) -> Item:
    pk, sk = keys.state(post_id)
    return {"pk": pk, "sk": sk}


def task_path(task: Target) -> str:
    """Return the path of a target, or of a follow-up of one, in its post's state."""
    group = "targets" if task.kind is Kind.POST else "follow_ups"
    return f"{group}.{task.id}"


def words_row(post_id: str, words: PostContent, revision: int = 0) -> Item:
    """Return the row of the words, as of a revision of their post."""
    pk, sk = keys.words(post_id)
    return {
        "pk": pk,
        "sk": sk,
        "revision": revision if revision else None,
        "content": words.content,
        "media": use_rows(words.media) if words.media else None,
        "content_type": words.content_type,
        "overrides": override_rows(words.overrides) if words.overrides else None,
        "thread": [thread_row(part) for part in words.thread] if words.thread else None,
        "first_comment": words.first_comment,
        "first_comment_delay": words.first_comment_delay if words.first_comment_delay else None,
        "fixes": override_rows(words.fixes) if words.fixes else None,
        "tags": list(words.tags) if words.tags else None,
        "metadata": json.dumps(words.metadata) if words.metadata else None,
    }


def words_of(row: Item) -> PostContent:
    # Some rows hold constants that JSON does not have, such as NaN. They become None.
    metadata = json.loads(row.get("metadata", "{}"), parse_constant=lambda _: None)
    return PostContent(
        content=row["content"],
        media=uses_of(row.get("media", ())),
        content_type=PostType(row["content_type"]) if "content_type" in row else None,
        overrides=overrides_of(row.get("overrides", {})),
        thread=tuple(thread_of(part) for part in row.get("thread", ())),
        first_comment=row.get("first_comment"),
        first_comment_delay=row.get("first_comment_delay", 0),
        fixes=overrides_of(row.get("fixes", {})),
        tags=tuple(row.get("tags", ())),
        metadata=metadata,
    )


def use_rows(uses: Iterable[MediaRef]) -> list[Item | str]:
    """Return the uses of files. A use without an alternative text is only the file's id."""
    return [
        use.media_id if use.alt is None else {"id": use.media_id, "alt": use.alt} for use in uses
    ]


def uses_of(uses: Iterable[Item | str]) -> tuple[MediaRef, ...]:
    return tuple(use_of(use) for use in uses)


def use_of(use: Item | str) -> MediaRef:
    if isinstance(use, str):
        return MediaRef(media_id=use)
    return MediaRef(media_id=use["id"], alt=use.get("alt"))


def thread_row(part: Part) -> Item | str:
    """Return a part of a thread. A part without files is only its text."""
    return {"text": part.text, "media": use_rows(part.media)} if part.media else part.text


def thread_of(part: Item | str) -> Part:
    if isinstance(part, str):
        return Part(text=part)
    return Part(text=part["text"], media=uses_of(part["media"]))


def override_rows(overrides: Mapping[str, Override]) -> dict[str, Item]:
    return {name: override_row(override) for name, override in overrides.items()}


def override_row(override: Override) -> Item:
    media = None if override.media is None else use_rows(override.media)
    options = renamed(override.options, OPTION_NAMES) if override.options else None
    row = {"content": override.content, "media": media, "options": options}
    return rows.without_none(row)


def overrides_of(overrides: Mapping[str, Item]) -> dict[str, Override]:
    return {name: override_of(row) for name, row in overrides.items()}


def override_of(row: Item) -> Override:
    media = uses_of(row["media"]) if "media" in row else None
    options = renamed(row.get("options", {}), {name: own for own, name in OPTION_NAMES.items()})
    return Override(content=row.get("content"), media=media, options=options)


def renamed(options: Mapping[str, object], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in options.items()}


def standing_values(owner: Owner, status: PostStatus) -> dict[str, Any]:
    """Return the status, and the key of the owner's list of posts in that status."""
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
    """Return the keys of the due index. A post has them only while it owes work."""
    return rows.due("POST", post.id, post.due)


def state_row(post: Post, events: Iterable[Event]) -> Item:
    pk, sk = keys.state(post.id)
    targets = {key: target_row(target) for key, target in post.targets.items()}
    follow_ups = {key: target_row(follow_up) for key, follow_up in post.follow_ups.items()}
    return {
        "pk": pk,
        "sk": sk,
        "list": keys.posts_of(post.owner) if post.status in LISTED_STATUSES else None,
        "reaches": post.reaches,
        "owner": str(post.owner),
        "revision": post.revision,
        "worded": post.worded if post.worded else None,
        "open": post.open,
        "targets": targets,
        "events": dumped(events),
        "follow_ups": follow_ups,
        "following": post.following,
        "approval": approval_row(post),
        **head_values(post),
        **due_values(post),
    }


def post_of(row: Item) -> Post:
    post_id = id_of(row)
    return Post(
        id=post_id,
        owner=rows.owner(row),
        status=PostStatus(row["status"]),
        revision=row["revision"],
        worded=row.get("worded", 0),
        targets=targets_of(row["targets"]),
        follow_ups=targets_of(row["follow_ups"]),
        scheduled_for=rows.time(row, "scheduled_for"),
        published_at=rows.time(row, "published_at"),
        created_at=ids.created_at(post_id),
        updated_at=rows.must_time(row, "updated_at"),
        approval=approval_of(row),
    )


def targets_of(targets: Mapping[str, Item]) -> dict[str, Target]:
    return {target_id: target_of(target_id, row) for target_id, row in sorted(targets.items())}


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
    checkpoint = target.checkpoint
    handle = checkpoint.handle if checkpoint else None
    row = {
        "kind": None if target.kind is Kind.POST else target.kind,
        "of": target.of,
        "account": target.account_id,
        "platform": target.platform,
        "name": target.account_name,
        "status": target.status,
        "attempts": target.attempts,
        "fence": target.fence,
        "edition": target.edition if target.edition else None,
        "due": rows.time_text(target.due),
        "stage": checkpoint.stage if checkpoint else None,
        "handle": dict(handle) if handle else None,
        "error": failure_row(target.failure) if target.failure else None,
        "unknown_since": rows.time_text(target.unknown_since),
        "looks": target.find_attempts if target.find_attempts else None,
        "preparing_since": rows.time_text(target.preparing_since),
        "doubtful": True if target.doubtful else None,
        "parts": [part_row(part) for part in target.parts] if target.parts else None,
        "published_at": rows.time_text(target.published_at),
    }
    return rows.without_none(row)


def part_row(part: Published) -> Item:
    row = {"id": part.platform_post_id, "url": part.url}
    return rows.without_none(row)


def failure_row(failure: Failure) -> Item:
    row = {
        "code": failure.code,
        "message": failure.message,
        "category": failure.category,
        "retryable": failure.retryable,
        "remediation": failure.remediation,
    }
    if failure.retry_at:
        row["retry_at"] = rows.time_text(failure.retry_at)
    return row


def failure_of(row: Item) -> Failure:
    return Failure(**{**row, "retry_at": rows.time(row, "retry_at")})


def target_of(target_id: str, row: Item) -> Target:
    checkpoint = None
    if "stage" in row:
        checkpoint = Checkpoint(stage=Stage(row["stage"]), handle=row.get("handle", {}))
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
        checkpoint=checkpoint,
        failure=failure_of(row["error"]) if "error" in row else None,
        unknown_since=rows.time(row, "unknown_since"),
        find_attempts=row.get("looks", 0),
        preparing_since=rows.time(row, "preparing_since"),
        doubtful=row.get("doubtful", False),
        parts=tuple(
            Published(platform_post_id=part["id"], url=part.get("url"))
            for part in row.get("parts", ())
        ),
        published_at=rows.time(row, "published_at"),
    )

"""What the events of a post say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from herald.domain import times
from herald.domain.content import Words
from herald.domain.events import Event, EventType, Named, event
from herald.domain.outcomes import Published
from herald.domain.owners import Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target, TargetStatus


def created(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.created, and post.scheduled when it has a time. Publishing at once creates it SCHEDULED for now."""
    data = planned(post, words)
    scheduled = [event(EventType.POST_SCHEDULED, post.owner, now, data)] if post.status is PostStatus.SCHEDULED else []
    return [event(EventType.POST_CREATED, post.owner, now, data), *scheduled]


def scheduled(post: Post, words: Words, now: datetime) -> list[Event]:
    """A draft that got its time."""
    return [event(EventType.POST_SCHEDULED, post.owner, now, planned(post, words))]


def planned(post: Post, words: Words) -> dict[str, object]:
    """A post before it goes out. Publishing at once, it is told as SCHEDULED: the catalog knows no other."""
    return {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "status": (PostStatus.DRAFT if post.status is PostStatus.DRAFT else PostStatus.SCHEDULED).upper(),
        "scheduledFor": times.optional(post.scheduled_for),
    }


ENDED: Mapping[TargetStatus, EventType] = {
    TargetStatus.PUBLISHED: EventType.POST_TARGET_PUBLISHED,
    TargetStatus.FAILED: EventType.POST_TARGET_FAILED,
}


def ended(owner: Owner, target: Target, now: datetime) -> list[Event]:
    """post.target.published or post.target.failed of one that has just become final; `completed` says the rest of it."""
    kind = ENDED.get(target.status)
    return [event(kind, owner, now, {"target": target.id})] if kind else []


def finished(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.published (PUBLISHED or PARTIAL) or post.failed; none while a target is open. `completed` adds the targets."""
    if post.status is PostStatus.PUBLISHING:
        return []
    failed = post.status is PostStatus.FAILED
    data = {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "status": post.status.upper(),
        "publishedAt": times.wire(now),
    }
    return [event(EventType.POST_FAILED if failed else EventType.POST_PUBLISHED, post.owner, now, data)]


def completed(told: Event, post: Post) -> Event:
    """An event of ENDINGS with all it says, from the state that its write left: no write says a target's result twice."""
    if told.type in ENDED.values():
        target = post.targets[str(told.data["target"])]
        return replace(told, data=of_target(post, target))
    targets = post.targets.values()
    named = tuple(Named(each.account_id, each.account_name) for each in targets)
    return replace(told, data={**told.data, "platforms": [result(each) for each in targets]}, accounts=named)


def of_target(post: Post, target: Target) -> dict[str, object]:
    """The payload of one target's end: its entry in its post's, and whose it is."""
    names = {"postId": post.id, "postPlatformId": target.id, "workspaceId": post.owner.workspace_id}
    return {**names, "accountId": target.account_id, "username": target.account_name, **result(target)}


def result(target: Target) -> dict[str, object]:
    """One target in a payload; what does not apply is absent."""
    entry: dict[str, object] = {"platform": target.platform.upper(), "status": target.status.upper()}
    if target.status is TargetStatus.PUBLISHED and target.published_at:
        entry |= {"platformPostId": target.platform_post_id}
        entry |= {"platformPostUrl": target.url} if target.url else {}
        entry |= {"publishedAt": times.wire(target.published_at)}
    elif target.failure:
        entry |= {"error": {"code": target.failure.code, "message": target.failure.message}}
        entry |= {"liveParts": [live_part(each) for each in target.parts]} if target.parts else {}
    return entry


def live_part(part: Published) -> dict[str, str]:
    """A part of a failed thread that went out before the one that failed."""
    return {"platformPostId": part.platform_post_id} | ({"platformPostUrl": part.url} if part.url else {})

"""What the events of a post say: plain facts in our own words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from herald.domain import times
from herald.domain.content import PostContent
from herald.domain.events import Event, EventType, event
from herald.domain.outcomes import Published
from herald.domain.owners import Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target, TargetStatus


def created(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """post.created, and post.scheduled when it has a time. Publishing at once creates it SCHEDULED for now."""
    facts = planned(post, words)
    told = [event(EventType.POST_CREATED, post.owner, now, facts)]
    if post.status is PostStatus.SCHEDULED:
        told.append(event(EventType.POST_SCHEDULED, post.owner, now, facts))
    return told


def scheduled(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """A draft that got its time."""
    return [event(EventType.POST_SCHEDULED, post.owner, now, planned(post, words))]


def planned(post: Post, words: PostContent) -> dict[str, object]:
    """A post before it goes out."""
    return {
        "post_id": post.id,
        "content": words.content,
        "status": post.status,
        "scheduled_for": times.optional(post.scheduled_for),
    }


ENDED: Mapping[TargetStatus, EventType] = {
    TargetStatus.PUBLISHED: EventType.POST_TARGET_PUBLISHED,
    TargetStatus.FAILED: EventType.POST_TARGET_FAILED,
}


def ended(owner: Owner, target: Target, now: datetime) -> list[Event]:
    """post.target.published or post.target.failed of one that has just become final; `completed` says the rest of it."""
    kind = ENDED.get(target.status)
    return [event(kind, owner, now, {"target_id": target.id})] if kind else []


def finished(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """post.published (PUBLISHED or PARTIAL) or post.failed; none while a target is open. `completed` adds the targets."""
    if post.status is PostStatus.PUBLISHING:
        return []
    failed = post.status is PostStatus.FAILED
    kind = EventType.POST_FAILED if failed else EventType.POST_PUBLISHED
    facts = {
        "post_id": post.id,
        "content": words.content,
        "status": post.status,
        "published_at": times.wire(now),
    }
    return [event(kind, post.owner, now, facts)]


def completed(told: Event, post: Post) -> Event:
    """An event of ENDINGS with all it says, from the state that its write left: no write says a target's result twice."""
    if told.type in ENDED.values():
        target = post.targets[str(told.facts["target_id"])]
        return replace(told, facts=of_target(post, target))
    results = [result(target) for target in post.targets.values()]
    return replace(told, facts={**told.facts, "targets": results})


def of_target(post: Post, target: Target) -> dict[str, object]:
    """The end of one target: its entry among its post's, and which it is."""
    return {"post_id": post.id, "target_id": target.id, **result(target)}


def result(target: Target) -> dict[str, object]:
    """One target and its account; what does not apply is absent."""
    entry: dict[str, object] = {
        "account_id": target.account_id,
        "username": target.account_name,
        "platform": target.platform,
        "status": target.status,
    }
    if target.status is TargetStatus.PUBLISHED and target.published_at:
        entry |= {"platform_post_id": target.platform_post_id}
        entry |= {"url": target.url} if target.url else {}
        entry |= {"published_at": times.wire(target.published_at)}
    elif target.failure:
        entry |= {"failure": {"code": target.failure.code, "message": target.failure.message}}
        entry |= {"live_parts": [live_part(part) for part in target.parts]} if target.parts else {}
    return entry


def live_part(part: Published) -> dict[str, str]:
    """A part of a failed thread that went out before the one that failed."""
    return {"platform_post_id": part.platform_post_id} | ({"url": part.url} if part.url else {})

"""Payloads: the facts that the events of a post tell, in our own words."""

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
    """Return post.created, and post.scheduled when the post has a time.

    A post that is published at once is created SCHEDULED for now.
    """
    events = [planned(EventType.POST_CREATED, post, words, now)]
    if post.status is PostStatus.SCHEDULED:
        events.append(planned(EventType.POST_SCHEDULED, post, words, now))
    return events


def planned(kind: EventType, post: Post, words: PostContent, now: datetime) -> Event:
    """Return an event of a type that tells a post before it goes out."""
    facts = {
        "post_id": post.id,
        "content": words.content,
        "status": post.status,
        "scheduled_for": times.optional(post.scheduled_for),
    }
    return event(kind, post.owner, now, facts)


ENDED: Mapping[TargetStatus, EventType] = {
    TargetStatus.PUBLISHED: EventType.POST_TARGET_PUBLISHED,
    TargetStatus.FAILED: EventType.POST_TARGET_FAILED,
}


def ended(owner: Owner, target: Target, now: datetime) -> list[Event]:
    """Return post.target.published or post.target.failed of a target that has just become final.

    It holds the target's id. `completed` adds the other facts.
    """
    kind = ENDED.get(target.status)
    return [event(kind, owner, now, {"target_id": target.id})] if kind else []


def finished(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """Return post.published (PUBLISHED or PARTIAL) or post.failed, or none while a target is open.

    `completed` adds the targets.
    """
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


def completed(ending: Event, post: Post) -> Event:
    """Return an event of ENDINGS with all its facts.

    They come from the state that the event's write left, so that no write stores a target's
    result twice.
    """
    if ending.type in ENDED.values():
        target = post.targets[str(ending.facts["target_id"])]
        return replace(ending, facts=of_target(post, target))
    results = [result(target) for target in post.targets.values()]
    return replace(ending, facts={**ending.facts, "targets": results})


def of_target(post: Post, target: Target) -> dict[str, object]:
    """Return the facts of one target's end: its ids and its result."""
    return {"post_id": post.id, "target_id": target.id, **result(target)}


def result(target: Target) -> dict[str, object]:
    """Return the result of one target, and its account. What does not apply is absent."""
    entry: dict[str, object] = {
        "account_id": target.account_id,
        "username": target.account_name,
        "platform": target.platform,
        "status": target.status,
    }
    if target.status is TargetStatus.PUBLISHED and target.published_at:
        entry["platform_post_id"] = target.platform_post_id
        if target.url:
            entry["url"] = target.url
        entry["published_at"] = times.wire(target.published_at)
    elif target.failure:
        entry["failure"] = {"code": target.failure.code, "message": target.failure.message}
        if target.parts:
            entry["live_parts"] = [live_part(part) for part in target.parts]
    return entry


def live_part(part: Published) -> dict[str, str]:
    """Return the facts of a part of a failed thread that went out before the part that failed."""
    facts = {"platform_post_id": part.platform_post_id}
    if part.url:
        facts["url"] = part.url
    return facts

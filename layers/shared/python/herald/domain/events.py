"""Events: what happened, told once. An event rides on the write that made it true.

Source: VoxBurst's event catalog, and the contract, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from herald.domain import ids, times
from herald.domain.accounts import Owner
from herald.domain.media import Media, MediaStatus
from herald.domain.posts import Post, PostStatus, Target, TargetStatus, Words


class EventType(StrEnum):
    POST_CREATED = "post.created"
    POST_SCHEDULED = "post.scheduled"
    POST_PUBLISHED = "post.published"
    POST_FAILED = "post.failed"
    MEDIA_UPLOADED = "media.uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. `data` is the payload as subscribers see it: enums in uppercase, JSON-ready."""

    id: str
    type: EventType
    owner: Owner
    created_at: datetime
    data: Mapping[str, object]


def post_created(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.created, and post.scheduled when it has a time. Publishing at once creates it SCHEDULED for now."""
    data = planned(post, words)
    scheduled = [event(EventType.POST_SCHEDULED, post.owner, now, data)] if post.status is PostStatus.SCHEDULED else []
    return [event(EventType.POST_CREATED, post.owner, now, data), *scheduled]


def post_scheduled(post: Post, words: Words, now: datetime) -> list[Event]:
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


def post_finished(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.published (PUBLISHED or PARTIAL) or post.failed, with every target's result; none while a target is open."""
    if post.status is PostStatus.PUBLISHING:
        return []
    failed = post.status is PostStatus.FAILED
    data = {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "status": post.status.upper(),
        "publishedAt": times.wire(now),
        "platforms": [result(target) for target in post.targets.values()],
    }
    return [event(EventType.POST_FAILED if failed else EventType.POST_PUBLISHED, post.owner, now, data)]


def media_uploaded(media: Media, now: datetime) -> list[Event]:
    """media.uploaded for a READY one; a failure is told by polling only."""
    if media.status is not MediaStatus.READY:
        return []
    data = {
        "mediaId": media.id,
        "filename": media.filename,
        "contentType": media.content_type,
        "sizeBytes": media.size_bytes,
    }
    return [event(EventType.MEDIA_UPLOADED, media.owner, now, data)]


def result(target: Target) -> dict[str, object]:
    """One target in a payload; what does not apply is absent."""
    entry: dict[str, object] = {"platform": target.platform.upper(), "status": target.status.upper()}
    if target.status is TargetStatus.PUBLISHED and target.published_at:
        entry |= {"platformPostId": target.platform_post_id}
        entry |= {"platformPostUrl": target.url} if target.url else {}
        entry |= {"publishedAt": times.wire(target.published_at)}
    elif target.failure:
        entry |= {"error": {"code": target.failure.code, "message": target.failure.message}}
    return entry


def event(kind: EventType, owner: Owner, now: datetime, data: Mapping[str, object]) -> Event:
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, data=data)

"""Events: what happened, told once. An event rides on the write that made it true.

Source: VoxBurst's event catalog, and the contract, section 4.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from herald.domain import ids
from herald.domain.accounts import Owner
from herald.domain.values import frozen


class EventType(StrEnum):
    POST_CREATED = "post.created"
    POST_SCHEDULED = "post.scheduled"
    POST_PUBLISHED = "post.published"
    POST_FAILED = "post.failed"
    POST_DRAFT_APPROVED = "post.draft.approved"
    MEDIA_UPLOADED = "media.uploaded"
    MEDIA_PROCESSED = "media.processed"
    WEBHOOK_TEST = "webhook.test"


@frozen
class Event:
    """A fact. `data` is the payload as subscribers see it: enums in uppercase, JSON-ready."""

    id: str
    type: EventType
    owner: Owner
    created_at: datetime
    data: Mapping[str, object]


def event(kind: EventType, owner: Owner, now: datetime, data: Mapping[str, object]) -> Event:
    """A new one; what it says of a noun is in that noun's module."""
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, data=data)

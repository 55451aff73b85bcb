"""Events: what happened, told once. An event rides on the write that made it true.

Sources: VoxBurst's event catalog, PostFuze's page on webhooks, and the contract, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from herald.domain import ids
from herald.domain.owners import Owner
from herald.domain.values import frozen


class EventType(StrEnum):
    POST_CREATED = "post.created"
    POST_SCHEDULED = "post.scheduled"
    POST_PUBLISHED = "post.published"
    POST_FAILED = "post.failed"
    POST_DRAFT_APPROVED = "post.draft.approved"
    POST_TARGET_PUBLISHED = "post.target.published"
    POST_TARGET_FAILED = "post.target.failed"
    ACCOUNT_CONNECTED = "account.connected"
    ACCOUNT_DISCONNECTED = "account.disconnected"
    ACCOUNT_ERROR = "account.error"
    ACCOUNT_TOKEN_EXPIRED = "account.token_expired"  # noqa: S105 - a name, no password
    ACCOUNT_REAUTH_REQUIRED = "account.reauth_required"
    MEDIA_UPLOADED = "media.uploaded"
    MEDIA_PROCESSED = "media.processed"
    IMPORT_COMPLETED = "import.completed"
    IMPORT_FAILED = "import.failed"
    WEBHOOK_TEST = "webhook.test"


ALIASES: Mapping[EventType, EventType] = {EventType.MEDIA_PROCESSED: EventType.MEDIA_UPLOADED}
"""Names under which one may ask for a fact that is recorded under another: it stays one fact, with one id."""
ENDINGS = frozenset(
    {EventType.POST_PUBLISHED, EventType.POST_FAILED, EventType.POST_TARGET_PUBLISHED, EventType.POST_TARGET_FAILED}
)
"""Completed by what their post's state says of its targets."""
ON_DEMAND = frozenset({EventType.POST_TARGET_PUBLISHED, EventType.POST_TARGET_FAILED})
"""Recorded only for who subscribes: post.published and post.failed say the same of every target, so the log misses nothing."""


@frozen
class Event:
    """Something that happened. `facts` say it in our own words, JSON-ready.

    Each format renders its payload from them. They lie on an item that is billed by the kilobyte:
    what the owner, the type and the time say is not said again.
    """

    id: str
    type: EventType
    owner: Owner
    created_at: datetime
    facts: Mapping[str, object]


def fact(kind: str) -> str:
    """The type under which what is asked for by that name is recorded."""
    return ALIASES.get(EventType(kind), kind)


def names(kind: str) -> list[str]:
    """What it may be asked for by: its own name, then its aliases."""
    return [kind, *(alias for alias, meant in ALIASES.items() if meant == kind)]


def event(kind: EventType, owner: Owner, now: datetime, facts: Mapping[str, object]) -> Event:
    """A new one; what it says of a noun is in that noun's module."""
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, facts=facts)


KEPT = timedelta(days=30)


@frozen
class Told:
    """An event as it is kept.

    `bodies` are its envelopes, rendered once, so that every attempt sends the same bytes. From its
    facts it is rendered in a dress that nobody had asked for as it happened.
    """

    id: str
    type: str
    owner: Owner
    created_at: datetime
    bodies: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

"""Events: what happened, told once. An event is part of the write that made it true.

Sources: VoxBurst's event catalog, PostFuze's page on webhooks, and the contract, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

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


class Facts(StrEnum):
    """The sets of facts that events hold. A format has one payload for each set."""

    PLANNED_POST = "planned post"
    ENDED_POST = "ended post"
    ENDED_TARGET = "ended target"
    APPROVAL = "approval"
    ACCOUNT = "account"
    DISCONNECTED_ACCOUNT = "disconnected account"
    BROKEN_ACCOUNT = "broken account"
    FILE = "file"
    ENDPOINT = "endpoint"


class CatalogEntry(NamedTuple):
    """One type in the catalog.

    `facts` is None while nothing tells the event. `alias_of` is the type under which the same fact
    is recorded. An event that is `on_demand` is recorded only for subscribers.
    """

    when: str
    facts: Facts | None
    alias_of: EventType | None = None
    on_demand: bool = False


CATALOG: Mapping[EventType, CatalogEntry] = {
    EventType.POST_CREATED: CatalogEntry(
        "A post was created, as a draft or with a time.", Facts.PLANNED_POST
    ),
    EventType.POST_SCHEDULED: CatalogEntry("A post got its time.", Facts.PLANNED_POST),
    EventType.POST_PUBLISHED: CatalogEntry(
        "Every target of a post has ended, and at least one is live: PUBLISHED, or PARTIAL.",
        Facts.ENDED_POST,
    ),
    EventType.POST_FAILED: CatalogEntry(
        "Every target of a post has ended, and none is live.", Facts.ENDED_POST
    ),
    EventType.POST_DRAFT_APPROVED: CatalogEntry(
        "The last step of an approval was done.", Facts.APPROVAL
    ),
    EventType.POST_TARGET_PUBLISHED: CatalogEntry(
        "One target of a post is live.", Facts.ENDED_TARGET, on_demand=True
    ),
    EventType.POST_TARGET_FAILED: CatalogEntry(
        "One target of a post has failed for good.", Facts.ENDED_TARGET, on_demand=True
    ),
    EventType.ACCOUNT_CONNECTED: CatalogEntry(
        "An account was connected, or connected again.", Facts.ACCOUNT
    ),
    EventType.ACCOUNT_DISCONNECTED: CatalogEntry(
        "An account was disconnected.", Facts.DISCONNECTED_ACCOUNT
    ),
    EventType.ACCOUNT_ERROR: CatalogEntry(
        "A network no longer takes an account's credentials.", Facts.BROKEN_ACCOUNT
    ),
    EventType.ACCOUNT_TOKEN_EXPIRED: CatalogEntry(
        "An account's token could not be refreshed.", None
    ),
    EventType.ACCOUNT_REAUTH_REQUIRED: CatalogEntry("An account's grant was revoked.", None),
    EventType.MEDIA_UPLOADED: CatalogEntry("An uploaded file is READY.", Facts.FILE),
    EventType.MEDIA_PROCESSED: CatalogEntry(
        "Another name of `media.uploaded`; who asks for both is told once, as `media.uploaded`.",
        Facts.FILE,
        alias_of=EventType.MEDIA_UPLOADED,
    ),
    EventType.IMPORT_COMPLETED: CatalogEntry("An import of posts ended.", None),
    EventType.IMPORT_FAILED: CatalogEntry("An import of posts failed.", None),
    EventType.WEBHOOK_TEST: CatalogEntry(
        "An endpoint is tested: sent at once, never recorded.", Facts.ENDPOINT
    ),
}
ALIASES = {kind: entry.alias_of for kind, entry in CATALOG.items() if entry.alias_of}
"""Names for a fact that is recorded under another name. It stays one fact, with one id."""
ENDINGS = frozenset(
    kind for kind, entry in CATALOG.items() if entry.facts in (Facts.ENDED_POST, Facts.ENDED_TARGET)
)
"""Events that are completed by what their post's state says of its targets."""
ON_DEMAND = frozenset(kind for kind, entry in CATALOG.items() if entry.on_demand)
"""Events that are recorded only for subscribers.

post.published and post.failed say the same of every target, so the log misses nothing.
"""


@frozen
class Event:
    """Something that happened. `facts` say it in herald's own words, JSON-ready.

    Each format renders its payload from them. They are part of an item that is billed by the
    kilobyte, so they do not repeat the owner, the type and the time.
    """

    id: str
    type: EventType
    owner: Owner
    created_at: datetime
    facts: Mapping[str, object]


def fact(kind: str) -> str:
    """Return the type under which the event of that name is recorded."""
    return ALIASES.get(EventType(kind), kind)


def facts_of(kind: str) -> Facts:
    """Return which facts an event of the type holds. Raises KeyError while nothing tells it."""
    facts = CATALOG[EventType(kind)].facts
    if facts is None:
        raise KeyError(kind)
    return facts


def names(kind: str) -> list[str]:
    """Return the names by which one may ask for the event: its own, then its aliases."""
    return [kind, *(alias for alias, meant in ALIASES.items() if meant == kind)]


def event(kind: EventType, owner: Owner, now: datetime, facts: Mapping[str, object]) -> Event:
    """Return a new event. Its facts come from the module of the noun that they are about."""
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, facts=facts)


EVENT_RETENTION = timedelta(days=30)


@frozen
class RecordedEvent:
    """An event as it is kept.

    `bodies` are its envelopes, rendered once, so that every attempt sends the same bytes. `facts`
    serve to render the event in a format or by a name that nobody had asked for when it happened.
    """

    id: str
    type: str
    owner: Owner
    created_at: datetime
    bodies: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

"""The log of events in the table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Item, Table, Update
from herald.domain import deliveries
from herald.domain.endpoints import Endpoint
from herald.domain.events import EVENT_RETENTION, RecordedEvent
from herald.domain.jobs import DeliveryJob
from herald.domain.owners import Owner
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store import event_rows, keys, packing, paging, rows
from herald.store.paging import ALWAYS, TimeSpan

if TYPE_CHECKING:
    from herald.store.due import DueEntry


@frozen
class FanOutItem:
    """An event with the endpoints that must hear of it.

    `check` is when the sweep looks whether their worker has begun.
    """

    told: RecordedEvent
    endpoints: Sequence[Endpoint]
    check: datetime


class EventStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def record(self, owed: Iterable[FanOutItem]) -> None:
        """Write events, each with the endpoints that it is owed to. One call per 25 events.

        An event that is recorded again gives the same row.
        """
        self.table.put_all(event_row(item) for item in owed)

    def check_again(self, owner: Owner, event_id: str, at: datetime) -> None:
        """Move the time at which the sweep looks after an event.

        Do nothing when the event has expired.
        """
        values = {"due_at": rows.ceil_milliseconds(at)}
        change = Update(
            key=keys.owned(owner, "EVT", event_id), values=values, condition=Attr("pk").exists()
        )
        try:
            self.table.update(change)
        except Conflict:
            return

    def get(self, owner: Owner, event_id: str) -> RecordedEvent | None:
        row = self.table.get(keys.owned(owner, "EVT", event_id))
        return event_of(row) if row else None

    def list(
        self,
        owner: Owner,
        *,
        before: str | None,
        limit: int,
        span: TimeSpan = ALWAYS,
        only: ConditionBase | None = None,
    ) -> Page[RecordedEvent]:
        """Return events of that time with an id below `before`.

        One call. Events that `only` leaves out are read too.
        """
        key = partial(keys.owned, owner, "EVT")
        return paging.page_of(
            self.table, "evt", key, event_of, before=before, limit=limit, span=span, only=only
        )


def event_row(owed: FanOutItem) -> Item:
    """Return the row of an event.

    While deliveries are owed, its entry in the due index names their endpoints.
    """
    event = owed.told
    pk, sk = keys.owned(event.owner, "EVT", event.id)
    row: Item = {
        "pk": pk,
        "sk": sk,
        "owner": str(event.owner),
        "type": event.type,
        "created_at": rows.time_text(event.created_at),
        "bodies": dict(event.bodies),
        "facts": packed_facts(event.facts, event.bodies),
        "expires_at": rows.seconds(event.created_at + EVENT_RETENTION),
    }
    if owed.endpoints:
        row |= rows.due("EVENT", event.id, owed.check)
        row |= {"owes": json.dumps([endpoint.id for endpoint in owed.endpoints])}
    return row


def event_of(row: Item) -> RecordedEvent:
    bodies = row["bodies"]
    return RecordedEvent(
        id=row["sk"].removeprefix("EVT#"),
        type=row["type"],
        owner=rows.owner(row),
        created_at=rows.must_time(row, "created_at"),
        bodies=bodies,
        facts=unpacked_facts(row["facts"], bodies) if "facts" in row else former_facts(row),
    )


def packed_facts(facts: Mapping[str, object], bodies: Mapping[str, str]) -> bytes:
    """Compress the facts against the bodies beside them, which repeat most of the facts.

    So they take 35 to 115 bytes for one account and some 45 for each further account. As plain text
    they would take as many as a body.
    """
    return packing.packed(event_rows.json_text(facts), beside(bodies))


def unpacked_facts(kept: bytes, bodies: Mapping[str, str]) -> dict[str, object]:
    facts: dict[str, object] = json.loads(packing.unpacked(kept, beside(bodies)))
    return facts


def beside(bodies: Mapping[str, str]) -> bytes:
    """Return the bodies joined in one order. The table gives them back in any order."""
    return "".join(bodies[name] for name in sorted(bodies)).encode()


def former_facts(row: Item) -> dict[str, object]:
    # The version before wrote this row.
    from herald.store import former  # noqa: PLC0415

    return former.facts_of(row)


def jobs_of_event(entry: DueEntry) -> list[DeliveryJob]:
    """Return the deliveries that an event's entry in the due index owes.

    The entry's key names the owner and the event, and the entry names the endpoints.
    """
    pk, sk = entry.key
    owner = rows.owner({"owner": pk.removeprefix("OWNER#")})
    event_id = sk.removeprefix("EVT#")
    return [deliveries.job(owner, event_id, endpoint_id) for endpoint_id in entry.owes]

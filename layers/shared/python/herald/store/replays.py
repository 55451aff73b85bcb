"""Replays in the table: how far each has got, and what has become of the events that it looks through."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from herald.aws.dynamodb import Attr, Conflict, Item, Key, Put, Table, Update
from herald.domain import deliveries, ids
from herald.domain.deliveries import Delivery
from herald.domain.events import RecordedEvent
from herald.domain.idempotency import StoredResponse
from herald.domain.replays import Replay
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.delivery_rows import again_row, delivery_of, delivery_row
from herald.store.due import entry_of
from herald.store.events import event_of, jobs_of_event
from herald.store.idempotency import response_puts, transact
from herald.store.paging import all_items, bounds

EVENTS_PER_PAGE = 100


@frozen
class ReplayCandidate:
    """An event; whether it owed the endpoint a delivery when it happened; and every delivery of it to the endpoint."""

    event: RecordedEvent
    owed: bool
    deliveries: Sequence[Delivery]


@frozen
class EventPage:
    """The next events, oldest first; `end` is the last one's id, None when there are no more."""

    seen: Sequence[ReplayCandidate]
    end: str | None


class ReplayStore:
    def __init__(self, table: Table, *, page: int = EVENTS_PER_PAGE) -> None:
        """`page`: events per look."""
        self.table = table
        self.page = page

    def begin(self, replay: Replay, due: datetime, *, response: StoredResponse | None) -> None:
        """The sweep goes on with it from `due`, unless it has ended.

        Raises IdempotentReplay, IdempotencyConflictError, ConflictError: an equal request is in the air.
        """
        put = Put(item=replay_row(replay, due), condition=Attr("pk").not_exists())
        transact(
            self.table, [put, *response_puts(replay.owner, response, replay.created_at)], response
        )

    def get(self, key: keys.KeyPair) -> Replay | None:
        row = self.table.get(key)
        return replay_of(row) if row else None

    def next_page(self, replay: Replay) -> EventPage:
        """At the events behind the last one. Three calls or four, and more only where events were delivered again and again."""
        pk, _ = keys.owned(replay.owner, "EVT", "")
        low, high = (f"EVT#{each}" for each in bounds("evt", (replay.start, replay.end)))
        after = keys.owned(replay.owner, "EVT", replay.after) if replay.after else None
        if low > high:
            return EventPage(seen=[], end=None)
        page = self.table.query(
            Key("pk").eq(pk) & Key("sk").between(low, high), limit=self.page, start=after
        )
        deliveries = self._deliveries(replay, [event_of(row) for row in page.items])
        seen = [
            ReplayCandidate(
                event=event,
                owed=replay.endpoint_id in endpoints_owed(row),
                deliveries=deliveries.get(event.id, []),
            )
            for row, event in ((row, event_of(row)) for row in page.items)
        ]
        return EventPage(seen=seen, end=page.end["sk"].removeprefix("EVT#") if page.end else None)

    def _deliveries(
        self, replay: Replay, events: Sequence[RecordedEvent]
    ) -> dict[str, list[Delivery]]:
        """By event: the first one, and those made of it again."""
        if not events:
            return {}
        firsts = [
            deliveries.job(replay.owner, each.id, replay.endpoint_id).delivery_id for each in events
        ]
        more = [
            each.rpartition("#")[2]
            for each in self._again(replay.endpoint_id, events[0].id, events[-1].id)
        ]
        found = self.table.get_many(
            keys.delivery(replay.endpoint_id, each) for each in [*firsts, *more]
        )
        made: dict[str, list[Delivery]] = {}
        for row in found.values():
            delivery = delivery_of(row)
            made.setdefault(delivery.event_id, []).append(delivery)
        return made

    def _again(self, endpoint_id: str, first: str, last: str) -> Iterator[str]:
        pk, low = keys.redelivery(endpoint_id, first, "")
        _, high = keys.redelivery(endpoint_id, last, "~")
        yield from (
            row["sk"]
            for row in all_items(self.table, Key("pk").eq(pk) & Key("sk").between(low, high))
        )

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Each once: what lies there already, waiting or ended, stays as it is. One call for each, and one for 25 of them."""
        made = list(deliveries)
        self.table.put_all(again_row(each) for each in made)
        for each in made:
            with suppress(Conflict):
                self.table.put(Put(item=delivery_row(each), condition=Attr("pk").not_exists()))

    def save_progress(self, replay: Replay, due: datetime) -> None:
        """Keep how far it has got; nothing when another worker has ended it."""
        values = {"after": replay.after, "due_at": rows.ceil_milliseconds(due)}
        key = keys.replay(replay.endpoint_id, replay.id)
        with suppress(Conflict):
            self.table.update(Update(key=key, values=values, condition=Attr("pk").exists()))

    def end(self, replay: Replay) -> None:
        self.table.delete(keys.replay(replay.endpoint_id, replay.id))


def endpoints_owed(row: Item) -> set[str]:
    """The endpoints that the event owed a delivery when it happened."""
    return {job.endpoint_id for job in jobs_of_event(entry_of(row))} if "owes" in row else set()


def replay_row(replay: Replay, due: datetime) -> Item:
    pk, sk = keys.replay(replay.endpoint_id, replay.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(replay.owner),
        "start": rows.time_text(replay.start),
        "end": rows.time_text(replay.end),
        "types": list(replay.types),
        "after": replay.after,
        "created_at": rows.time_text(replay.created_at),
        **rows.due("REPLAY", replay.id, due),
    }


def replay_of(row: Item) -> Replay:
    return Replay(
        id=row["sk"].removeprefix("REPLAY#"),
        owner=rows.owner(row),
        endpoint_id=row["pk"].removeprefix("WH#"),
        start=rows.must_time(row, "start"),
        end=rows.must_time(row, "end"),
        types=tuple(row["types"]),
        after=row.get("after"),
        created_at=ids.created_at(row["sk"].removeprefix("REPLAY#")),
    )

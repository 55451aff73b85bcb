"""Replays in the table: how far each has got, and the deliveries of the events that it looks at."""

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
    """An event with every delivery of it to the endpoint.

    `owed` says whether the event owed the endpoint a delivery when it happened.
    """

    event: RecordedEvent
    owed: bool
    deliveries: Sequence[Delivery]


@frozen
class EventPage:
    """The next events, oldest first.

    `end` is the id of the last one, or None when there are no more events.
    """

    seen: Sequence[ReplayCandidate]
    end: str | None


class ReplayStore:
    def __init__(self, table: Table, *, page: int = EVENTS_PER_PAGE) -> None:
        """`page` is the number of events per page."""
        self.table = table
        self.page = page

    def begin(self, replay: Replay, due: datetime, *, response: StoredResponse | None) -> None:
        """Write the replay. The sweep continues it from `due` on, unless it has ended by then.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
        put = Put(item=replay_row(replay, due), condition=Attr("pk").not_exists())
        answers = response_puts(replay.owner, response, replay.created_at)
        transact(self.table, [put, *answers], response)

    def get(self, key: keys.KeyPair) -> Replay | None:
        row = self.table.get(key)
        return replay_of(row) if row else None

    def next_page(self, replay: Replay) -> EventPage:
        """Return the events behind the last one that the replay has seen.

        Three or four calls. It is more calls only where events were delivered again many times.
        """
        first, last = bounds("evt", (replay.start, replay.end))
        pk, low = keys.owned(replay.owner, "EVT", first)
        _, high = keys.owned(replay.owner, "EVT", last)
        after = keys.owned(replay.owner, "EVT", replay.after) if replay.after else None
        if low > high:
            return EventPage(seen=[], end=None)
        page = self.table.query(
            Key("pk").eq(pk) & Key("sk").between(low, high), limit=self.page, start=after
        )
        events = [event_of(row) for row in page.items]
        deliveries = self._deliveries(replay, events)
        seen = [
            ReplayCandidate(
                event=event,
                owed=replay.endpoint_id in endpoints_owed(row),
                deliveries=deliveries.get(event.id, []),
            )
            for row, event in zip(page.items, events, strict=True)
        ]
        return EventPage(seen=seen, end=page.end["sk"].removeprefix("EVT#") if page.end else None)

    def _deliveries(
        self, replay: Replay, events: Sequence[RecordedEvent]
    ) -> dict[str, list[Delivery]]:
        """Return the deliveries by event: the first one, and the redeliveries."""
        if not events:
            return {}
        jobs = [deliveries.job(replay.owner, event.id, replay.endpoint_id) for event in events]
        again = self._again(replay.endpoint_id, events[0].id, events[-1].id)
        delivery_ids = [job.delivery_id for job in jobs]
        delivery_ids += [sk.rpartition("#")[2] for sk in again]
        items = self.table.get_many(
            keys.delivery(replay.endpoint_id, delivery_id) for delivery_id in delivery_ids
        )
        by_event: dict[str, list[Delivery]] = {}
        for row in items.values():
            delivery = delivery_of(row)
            by_event.setdefault(delivery.event_id, []).append(delivery)
        return by_event

    def _again(self, endpoint_id: str, first: str, last: str) -> Iterator[str]:
        pk, low = keys.redelivery(endpoint_id, first, "")
        _, high = keys.redelivery(endpoint_id, last, "~")
        where = Key("pk").eq(pk) & Key("sk").between(low, high)
        for row in all_items(self.table, where):
            yield row["sk"]

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Write each delivery once. A delivery that exists, waiting or ended, stays as it is.

        One call for each delivery, and one more for 25 of them.
        """
        redeliveries = list(deliveries)
        self.table.put_all(again_row(delivery) for delivery in redeliveries)
        for delivery in redeliveries:
            put = Put(item=delivery_row(delivery), condition=Attr("pk").not_exists())
            with suppress(Conflict):
                self.table.put(put)

    def save_progress(self, replay: Replay, due: datetime) -> None:
        """Write how far the replay has got. Do nothing when another worker has ended it."""
        values = {"after": replay.after, "due_at": rows.ceil_milliseconds(due)}
        key = keys.replay(replay.endpoint_id, replay.id)
        with suppress(Conflict):
            self.table.update(Update(key=key, values=values, condition=Attr("pk").exists()))

    def end(self, replay: Replay) -> None:
        self.table.delete(keys.replay(replay.endpoint_id, replay.id))


def endpoints_owed(row: Item) -> set[str]:
    """Return the endpoints that the event owed a delivery when it happened."""
    if "owes" not in row:
        return set()
    return {job.endpoint_id for job in jobs_of_event(entry_of(row))}


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
    replay_id = row["sk"].removeprefix("REPLAY#")
    return Replay(
        id=replay_id,
        owner=rows.owner(row),
        endpoint_id=row["pk"].removeprefix("WH#"),
        start=rows.must_time(row, "start"),
        end=rows.must_time(row, "end"),
        types=tuple(row["types"]),
        after=row.get("after"),
        created_at=ids.created_at(replay_id),
    )

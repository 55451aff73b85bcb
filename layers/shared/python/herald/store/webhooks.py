"""Webhooks in the table: endpoints, the log of events, and deliveries."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING, TypeVar

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Item, Key, Put, Table, TransactionConflict, Update
from herald.domain import deliveries, formats, ids, stats
from herald.domain.deliveries import Attempt, Delivery, DeliveryStatus, Job
from herald.domain.endpoints import MAX_FAILURES, Edit, Endpoint, Sealed
from herald.domain.events import KEPT, Told
from herald.domain.formats import Format
from herald.domain.lanes import Lane
from herald.domain.owners import Owner, Secret
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.pages import every

if TYPE_CHECKING:
    from herald.aws.kms import Vault
    from herald.domain.idempotency import Answered, Once
    from herald.store.due import Entry


Kept = TypeVar("Kept")
Span = tuple[datetime, datetime]
STREAK_ENDS = {"consecutive_failures": 0, "failing_since": None, "last_error": None}
WINDOW, MEMORY = 12, 5  # a window of 4 KB takes headers as small as one of 32 KB, in a fifth of the time
ALWAYS: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class OvertakenError(Exception):
    """Another worker ended an attempt of this delivery in between: nothing was written."""


@frozen
class Owed:
    """An event with the endpoints that must hear of it; `check` is when the sweep looks whether their worker has begun."""

    told: Told
    endpoints: Sequence[Endpoint]
    check: datetime


@frozen
class Loaded:
    """What one message needs; what is None is not there, or no longer. `sealed` are the endpoint's signing secrets."""

    job: Job
    event: Told | None
    endpoint: Endpoint | None
    delivery: Delivery | None
    sealed: Sealed | None


class WebhookStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def create(self, endpoint: Endpoint, secret: Secret, *, once: Once | None, answer: Answered | None) -> None:
        """The endpoint with its signing secret, sealed.

        Raises AlreadyAnswered, IdempotencyConflictError, or ConflictError: an equal request is in the air.
        """
        sealed = self.vault.seal(secret.encode(), owner=endpoint.id)
        put = Put(item=endpoint_row(endpoint) | {"sealed": sealed}, condition=Attr("pk").not_exists())
        self._change(put, endpoint.owner, secret, endpoint.created_at, once=once, answer=answer)

    def rotate(
        self,
        endpoint: Endpoint,
        was: Sealed,
        secret: Secret,
        *,
        grace: timedelta,
        now: datetime,
        once: Once | None,
        answer: Answered | None,
    ) -> None:
        """The endpoint's new secret, sealed; the one before counts on for that long.

        Raises AlreadyAnswered, IdempotencyConflictError, or ConflictError: an equal request, or another rotation, is in the air.
        """
        values = {
            "sealed": self.vault.seal(secret.encode(), owner=endpoint.id),
            "sealed_before": was.secret if grace else None,
            "before_until": rows.text(now + grace) if grace else None,
            "updated_at": rows.text(now),
        }
        unchanged = Attr("sealed").eq(was.secret)
        change = Update(key=keys.owned(endpoint.owner, "WH", endpoint.id), values=values, condition=unchanged)
        self._change(change, endpoint.owner, secret, now, once=once, answer=answer)

    def _change(
        self, change: Put | Update, owner: Owner, secret: Secret, now: datetime, *, once: Once | None, answer: Answered | None
    ) -> None:
        """The change, together with the answer that shows the secret."""
        from herald.store.once import kept, transact, without_secret  # noqa: PLC0415 - no worker pays for it

        answers = [without_secret(each, secret, self.vault) for each in kept(owner, once, answer, now)]
        transact(self.table, [change, *answers], once, self.vault)

    def replay(self, owner: Owner, once: Once, now: datetime) -> None:
        """Raises AlreadyAnswered when the request was answered before."""
        from herald.store.once import replay  # noqa: PLC0415 - no worker pays for it

        replay(self.table, owner, once, now, self.vault)

    def get(self, owner: Owner, endpoint_id: str) -> Endpoint | None:
        row = self.table.get(keys.owned(owner, "WH", endpoint_id))
        return endpoint_of(row) if row else None

    def find(self, key: keys.KeyPair) -> Endpoint | None:
        """By its place in the table."""
        row = self.table.get(key)
        return endpoint_of(row) if row else None

    def with_secrets(self, owner: Owner, endpoint_id: str) -> tuple[Endpoint, Sealed] | None:
        row = self.table.get(keys.owned(owner, "WH", endpoint_id))
        return (endpoint_of(row), sealed_of(row)) if row else None

    def all(self, owner: Owner) -> list[Endpoint]:
        """Oldest first. One call per 1 MB, some 1,500 of them."""
        return [endpoint_of(row) for row in every(self.table, endpoints_of(owner))]

    def count(self, owner: Owner) -> int:
        """How many there are. One call per 1 MB."""
        return sum(1 for _ in every(self.table, endpoints_of(owner), names=("sk",)))

    def edit(self, owner: Owner, endpoint_id: str, edit: Edit, now: datetime) -> Endpoint | None:
        """The endpoint after the change, None when there is none. What is not named stays, whoever counts meanwhile. One call.

        Raises ValidationError when its format has no such event.
        """
        fitting = [kind for kind, offered in formats.OFFERED.items() if offered.keys() >= set(edit.events or ())]
        fits = Attr("format").is_in(fitting) if len(fitting) < len(Format) else Attr("pk").exists()
        change = Update(key=keys.owned(owner, "WH", endpoint_id), values=edited(edit, now), condition=fits)
        try:
            return endpoint_of(self.table.update(change))
        except Conflict as conflict:
            if conflict.item:
                formats.check_offered(Format(conflict.item["format"]), edit.events or ())
            return None

    def delete(self, owner: Owner, endpoint_id: str) -> bool:
        """False when there is no such endpoint."""
        return self.table.delete(keys.owned(owner, "WH", endpoint_id))

    def delivered(self, endpoint: Endpoint, at: datetime) -> None:
        """Note the endpoint's latency and last success, which ends its failures in a row; nothing when it was deleted meanwhile.

        A failure that came later stays counted. Its deliveries are to be counted then.
        """
        key = keys.owned(endpoint.owner, "WH", endpoint.id)
        reached = {"last_delivery_at": rows.text(at), "latency_ms": endpoint.latency_ms}
        due = rows.due("STATS", endpoint.id, at + stats.PERIOD)
        last = Attr("last_failure_at").not_exists() | Attr("last_failure_at").lte(rows.text(at))
        try:
            ended = reached | STREAK_ENDS
            self.table.update(Update(key=key, values=ended, defaults=due, condition=Attr("pk").exists() & last))
        except Conflict as conflict:
            if conflict.item:
                self.table.update(Update(key=key, values=reached, defaults=due))

    def attempted(self, endpoint: Endpoint, now: datetime) -> None:
        """Note the endpoint's latency alone; nothing when it was deleted meanwhile. Its deliveries are to be counted then."""
        key, values = keys.owned(endpoint.owner, "WH", endpoint.id), {"latency_ms": endpoint.latency_ms}
        due = rows.due("STATS", endpoint.id, now + stats.PERIOD)
        with suppress(Conflict):
            self.table.update(Update(key=key, values=values, defaults=due, condition=Attr("pk").exists()))

    def settled(self, endpoint: Endpoint, until: datetime, *, due: datetime | None) -> None:
        """Its deliveries of before are counted; nothing when it was deleted, or is done but was told something meanwhile."""
        unchanged: ConditionBase = Attr("pk").exists()
        if due is None:
            unchanged = unchanged & lies("last_delivery_at", endpoint.last_delivery_at)
            unchanged = unchanged & lies("last_failure_at", endpoint.last_failure_at)
        values = {"settled_until": rows.text(until), **rows.due("STATS", endpoint.id, due)}
        with suppress(Conflict):
            self.table.update(Update(key=keys.owned(endpoint.owner, "WH", endpoint.id), values=values, condition=unchanged))

    def disable(self, endpoint: Endpoint, now: datetime) -> bool:
        """Disable an endpoint that has failed too often in a row. False when it need not be."""
        values = {"enabled": False, "auto_disabled_at": rows.text(now), "updated_at": rows.text(now)}
        needed = Attr("enabled").eq(True) & Attr("consecutive_failures").gte(MAX_FAILURES)
        try:
            self.table.update(Update(key=keys.owned(endpoint.owner, "WH", endpoint.id), values=values, condition=needed))
        except Conflict:
            return False
        return True

    def record(self, owed: Iterable[Owed]) -> None:
        """Keep events, each with whom it is owed to. Recorded again, it is the same row. One call per 25."""
        self.table.put_all(event_row(each) for each in owed)

    def load_for(self, jobs: Iterable[Job]) -> list[Loaded]:
        """Everything that these jobs need, in one call for 33 of them."""
        wanted = {job: wanted_for(job) for job in jobs}
        found = self.table.get_many(key for three in wanted.values() for key in three)
        return [loaded(job, *(found.get(key) for key in three)) for job, three in wanted.items()]

    def save(self, delivery: Delivery, endpoint: Endpoint | None, now: datetime, *, was: Delivery | None) -> None:
        """Write what an attempt came to, if the delivery still lies there as it was read. Raises OvertakenError.

        What ends it counts for its endpoint in the same write: once, whoever dies or comes twice.
        """
        unchanged = (
            Attr("attempts").eq(was.attempts) & Attr("status").eq(DeliveryStatus.PENDING) if was else Attr("pk").not_exists()
        )
        put = Put(item=delivery_row(delivery), condition=unchanged)
        counted = counts(delivery, endpoint, now) if endpoint else None
        try:
            if counted:
                self.table.transact([put, counted])
            else:
                self.table.put(put)
        except Conflict as conflict:
            raise OvertakenError(delivery.id) from conflict
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # the endpoint's row was in the air for longer than the table waits
            if 0 in conflict.failed:
                raise OvertakenError(delivery.id) from conflict
            self.save(delivery, None, now, was=was)  # the endpoint was deleted in between

    def unattempted(self, jobs: Iterable[Job]) -> list[Job]:
        """Those whose endpoint exists, but not their delivery: no worker has begun with them. One call for 50 of them.

        Each in its endpoint's lane.
        """
        wanted = {job: wanted_for(job)[1:] for job in jobs}
        found = self.table.get_many(key for two in wanted.values() for key in two)
        return [
            replace(job, lane=endpoint_of(found[endpoint]).lane)
            for job, (endpoint, delivery) in wanted.items()
            if endpoint in found and delivery not in found
        ]

    def check_again(self, owner: Owner, event_id: str, at: datetime) -> None:
        """Move the time at which the sweep looks after an event; nothing when it has expired."""
        values = {"due_at": rows.ceil_milliseconds(at)}
        change = Update(key=keys.owned(owner, "EVT", event_id), values=values, condition=Attr("pk").exists())
        try:
            self.table.update(change)
        except Conflict:
            return

    def delivery(self, endpoint_id: str, delivery_id: str) -> Delivery | None:
        row = self.table.get(keys.delivery(endpoint_id, delivery_id))
        return delivery_of(row) if row else None

    def redeliver(self, delivery: Delivery, *, once: Once | None, answer: Answered | None) -> None:
        """A new delivery; it waits in the due index until its first attempt.

        Raises AlreadyAnswered, IdempotencyConflictError, ConflictError: an equal request is in the air.
        """
        from herald.store.once import kept, transact  # noqa: PLC0415 - no worker pays for it

        put = Put(item=delivery_row(delivery), condition=Attr("pk").not_exists())
        also = Put(item=again_row(delivery))
        transact(self.table, [put, also, *kept(delivery.owner, once, answer, delivery.created_at)], once)

    def page(
        self, endpoint_id: str, *, before: str | None, limit: int, span: Span = ALWAYS, only: ConditionBase | None = None
    ) -> Page[Delivery]:
        """Deliveries of that time with an id below `before`. One call; what `only` leaves out is read too."""
        key = partial(keys.delivery, endpoint_id)
        return self._page("del", key, delivery_of, before=before, limit=limit, span=span, only=only)

    def events(
        self, owner: Owner, *, before: str | None, limit: int, span: Span = ALWAYS, only: ConditionBase | None = None
    ) -> Page[Told]:
        """Events of that time with an id below `before`. One call; what `only` leaves out is read too."""
        key = partial(keys.owned, owner, "EVT")
        return self._page("evt", key, told_of, before=before, limit=limit, span=span, only=only)

    def event(self, owner: Owner, event_id: str) -> Told | None:
        row = self.table.get(keys.owned(owner, "EVT", event_id))
        return told_of(row) if row else None

    def _page(
        self,
        prefix: str,
        key: Callable[[str], keys.KeyPair],
        read: Callable[[Item], Kept],
        *,
        before: str | None,
        limit: int,
        span: Span,
        only: ConditionBase | None,
    ) -> Page[Kept]:
        (pk, low), (_, high) = (key(bound) for bound in bounds(prefix, span))
        if low > (key(before)[1] if before else high):  # a range that the table refuses: it is empty, or has passed its start
            return Page(items=[], end=None)
        page = self.table.query(
            Key("pk").eq(pk) & Key("sk").between(low, high),
            only=only,
            limit=limit,
            forward=False,
            start=key(before) if before else None,
        )
        end = page.end["sk"].partition("#")[2] if page.end else None
        return Page(items=[read(row) for row in page.items], end=end)


def endpoints_of(owner: Owner) -> ConditionBase:
    pk, start = keys.owned(owner, "WH", "")
    return Key("pk").eq(pk) & Key("sk").begins_with(start)


def bounds(prefix: str, span: Span) -> tuple[str, str]:
    """The ids between which those of that time lie."""
    start, end = span
    return ids.floor(prefix, start), ids.ceiling(prefix, end)


def lies(name: str, at: datetime | None) -> ConditionBase:
    """The item has that time there, or none."""
    return Attr(name).eq(rows.text(at)) if at else Attr(name).not_exists()


def filtered(now: datetime, *, status: str | None = None, event_type: str | None = None) -> ConditionBase | None:
    """The deliveries that show that status now, or what is of that type of event, however spelled; None when all are wanted."""
    wanted = [showing(status, now)] if status else []
    wanted += [Attr("type").is_in(formats.spellings(event_type))] if event_type else []
    return reduce(and_, wanted) if wanted else None


def showing(status: str, now: datetime) -> ConditionBase:
    """As `Delivery.seen` tells it."""
    pending, at = Attr("status").eq(DeliveryStatus.PENDING), rows.ceil_milliseconds(now)
    match status:
        case DeliveryStatus.DELIVERING:
            return pending & Attr("due_at").lt(at)
        case DeliveryStatus.PENDING:
            return pending & (Attr("due_at").not_exists() | Attr("due_at").gte(at))
        case _:
            return Attr("status").eq(status)


def counts(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Update | None:
    """What an ended delivery does to its endpoint, None when nothing. One that is gone is disabled by the same write."""
    key, there, at = keys.owned(endpoint.owner, "WH", endpoint.id), Attr("pk").exists(), rows.text(now)
    if delivery.status is DeliveryStatus.FAILED:
        failed: Item = {"last_failure_at": at, "last_error": delivery.error}
        first = {"failing_since": at}
        if delivery.status_code == deliveries.GONE:
            failed |= {"enabled": False, "updated_at": at}
            first |= {"auto_disabled_at": at}
        once = {"failure_count": 1, "consecutive_failures": 1}
        return Update(key=key, values=failed, add=once, defaults=first, condition=there)
    if delivery.status is DeliveryStatus.DELIVERED and endpoint.consecutive_failures:
        return Update(key=key, values=STREAK_ENDS, condition=there)
    return None


def wanted_for(job: Job) -> tuple[keys.KeyPair, keys.KeyPair, keys.KeyPair]:
    """Where the job's event, endpoint and delivery lie."""
    return (
        keys.owned(job.owner, "EVT", job.event_id),
        keys.owned(job.owner, "WH", job.endpoint_id),
        keys.delivery(job.endpoint_id, job.delivery_id),
    )


def loaded(job: Job, event: Item | None, endpoint: Item | None, delivery: Item | None) -> Loaded:
    return Loaded(
        job=job,
        event=told_of(event) if event else None,
        endpoint=endpoint_of(endpoint) if endpoint else None,
        delivery=delivery_of(delivery) if delivery else None,
        sealed=sealed_of(endpoint) if endpoint else None,
    )


def job_body(job: Job) -> dict[str, str]:
    """Its lane is said when it is not the fast one."""
    body = {"owner": str(job.owner), "event": job.event_id, "endpoint": job.endpoint_id, "delivery": job.delivery_id}
    return body if job.lane is Lane.FAST else body | {"lane": job.lane}


def jobs_of_event(entry: Entry) -> list[Job]:
    """What an event's entry in the due index owes: its key says whose and which, the entry to whom."""
    owner = rows.owner({"owner": entry.key[0].removeprefix("OWNER#")})
    return [deliveries.job(owner, entry.key[1].removeprefix("EVT#"), each) for each in entry.owes]


def endpoint_row(endpoint: Endpoint) -> Item:
    pk, sk = keys.owned(endpoint.owner, "WH", endpoint.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(endpoint.owner),
        "url": endpoint.url,
        "subscribed": list(endpoint.events),
        "enabled": endpoint.enabled,
        "description": endpoint.description,
        "format": endpoint.format,
        "failure_count": endpoint.failure_count,
        "consecutive_failures": endpoint.consecutive_failures,
        "auto_disabled_at": rows.text(endpoint.auto_disabled_at),
        "last_delivery_at": rows.text(endpoint.last_delivery_at),
        "latency_ms": endpoint.latency_ms,
        "last_failure_at": rows.text(endpoint.last_failure_at),
        "last_error": endpoint.last_error,
        "failing_since": rows.text(endpoint.failing_since),
        "settled_until": rows.text(endpoint.settled_until),
        "created_at": rows.text(endpoint.created_at),
        "updated_at": rows.text(endpoint.updated_at),
        **rows.due("STATS", endpoint.id, endpoint.due),
    }


def edited(edit: Edit, now: datetime) -> Item:
    """The attributes that change; None removes one."""
    named: Item = {
        "url": edit.url,
        "subscribed": list(edit.events) if edit.events else None,
        "description": edit.description,
        "enabled": edit.enabled,
    }
    changed = {name: value for name, value in named.items() if value is not None}
    changed |= {"description": None} if edit.undescribed else {}
    changed |= {"latency_ms": None} if edit.url else {}  # another receiver has another history
    changed |= {**STREAK_ENDS, "auto_disabled_at": None, "last_failure_at": None} if edit.enabled else {}
    return changed | {"updated_at": rows.text(now)}


def endpoint_of(row: Item) -> Endpoint:
    return Endpoint(
        id=row["sk"].removeprefix("WH#"),
        owner=rows.owner(row),
        url=row["url"],
        events=tuple(row["subscribed"]),
        enabled=row["enabled"],
        description=row.get("description"),
        format=Format(row["format"]),
        failure_count=row["failure_count"],
        consecutive_failures=row["consecutive_failures"],
        auto_disabled_at=rows.time(row, "auto_disabled_at"),
        last_delivery_at=rows.time(row, "last_delivery_at"),
        latency_ms=row.get("latency_ms", 0),
        settled_until=rows.time(row, "settled_until"),
        due=rows.from_milliseconds(row["due_at"]) if "due_at" in row else None,
        last_failure_at=rows.time(row, "last_failure_at"),
        last_error=row.get("last_error"),
        failing_since=rows.time(row, "failing_since"),
        created_at=rows.must_time(row, "created_at"),
        updated_at=rows.must_time(row, "updated_at"),
    )


def sealed_of(row: Item) -> Sealed:
    return Sealed(secret=row["sealed"], before=row.get("sealed_before"), before_until=rows.time(row, "before_until"))


def event_row(owed: Owed) -> Item:
    """The event; while deliveries are owed, its entry in the due index names their endpoints."""
    pk, sk = keys.owned(owed.told.owner, "EVT", owed.told.id)
    row: Item = {
        "pk": pk,
        "sk": sk,
        "owner": str(owed.told.owner),
        "type": owed.told.type,
        "created_at": rows.text(owed.told.created_at),
        "bodies": dict(owed.told.bodies),
        "accounts": [list(each) for each in owed.told.accounts] or None,
        "expires_at": rows.seconds(owed.told.created_at + KEPT),
    }
    if owed.endpoints:
        row |= rows.due("EVENT", owed.told.id, owed.check)
        row |= {"owes": json.dumps([each.id for each in owed.endpoints])}
    return row


def told_of(row: Item) -> Told:
    return Told(
        id=row["sk"].removeprefix("EVT#"),
        type=row["type"],
        owner=rows.owner(row),
        created_at=rows.must_time(row, "created_at"),
        bodies=row["bodies"],
        accounts=rows.named(row),
    )


def delivery_row(delivery: Delivery) -> Item:
    pk, sk = keys.delivery(delivery.endpoint_id, delivery.id)
    row: Item = {
        "pk": pk,
        "sk": sk,
        "owner": str(delivery.owner),
        "event": delivery.event_id,
        "type": delivery.event_type,
        "url": delivery.url,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "status_code": delivery.status_code,
        "latency_ms": delivery.latency_ms,
        "response": packed(delivery.response_body),
        "error": delivery.error,
        "attempted_at": rows.text(delivery.attempted_at),
        "headers": packed(json.dumps(delivery.headers)) if delivery.headers else None,
        "earlier": [attempt_row(each) for each in delivery.earlier] or None,
        "created_at": rows.text(delivery.created_at),
        "delivered_at": rows.text(delivery.delivered_at),
        "expires_at": rows.seconds(delivery.created_at + KEPT),
    }
    if delivery.due:
        row |= rows.due("DELIVERY", delivery.id, delivery.due)
        row |= {"owes": json.dumps(job_body(delivery.job))}
    return row


def again_row(delivery: Delivery) -> Item:
    """What finds, by its event, a delivery whose id does not follow from it."""
    pk, sk = keys.again(delivery.endpoint_id, delivery.event_id, delivery.id)
    return {"pk": pk, "sk": sk, "expires_at": rows.seconds(delivery.created_at + KEPT)}


def delivery_of(row: Item) -> Delivery:
    return Delivery(
        id=row["sk"].removeprefix("DEL#"),
        endpoint_id=row["pk"].removeprefix("WH#"),
        event_id=row["event"],
        event_type=row["type"],
        owner=rows.owner(row),
        url=row["url"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        due=rows.from_milliseconds(row["due_at"]) if "due_at" in row else None,
        status_code=row.get("status_code"),
        latency_ms=row.get("latency_ms"),
        response_body=unpacked(row.get("response")),
        error=row.get("error"),
        attempted_at=rows.time(row, "attempted_at"),
        headers=json.loads(unpacked(row.get("headers")) or "{}"),
        earlier=tuple(attempt_of(each) for each in row.get("earlier", ())),
        created_at=rows.must_time(row, "created_at"),
        delivered_at=rows.time(row, "delivered_at"),
    )


def attempt_row(attempt: Attempt) -> Item:
    row = {
        "at": rows.text(attempt.at),
        "status_code": attempt.status_code,
        "latency_ms": attempt.latency_ms,
        "error": attempt.error,
        "response": packed(attempt.response_body),
    }
    return {name: value for name, value in row.items() if value is not None}


def attempt_of(row: Item) -> Attempt:
    return Attempt(
        at=rows.must_time(row, "at"),
        status_code=row.get("status_code"),
        latency_ms=row.get("latency_ms"),
        error=row.get("error"),
        response_body=unpacked(row.get("response")),
    )


def packed(text: str | None) -> str | bytes | None:
    """Compressed where that is smaller: a write is billed by the kilobyte."""
    if text is None:
        return None
    raw = text.encode()
    deflate = zlib.compressobj(wbits=WINDOW, memLevel=MEMORY)
    small = deflate.compress(raw) + deflate.flush()
    return small if len(small) < len(raw) else text


def unpacked(kept: str | bytes | None) -> str | None:
    return zlib.decompress(kept).decode() if isinstance(kept, bytes) else kept

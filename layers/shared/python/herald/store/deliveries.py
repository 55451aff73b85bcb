"""Deliveries in the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING

from herald.aws.dynamodb import (
    Attr,
    ConditionBase,
    Conflict,
    Item,
    Put,
    Table,
    TransactionConflict,
    Update,
)
from herald.domain import deliveries, formats
from herald.domain.deliveries import Delivery, DeliveryStatus
from herald.domain.endpoints import Endpoint, Sealed
from herald.domain.events import RecordedEvent
from herald.domain.jobs import DeliveryJob
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store import keys, paging, rows
from herald.store.delivery_rows import again_row, delivery_of, delivery_row
from herald.store.endpoint_rows import STREAK_ENDS, endpoint_of, sealed_of
from herald.store.events import event_of
from herald.store.paging import ALWAYS, TimeSpan

if TYPE_CHECKING:
    from herald.domain.idempotency import StoredResponse


class DeliveryChangedError(Exception):
    """Another worker ended an attempt of this delivery in between: nothing was written."""


@frozen
class LoadedDelivery:
    """What one message needs; what is None is not there, or no longer. `sealed` are the endpoint's signing secrets."""

    job: DeliveryJob
    event: RecordedEvent | None
    endpoint: Endpoint | None
    delivery: Delivery | None
    sealed: Sealed | None


class DeliveryStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get_for(self, jobs: Iterable[DeliveryJob]) -> list[LoadedDelivery]:
        """Everything that these jobs need, in one call for 33 of them."""
        wanted = {job: wanted_for(job) for job in jobs}
        found = self.table.get_many(key for three in wanted.values() for key in three)
        return [loaded(job, *(found.get(key) for key in three)) for job, three in wanted.items()]

    def save(
        self, delivery: Delivery, endpoint: Endpoint | None, now: datetime, *, was: Delivery | None
    ) -> None:
        """Write what an attempt came to, if the delivery still lies there as it was read. Raises DeliveryChangedError.

        What ends it counts for its endpoint in the same write: once, whoever dies or comes twice.
        """
        unchanged = (
            Attr("attempts").eq(was.attempts) & Attr("status").eq(DeliveryStatus.PENDING)
            if was
            else Attr("pk").not_exists()
        )
        put = Put(item=delivery_row(delivery), condition=unchanged)
        counted = may_be_counted(delivery, endpoint, now) if endpoint else None
        try:
            if counted:
                self.table.transact([put, counted])
            else:
                self.table.put(put)
        except Conflict as conflict:
            raise DeliveryChangedError(delivery.id) from conflict
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # the endpoint's row was in the air for longer than the table waits
            if 0 in conflict.failed:
                raise DeliveryChangedError(delivery.id) from conflict
            self.save(delivery, None, now, was=was)  # the endpoint was deleted in between

    def not_started(self, jobs: Iterable[DeliveryJob]) -> list[DeliveryJob]:
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

    def get(self, endpoint_id: str, delivery_id: str) -> Delivery | None:
        row = self.table.get(keys.delivery(endpoint_id, delivery_id))
        return delivery_of(row) if row else None

    def redeliver(self, delivery: Delivery, *, response: StoredResponse | None) -> None:
        """A new delivery; it waits in the due index until its first attempt.

        Raises IdempotentReplay, IdempotencyConflictError, ConflictError: an equal request is in the air.
        """
        from herald.store.idempotency import response_puts, transact  # noqa: PLC0415 - no worker pays for it

        put = Put(item=delivery_row(delivery), condition=Attr("pk").not_exists())
        also = Put(item=again_row(delivery))
        transact(
            self.table,
            [put, also, *response_puts(delivery.owner, response, delivery.created_at)],
            response,
        )

    def list(
        self,
        endpoint_id: str,
        *,
        before: str | None,
        limit: int,
        span: TimeSpan = ALWAYS,
        only: ConditionBase | None = None,
    ) -> Page[Delivery]:
        """Deliveries of that time with an id below `before`. One call; what `only` leaves out is read too."""
        key = partial(keys.delivery, endpoint_id)
        return paging.page_of(
            self.table, "del", key, delivery_of, before=before, limit=limit, span=span, only=only
        )


def filtered(
    now: datetime, *, status: str | None = None, event_type: str | None = None
) -> ConditionBase | None:
    """The deliveries that show that status now, or what is of that type of event, however spelled; None when all are wanted."""
    wanted = [status_condition(status, now)] if status else []
    wanted += [Attr("type").is_in(formats.spellings(event_type))] if event_type else []
    return reduce(and_, wanted) if wanted else None


def status_condition(status: str, now: datetime) -> ConditionBase:
    """As `Delivery.status_at` tells it."""
    pending, at = Attr("status").eq(DeliveryStatus.PENDING), rows.ceil_milliseconds(now)
    match status:
        case DeliveryStatus.DELIVERING:
            return pending & Attr("due_at").lt(at)
        case DeliveryStatus.PENDING:
            return pending & (Attr("due_at").not_exists() | Attr("due_at").gte(at))
        case _:
            return Attr("status").eq(status)


def may_be_counted(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Update | None:
    """What an ended delivery does to its endpoint, None when nothing. One that is gone is disabled by the same write."""
    key, there, at = (
        keys.owned(endpoint.owner, "WH", endpoint.id),
        Attr("pk").exists(),
        rows.time_text(now),
    )
    if delivery.status is DeliveryStatus.FAILED:
        failed: Item = {"last_failure_at": at, "last_error": delivery.error}
        first = {"failing_since": at}
        if delivery.status_code == deliveries.HTTP_GONE:
            failed |= {"enabled": False, "updated_at": at}
            first |= {"auto_disabled_at": at}
        once = {"failure_count": 1, "consecutive_failures": 1}
        return Update(key=key, values=failed, add=once, defaults=first, condition=there)
    if delivery.status is DeliveryStatus.DELIVERED and endpoint.consecutive_failures:
        return Update(key=key, values=STREAK_ENDS, condition=there)
    return None


def wanted_for(job: DeliveryJob) -> tuple[keys.KeyPair, keys.KeyPair, keys.KeyPair]:
    """Where the job's event, endpoint and delivery lie."""
    return (
        keys.owned(job.owner, "EVT", job.event_id),
        keys.owned(job.owner, "WH", job.endpoint_id),
        keys.delivery(job.endpoint_id, job.delivery_id),
    )


def loaded(
    job: DeliveryJob, event: Item | None, endpoint: Item | None, delivery: Item | None
) -> LoadedDelivery:
    return LoadedDelivery(
        job=job,
        event=event_of(event) if event else None,
        endpoint=endpoint_of(endpoint) if endpoint else None,
        delivery=delivery_of(delivery) if delivery else None,
        sealed=sealed_of(endpoint) if endpoint else None,
    )

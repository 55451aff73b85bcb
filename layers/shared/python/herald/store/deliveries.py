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
    """Another worker ended an attempt of this delivery in between. Nothing was written."""


@frozen
class LoadedDelivery:
    """Everything that one message needs. A part that does not exist, or no longer, is None.

    `sealed` holds the endpoint's signing secrets.
    """

    job: DeliveryJob
    event: RecordedEvent | None
    endpoint: Endpoint | None
    delivery: Delivery | None
    sealed: Sealed | None


class DeliveryStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get_for(self, jobs: Iterable[DeliveryJob]) -> list[LoadedDelivery]:
        """Return everything that these jobs need. One call for 33 jobs."""
        wanted = {job: wanted_for(job) for job in jobs}
        items = self.table.get_many(key for places in wanted.values() for key in places)
        return [
            loaded(job, items.get(event), items.get(endpoint), items.get(delivery))
            for job, (event, endpoint, delivery) in wanted.items()
        ]

    def save(
        self, delivery: Delivery, endpoint: Endpoint | None, now: datetime, *, was: Delivery | None
    ) -> None:
        """Write the result of an attempt, if the delivery is unchanged since it was read.

        A delivery that ends is counted for its endpoint in the same write. So it counts once, even
        if a worker dies or a message comes twice. Raises DeliveryChangedError.
        """
        unchanged: ConditionBase = Attr("pk").not_exists()
        if was:
            pending = Attr("status").eq(DeliveryStatus.PENDING)
            unchanged = Attr("attempts").eq(was.attempts) & pending
        put = Put(item=delivery_row(delivery), condition=unchanged)
        count = may_be_counted(delivery, endpoint, now) if endpoint else None
        try:
            if count:
                self.table.transact([put, count])
            else:
                self.table.put(put)
        except Conflict as conflict:
            raise DeliveryChangedError(delivery.id) from conflict
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # another write of the endpoint ran for longer than the table waits
            if 0 in conflict.failed:
                raise DeliveryChangedError(delivery.id) from conflict
            # The endpoint was deleted in between.
            self.save(delivery, None, now, was=was)

    def not_started(self, jobs: Iterable[DeliveryJob]) -> list[DeliveryJob]:
        """Return the jobs that no worker has begun, each in its endpoint's lane.

        Their endpoint exists, but their delivery does not. One call for 50 jobs.
        """
        wanted = {job: wanted_for(job)[1:] for job in jobs}
        items = self.table.get_many(key for places in wanted.values() for key in places)
        waiting = []
        for job, (endpoint, delivery) in wanted.items():
            row = items.get(endpoint)
            if row and delivery not in items:
                waiting.append(replace(job, lane=endpoint_of(row).lane))
        return waiting

    def get(self, endpoint_id: str, delivery_id: str) -> Delivery | None:
        row = self.table.get(keys.delivery(endpoint_id, delivery_id))
        return delivery_of(row) if row else None

    def redeliver(self, delivery: Delivery, *, response: StoredResponse | None) -> None:
        """Write a new delivery. It waits in the due index until its first attempt.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
        # Imported here, so that no worker pays for it.
        from herald.store.idempotency import response_puts, transact  # noqa: PLC0415

        put = Put(item=delivery_row(delivery), condition=Attr("pk").not_exists())
        again = Put(item=again_row(delivery))
        answers = response_puts(delivery.owner, response, delivery.created_at)
        transact(self.table, [put, again, *answers], response)

    def list(
        self,
        endpoint_id: str,
        *,
        before: str | None,
        limit: int,
        span: TimeSpan = ALWAYS,
        only: ConditionBase | None = None,
    ) -> Page[Delivery]:
        """Return deliveries of that time with an id below `before`.

        One call. Deliveries that `only` leaves out are read too.
        """
        key = partial(keys.delivery, endpoint_id)
        return paging.page_of(
            self.table, "del", key, delivery_of, before=before, limit=limit, span=span, only=only
        )


def filtered(
    now: datetime, *, status: str | None = None, event_type: str | None = None
) -> ConditionBase | None:
    """Return the condition for deliveries that show that status now and are of that type.

    The type may be spelled as in any format. Return None when all deliveries are wanted.
    """
    wanted = []
    if status:
        wanted.append(status_condition(status, now))
    if event_type:
        wanted.append(Attr("type").is_in(formats.spellings(event_type)))
    return reduce(and_, wanted) if wanted else None


def status_condition(status: str, now: datetime) -> ConditionBase:
    """Return the condition for the status that `Delivery.status_at` gives."""
    pending = Attr("status").eq(DeliveryStatus.PENDING)
    at = rows.ceil_milliseconds(now)
    match status:
        case DeliveryStatus.DELIVERING:
            return pending & Attr("due_at").lt(at)
        case DeliveryStatus.PENDING:
            return pending & (Attr("due_at").not_exists() | Attr("due_at").gte(at))
        case _:
            return Attr("status").eq(status)


def may_be_counted(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Update | None:
    """Return what an ended delivery changes in its endpoint, or None when it changes nothing.

    The same write disables an endpoint that answered 410 Gone.
    """
    key = keys.owned(endpoint.owner, "WH", endpoint.id)
    there = Attr("pk").exists()
    at = rows.time_text(now)
    if delivery.status is DeliveryStatus.FAILED:
        failed: Item = {"last_failure_at": at, "last_error": delivery.error}
        first = {"failing_since": at}
        if delivery.status_code == deliveries.HTTP_GONE:
            failed |= {"enabled": False, "updated_at": at}
            first |= {"auto_disabled_at": at}
        counts = {"failure_count": 1, "consecutive_failures": 1}
        return Update(key=key, values=failed, add=counts, defaults=first, condition=there)
    if delivery.status is DeliveryStatus.DELIVERED and endpoint.consecutive_failures:
        return Update(key=key, values=STREAK_ENDS, condition=there)
    return None


def wanted_for(job: DeliveryJob) -> tuple[keys.KeyPair, keys.KeyPair, keys.KeyPair]:
    """Return the keys of the job's event, endpoint and delivery."""
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

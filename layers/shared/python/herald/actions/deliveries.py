"""Deliveries: each is attempted until it ends."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from herald.actions.attempts import send_attempt
from herald.actions.concurrency import ConcurrentBatch
from herald.actions.messages import message
from herald.aws.sqs import Message
from herald.domain import deliveries, times
from herald.domain.deliveries import Delivery, DeliveryStatus, NextStep
from herald.domain.endpoints import Endpoint
from herald.domain.jobs import SOON, DeliveryJob, is_near
from herald.domain.lanes import SLOW_AFTER, Lane, lane_of, smoothed_latency
from herald.domain.values import frozen
from herald.store.deliveries import DeliveryChangedError, DeliveryStore, LoadedDelivery
from herald.store.endpoints import EndpointStore
from herald.webhooks.delivery import TIMEOUT

if TYPE_CHECKING:
    from herald.actions.lanes import Lanes
    from herald.aws.kms import Vault
    from herald.net.client import Http
    from herald.store.stats import StatsStore

Grouped = TypeVar("Grouped")
MAX_CONCURRENT_PER_ENDPOINT = 25  # attempts in the air for one endpoint: a receiver that takes 100 ms is sent what an invocation can send, 250 a second
REQUEUE_DELAY = {
    Lane.FAST: timedelta(seconds=5),
    Lane.SLOW: timedelta(seconds=30),
}  # until an endpoint's next `MAX_CONCURRENT_PER_ENDPOINT` have their turn
MAX_REQUEUE_DELAY = timedelta(
    minutes=2
)  # for the last of them: before the sweep takes them for lost

log = logging.getLogger("herald.webhooks")


@frozen
class Deliverer:
    """Makes the attempts. `time_scale` multiplies every backoff and the sweep's period."""

    deliveries: DeliveryStore
    endpoints: EndpointStore
    stats: StatsStore
    vault: Vault
    queue: Lanes
    http: Http
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    time_scale: float
    patience: timedelta = SLOW_AFTER

    def deliver(self, jobs: Sequence[DeliveryJob]) -> Collection[DeliveryJob]:
        """Do what these deliveries owe now, all at once; each outcome is kept as it comes. Returns the jobs that failed here.

        Harmless to call twice, or late, or for nothing. One read for all, one write for each, and for each endpoint one.
        Of one endpoint `MAX_CONCURRENT_PER_ENDPOINT` are in the air at a time; those whose turn has not come within `patience` are sent again. What
        came by the fast lane to an endpoint that turned out slow meanwhile goes over to the slow one. What may have been counted
        is touched before it is worked at: one write for each minute of each endpoint.
        """
        found = self.deliveries.get_for(dict.fromkeys(jobs))
        self.queue.offer(
            [message(replace(each.job, lane=Lane.SLOW)) for each in found if wrong_lane(each)]
        )
        self.stats.touch(
            ((each.job.endpoint_id, each.job.delivery_id) for each in found if is_open(each)),
            self.now(),
        )
        flight = ConcurrentBatch(
            grouped((each for each in found if not wrong_lane(each)), endpoint_of),
            self._carry_out,
            most=MAX_CONCURRENT_PER_ENDPOINT,
            patience=self.patience,
            now=self.now,
        )
        done: list[tuple[LoadedDelivery, Delivery]] = []
        failed: list[DeliveryJob] = []
        suspected: set[str] = set()
        for loaded, outcome in flight.outcomes(
            lambda waiting: suspected.update(self._suspect(waiting))
        ):
            if error := outcome.exception():
                log.error("delivery failed here", exc_info=error, extra=ids_of(loaded.job))
                failed.append(loaded.job)
            elif delivery := outcome.result():
                done.append((loaded, delivery))
        self._follow_up(done, suspected)
        self.queue.offer([each for line in flight.not_started for each in requeued(line)])
        return failed

    def _carry_out(self, loaded: LoadedDelivery) -> Delivery | None:
        """One delivery, as far as it gets now; None when it needs nothing, or another worker was first."""
        delivery = delivery_of(loaded)
        if delivery is None:
            return None
        early = delivery.due - self.now() if delivery.due else timedelta()
        if timedelta() < early <= SOON:
            self.wait(early.total_seconds())
        after = self._advance(loaded, delivery)
        if after is None:
            return None
        try:
            self.deliveries.save(after, loaded.endpoint, self.now(), was=loaded.delivery)
        except DeliveryChangedError:
            log.info("overtaken", extra=ids_of(loaded.job))
            return None
        log_attempt(after)
        return after

    def _advance(self, loaded: LoadedDelivery, delivery: Delivery) -> Delivery | None:
        match deliveries.work(delivery, loaded.endpoint, self.now()):
            case NextStep.ATTEMPT if loaded.event and loaded.endpoint and loaded.sealed:
                delivery = replace(
                    delivery, url=loaded.endpoint.url
                )  # it may have moved since the last attempt
                answer = send_attempt(
                    delivery,
                    loaded.event,
                    loaded.endpoint,
                    loaded.sealed,
                    vault=self.vault,
                    http=self.http,
                    now=self.now,
                )
                after = deliveries.with_attempt(
                    delivery, answer, self.now(), scale=self.time_scale, kind=loaded.endpoint.format
                )
                return replace(
                    after,
                    lane=lane_of(smoothed_latency(loaded.endpoint.latency_ms, answer.latency_ms)),
                )
            case NextStep.PARK:
                return deliveries.parked(delivery)
            case NextStep.ABANDON:
                return deliveries.abandoned(delivery)
            case _:
                return None

    def _follow_up(
        self, done: Sequence[tuple[LoadedDelivery, Delivery]], suspected: Collection[str]
    ) -> None:
        """Send the next attempts that the sweep would see too late, and move the endpoints' counters."""
        now = self.now()
        near = [
            message(delivery.job, delivery.due - now)
            for _, delivery in done
            if delivery.due and is_near(delivery.due, now, self.time_scale)
        ]
        self.queue.offer(near)
        for line in grouped(done, lambda each: endpoint_of(each[0])):
            if endpoint := line[0][0].endpoint:
                self._record(endpoint, [delivery for _, delivery in line], suspected)

    def _suspect(self, waiting: Sequence[LoadedDelivery]) -> Collection[str]:
        """These have not answered in time: their endpoints count as slow from now on, not only when they give up."""
        quick = {
            each.endpoint.id: each.endpoint
            for each in waiting
            if each.endpoint and each.endpoint.lane is Lane.FAST
        }
        for endpoint in quick.values():
            self.endpoints.record_attempt(endpoint.with_latency(TIMEOUT * 1000), self.now())
        return quick.keys()

    def _record(
        self, endpoint: Endpoint, done: Sequence[Delivery], suspected: Collection[str]
    ) -> None:
        """An endpoint's last success, how long it takes, and whether it is to be disabled."""
        after = endpoint.with_latency(max(each.latency_ms or 0 for each in done))
        if delivered := [each.delivered_at for each in done if each.delivered_at]:
            self.endpoints.record_success(after, max(delivered))
        elif (after.lane is not endpoint.lane or not endpoint.due) and endpoint.id not in suspected:
            self.endpoints.record_attempt(after, self.now())
        failed = [each for each in done if each.status is DeliveryStatus.FAILED]
        gone = any(
            each.status_code == deliveries.HTTP_GONE for each in failed
        )  # its own write has disabled the endpoint
        if gone or (
            (failed or endpoint.failing_too_long) and self.endpoints.disable(endpoint, self.now())
        ):
            log.warning("endpoint disabled", extra={"endpoint_id": endpoint.id})


def endpoint_of(loaded: LoadedDelivery) -> str:
    return loaded.job.endpoint_id


def grouped(items: Iterable[Grouped], key: Callable[[Grouped], str]) -> list[list[Grouped]]:
    """Those with the same key together, in their order."""
    groups: dict[str, list[Grouped]] = defaultdict(list)
    for each in items:
        groups[key(each)].append(each)
    return list(groups.values())


def requeued(line: Iterable[LoadedDelivery]) -> Iterator[Message]:
    """An endpoint's deliveries whose turn has not come, later by one wave after the other. No attempt is counted."""
    for number, loaded in enumerate(line):
        yield message(
            loaded.job,
            min(
                (number // MAX_CONCURRENT_PER_ENDPOINT + 1) * REQUEUE_DELAY[loaded.job.lane],
                MAX_REQUEUE_DELAY,
            ),
        )


def wrong_lane(loaded: LoadedDelivery) -> bool:
    """Whether its endpoint has turned out slow since it was sent by the fast lane."""
    if loaded.endpoint is None or loaded.endpoint.lane is Lane.FAST or loaded.job.lane is Lane.SLOW:
        return False
    delivery = delivery_of(loaded)
    return delivery is not None and delivery.status is DeliveryStatus.PENDING


def is_open(loaded: LoadedDelivery) -> bool:
    return loaded.delivery is None or loaded.delivery.status is DeliveryStatus.PENDING


def delivery_of(loaded: LoadedDelivery) -> Delivery | None:
    """The delivery as it lies there, or before its first attempt; None when there is nothing, or nobody, to tell."""
    if loaded.delivery or loaded.event is None or loaded.endpoint is None:
        return loaded.delivery
    return deliveries.first(loaded.event, loaded.endpoint)


def log_attempt(delivery: Delivery) -> None:
    """One line per outcome; a retry says when it is due."""
    facts = ids_of(delivery.job) | {
        "event_type": delivery.event_type,
        "attempt": delivery.attempts,
        "status": delivery.status_code,
        "latency_ms": delivery.latency_ms,
    }
    match delivery.status:
        case DeliveryStatus.DELIVERED:
            log.info("delivered", extra=facts)
        case DeliveryStatus.FAILED:
            log.warning("failed", extra=facts | {"reason": delivery.error})
        case DeliveryStatus.PENDING if delivery.due:
            log.warning(
                "retrying",
                extra=facts | {"reason": delivery.error, "due": times.wire(delivery.due)},
            )
        case DeliveryStatus.PENDING:
            log.info("parked", extra=facts)


def ids_of(job: DeliveryJob) -> dict[str, str]:
    return {
        "delivery_id": job.delivery_id,
        "endpoint_id": job.endpoint_id,
        "event_id": job.event_id,
    }

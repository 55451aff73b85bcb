"""Deliveries: attempt each one until it ends."""

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
# Attempts that run at the same time for one endpoint. A receiver that answers in 100 ms then gets
# 250 a second, which is as many as one invocation can send.
MAX_CONCURRENT_PER_ENDPOINT = 25
# Until an endpoint's next `MAX_CONCURRENT_PER_ENDPOINT` deliveries have their turn.
REQUEUE_DELAY = {Lane.FAST: timedelta(seconds=5), Lane.SLOW: timedelta(seconds=30)}
# For the last deliveries of an endpoint: they return before the sweep takes them for lost.
MAX_REQUEUE_DELAY = timedelta(minutes=2)

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
        """Do the work that these deliveries owe now, all at the same time.

        Each outcome is saved when it comes. Returns the jobs that failed by a fault of ours.
        It is harmless to call this twice, late, or when no work is owed. It makes one read for all
        deliveries, one write for each delivery, and one write for each endpoint.

        At most `MAX_CONCURRENT_PER_ENDPOINT` attempts run for one endpoint at a time. Deliveries
        whose turn does not come within `patience` are sent to the queue again. A delivery from the
        fast lane moves to the slow lane when its endpoint has become slow.

        A delivery that may have been counted in the stats is touched before the work on it: one
        write for each minute of each endpoint.
        """
        everything = self.deliveries.get_for(dict.fromkeys(jobs))
        misplaced = [loaded for loaded in everything if wrong_lane(loaded)]
        self.queue.offer([message(replace(loaded.job, lane=Lane.SLOW)) for loaded in misplaced])
        open_jobs = [loaded.job for loaded in everything if is_open(loaded)]
        self.stats.touch(((job.endpoint_id, job.delivery_id) for job in open_jobs), self.now())
        batch = ConcurrentBatch(
            grouped((loaded for loaded in everything if not wrong_lane(loaded)), endpoint_of),
            self._carry_out,
            most=MAX_CONCURRENT_PER_ENDPOINT,
            patience=self.patience,
            now=self.now,
        )
        done: list[tuple[LoadedDelivery, Delivery]] = []
        failed: list[DeliveryJob] = []
        slow_endpoints: set[str] = set()
        for loaded, outcome in batch.outcomes(
            lambda overdue: slow_endpoints.update(self._mark_slow(overdue))
        ):
            if error := outcome.exception():
                log.error("delivery failed here", exc_info=error, extra=ids_of(loaded.job))
                failed.append(loaded.job)
            elif delivery := outcome.result():
                done.append((loaded, delivery))
        self._follow_up(done, slow_endpoints)
        waiting: list[Message] = []
        for line in batch.not_started:
            waiting.extend(requeued(line))
        self.queue.offer(waiting)
        return failed

    def _carry_out(self, loaded: LoadedDelivery) -> Delivery | None:
        """Carry one delivery as far as it gets now, and return it.

        Returns None when the delivery needs no work, or when another worker was first.
        """
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
                # The endpoint's URL may have changed since the last attempt.
                delivery = replace(delivery, url=loaded.endpoint.url)
                result = send_attempt(
                    delivery,
                    loaded.event,
                    loaded.endpoint,
                    loaded.sealed,
                    vault=self.vault,
                    http=self.http,
                    now=self.now,
                )
                after = deliveries.with_attempt(
                    delivery, result, self.now(), scale=self.time_scale, kind=loaded.endpoint.format
                )
                latency = smoothed_latency(loaded.endpoint.latency_ms, result.latency_ms)
                return replace(after, lane=lane_of(latency))
            case NextStep.PARK:
                return deliveries.parked(delivery)
            case NextStep.ABANDON:
                return deliveries.abandoned(delivery)
            case _:
                return None

    def _follow_up(
        self, done: Sequence[tuple[LoadedDelivery, Delivery]], slow_endpoints: Collection[str]
    ) -> None:
        """Send the next attempts that the sweep would see too late, and update the endpoints."""
        now = self.now()
        near = [
            message(delivery.job, delivery.due - now)
            for _, delivery in done
            if delivery.due and is_near(delivery.due, now, self.time_scale)
        ]
        self.queue.offer(near)
        for line in grouped(done, lambda pair: endpoint_of(pair[0])):
            endpoint = line[0][0].endpoint
            if endpoint:
                self._record(endpoint, [delivery for _, delivery in line], slow_endpoints)

    def _mark_slow(self, overdue: Sequence[LoadedDelivery]) -> Collection[str]:
        """Count the endpoints of these deliveries as slow, and return their ids.

        They have not answered in time, and must not count as fast until their attempts give up.
        """
        fast = {
            loaded.endpoint.id: loaded.endpoint
            for loaded in overdue
            if loaded.endpoint and loaded.endpoint.lane is Lane.FAST
        }
        for endpoint in fast.values():
            self.endpoints.record_attempt(endpoint.with_latency(TIMEOUT * 1000), self.now())
        return fast.keys()

    def _record(
        self, endpoint: Endpoint, done: Sequence[Delivery], slow_endpoints: Collection[str]
    ) -> None:
        """Record an endpoint's last success and its latency, and disable it if it must be."""
        latencies = [delivery.latency_ms for delivery in done if delivery.latency_ms]
        after = endpoint.with_latency(max(latencies, default=0))
        delivered_at = [delivery.delivered_at for delivery in done if delivery.delivered_at]
        lane_changed = after.lane is not endpoint.lane
        if delivered_at:
            self.endpoints.record_success(after, max(delivered_at))
        elif (lane_changed or not endpoint.due) and endpoint.id not in slow_endpoints:
            self.endpoints.record_attempt(after, self.now())
        failed = [delivery for delivery in done if delivery.status is DeliveryStatus.FAILED]
        # The write of a delivery that was answered 410 has disabled the endpoint already.
        gone = any(delivery.status_code == deliveries.HTTP_GONE for delivery in failed)
        if gone or (
            (failed or endpoint.failing_too_long) and self.endpoints.disable(endpoint, self.now())
        ):
            log.warning("endpoint disabled", extra={"endpoint_id": endpoint.id})


def endpoint_of(loaded: LoadedDelivery) -> str:
    return loaded.job.endpoint_id


def grouped(items: Iterable[Grouped], key: Callable[[Grouped], str]) -> list[list[Grouped]]:
    """Group the items that have the same key, and keep their order."""
    groups: dict[str, list[Grouped]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return list(groups.values())


def requeued(line: Iterable[LoadedDelivery]) -> Iterator[Message]:
    """Yield messages for an endpoint's deliveries whose turn has not come.

    Each `MAX_CONCURRENT_PER_ENDPOINT` of them come later than those before. No attempt is counted.
    """
    for number, loaded in enumerate(line):
        wave = number // MAX_CONCURRENT_PER_ENDPOINT + 1
        delay = min(wave * REQUEUE_DELAY[loaded.job.lane], MAX_REQUEUE_DELAY)
        yield message(loaded.job, delay)


def wrong_lane(loaded: LoadedDelivery) -> bool:
    """Whether it came by the fast lane, and its endpoint has become slow since then."""
    if loaded.endpoint is None or loaded.endpoint.lane is Lane.FAST or loaded.job.lane is Lane.SLOW:
        return False
    delivery = delivery_of(loaded)
    return delivery is not None and delivery.status is DeliveryStatus.PENDING


def is_open(loaded: LoadedDelivery) -> bool:
    return loaded.delivery is None or loaded.delivery.status is DeliveryStatus.PENDING


def delivery_of(loaded: LoadedDelivery) -> Delivery | None:
    """Return the stored delivery, or a new one before its first attempt.

    Returns None when the event or the endpoint does not exist.
    """
    if loaded.delivery or loaded.event is None or loaded.endpoint is None:
        return loaded.delivery
    return deliveries.first(loaded.event, loaded.endpoint)


def log_attempt(delivery: Delivery) -> None:
    """Log one line per outcome. The line of a retry says when it is due."""
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

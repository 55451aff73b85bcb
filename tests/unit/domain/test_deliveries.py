"""What a delivery becomes, and what it needs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import deliveries
from herald.domain.deliveries import AttemptResult, Delivery, DeliveryStatus, NextStep
from herald.domain.endpoints import Endpoint
from herald.domain.events import RecordedEvent
from herald.domain.formats import Format
from herald.domain.owners import Mode, Owner
from tests.schedules import (
    FIRST_RETRY,
    POSTFUZE_ATTEMPTS,
    POSTFUZE_DELAYS,
    WEBHOOK_ATTEMPTS,
    WEBHOOK_DELAYS,
)

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
OWNER = Owner("ws_1", Mode.LIVE)
ENDPOINT = Endpoint(
    id="wh_1",
    owner=OWNER,
    url="https://a.example/",
    events=("post.created",),
    created_at=NOW,
    updated_at=NOW,
)
EVENT = RecordedEvent(
    id="evt_000000001000000000000000",
    type="post.created",
    owner=OWNER,
    created_at=NOW,
    bodies={"voxburst": "{}"},
)
FRESH = deliveries.first(EVENT, ENDPOINT)
YES = AttemptResult(status=204, latency_ms=12)
NO = AttemptResult(status=500, error="answered 500")


def after(*answers: AttemptResult) -> Delivery:
    delivery = FRESH
    for answer in answers:
        delivery = deliveries.with_attempt(delivery, answer, NOW, scale=1)
    return delivery


def test_a_delivery_has_one_id_however_often_its_job_is_seen() -> None:
    again = deliveries.job(OWNER, EVENT.id, "wh_1")
    other = deliveries.job(OWNER, EVENT.id, "wh_2")

    assert FRESH.id == again.delivery_id == FRESH.job.delivery_id
    assert other.delivery_id != again.delivery_id


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_delivers(status: int) -> None:
    done = after(AttemptResult(status=status, latency_ms=12))

    assert (done.status, done.delivered_at, done.due) == (DeliveryStatus.DELIVERED, NOW, None)
    assert (done.attempts, done.retry_count, done.latency_ms) == (1, 0, 12)


@pytest.mark.parametrize("status", [100, 199, 300, 302, 404, 410, 500, None])
def test_anything_else_is_tried_again(status: int | None) -> None:
    done = after(AttemptResult(status=status, error="no"))

    assert (done.status, done.due) == (DeliveryStatus.PENDING, NOW + FIRST_RETRY)


def test_an_answer_that_broke_off_after_its_status_line_is_a_failure() -> None:
    assert not AttemptResult(status=200, error="no answer: timed out").accepted


def test_retries_come_as_scheduled_and_then_it_has_failed() -> None:
    *tried, last = [after(*[NO] * number) for number in range(1, WEBHOOK_ATTEMPTS + 1)]

    assert [delivery.due and delivery.due - NOW for delivery in tried] == WEBHOOK_DELAYS
    assert {delivery.status for delivery in tried} == {DeliveryStatus.PENDING}
    assert (last.status, last.due, last.retry_count) == (
        DeliveryStatus.FAILED,
        None,
        len(WEBHOOK_DELAYS),
    )


@pytest.mark.parametrize("scale", [1, 0.05])
def test_postfuze_has_a_schedule_of_its_own(scale: float) -> None:
    delivery, delays = FRESH, []
    while delivery.status is DeliveryStatus.PENDING:
        delivery = deliveries.with_attempt(delivery, NO, NOW, scale=scale, kind=Format.POSTFUZE)
        delays += [delivery.due - NOW] if delivery.due else []

    assert delays == [delay * scale for delay in POSTFUZE_DELAYS]
    assert (delivery.attempts, delivery.status) == (POSTFUZE_ATTEMPTS, DeliveryStatus.FAILED)


def test_a_later_success_keeps_nothing_of_the_failure() -> None:
    done = after(AttemptResult(status=500, body="oops", error="answered 500"), YES)

    assert (done.status, done.error, done.response_body, done.status_code) == (
        DeliveryStatus.DELIVERED,
        None,
        None,
        204,
    )


def test_a_blocked_endpoint_fails_at_once() -> None:
    done = after(AttemptResult(status=None, error="blocked: no", permanent=True))

    assert (done.status, done.due, done.attempts) == (DeliveryStatus.FAILED, None, 1)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (SECOND, FIRST_RETRY),
        (FIRST_RETRY - SECOND / 2, FIRST_RETRY),
        (1.5 * FIRST_RETRY, 1.5 * FIRST_RETRY),
        (DAY, DAY),
    ],
)
def test_retry_after_moves_the_next_attempt_out_never_in(
    asked: timedelta, granted: timedelta
) -> None:
    done = after(replace(NO, status=503, retry_after=asked.total_seconds()))

    assert done.due == NOW + granted


def test_work_is_done_when_it_is_due() -> None:
    waiting = after(NO)
    assert waiting.due is not None

    assert deliveries.work(FRESH, ENDPOINT, NOW) is NextStep.ATTEMPT
    assert (
        deliveries.work(waiting, ENDPOINT, waiting.due - timedelta(milliseconds=1))
        is NextStep.NOTHING
    )
    assert deliveries.work(waiting, ENDPOINT, waiting.due) is NextStep.ATTEMPT


@pytest.mark.parametrize("ended", [after(YES), after(*[NO] * WEBHOOK_ATTEMPTS)])
def test_what_has_ended_needs_nothing(ended: Delivery) -> None:
    assert deliveries.work(ended, ENDPOINT, NOW + timedelta(days=1)) is NextStep.NOTHING
    assert deliveries.work(ended, None, NOW) is NextStep.NOTHING


def test_a_disabled_endpoint_parks_and_a_deleted_one_abandons() -> None:
    waiting = after(NO)

    assert deliveries.work(waiting, replace(ENDPOINT, enabled=False), NOW) is NextStep.PARK
    assert deliveries.work(waiting, None, NOW) is NextStep.ABANDON
    assert (deliveries.parked(waiting).status, deliveries.parked(waiting).due) == (
        DeliveryStatus.PENDING,
        None,
    )
    assert (deliveries.abandoned(waiting).status, deliveries.abandoned(waiting).due) == (
        DeliveryStatus.FAILED,
        None,
    )


def test_what_was_parked_goes_on_once_its_endpoint_is_enabled() -> None:
    assert deliveries.work(deliveries.parked(after(NO)), ENDPOINT, NOW) is NextStep.ATTEMPT

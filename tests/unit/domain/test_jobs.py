"""domain/jobs.py: what the queues carry."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.jobs import DeliveryJob, MediaJob, PublishJob, check_after
from herald.domain.lanes import Lane
from herald.domain.owners import Mode, Owner
from tests.values import Given, differences, identifiers, values

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
PUBLISH = PublishJob(owner=OWNER, post_id="post_1", target_id="pp_1", account_id="acc_1")
DELIVERY = DeliveryJob(owner=OWNER, event_id="evt_1", endpoint_id="wh_1", delivery_id="del_1")
SLOW = DeliveryJob(
    owner=OWNER,
    event_id="evt_1",
    endpoint_id="wh_1",
    delivery_id="del_1",
    lane=Lane.SLOW,
)
MEDIA = MediaJob(owner=OWNER, media_id="media_1")
BODIES = {
    PUBLISH: '{"owner": "ws_1#live", "post": "post_1", "target": "pp_1", "account": "acc_1"}',
    DELIVERY: '{"owner": "ws_1#live", "event": "evt_1", "endpoint": "wh_1", "delivery": "del_1"}',
    MEDIA: '{"owner": "ws_1#live", "media": "media_1"}',
}
"""As versions before this one wrote them."""
SLOW_BODY = BODIES[DELIVERY][:-1] + ', "lane": "slow"}'
KINDS = [PublishJob, DeliveryJob, MediaJob]
GIVEN: Given = {(Owner, "workspace_id"): lambda _: identifiers("ws")}
JOBS = st.one_of([values(kind, GIVEN, rich=rich) for kind in KINDS for rich in (True, False)])


@pytest.mark.parametrize(("job", "body"), [*BODIES.items(), (SLOW, SLOW_BODY)])
def test_a_body_is_what_it_was_byte_for_byte(job: Any, body: str) -> None:
    assert json.dumps(job.to_body()) == body
    assert type(job).from_body(json.loads(body)) == job


@given(JOBS)
def test_every_field_survives_the_queue(job: Any) -> None:
    arrived = json.loads(json.dumps(job.to_body()))

    assert list(differences(job, type(job).from_body(arrived), {})) == []


@given(JOBS)
def test_what_a_later_version_says_too_is_passed_over(job: Any) -> None:
    arrived = json.loads(json.dumps(job.to_body())) | {"priority": 3, "since": {"at": None}}

    assert type(job).from_body(arrived) == job


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"owner": "ws_1#live"},
        {"owner": "ws_1", "post": "p", "target": "t", "account": "a"},
        {"owner": "ws_1", "event": "e", "endpoint": "w", "delivery": "d"},
        {"owner": "ws_1#live", "event": "e", "endpoint": "w", "delivery": "d", "lane": "no such"},
        {"owner": "ws_1#moon", "media": "m"},
    ],
)
def test_a_body_that_is_no_such_job_is_refused(kind: Any, body: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        kind.from_body(body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"owner": "ws_1#live", "event": "evt_1"},
        {"owner": "ws_1", "event": "e", "endpoint": "w"},
    ],
)
def test_a_message_that_is_none_of_ours_is_refused(body: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        DeliveryJob.from_body(body)


@pytest.mark.parametrize(("scale", "seconds"), [(1, 180), (0.5, 90), (0.01, 60)])
def test_events_are_looked_at_when_their_attempts_can_have_ended(
    scale: float, seconds: int
) -> None:
    assert check_after(NOW, scale) == NOW + timedelta(seconds=seconds)

"""domain/replays.py: what an endpoint missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import replays
from herald.domain.deliveries import Delivery, DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.errors import ConflictError, ValidationError
from herald.domain.events import EVENT_RETENTION, RecordedEvent
from herald.domain.formats import Format
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
EVENT = RecordedEvent(
    id="evt_0mpc9k1s0000000000000001", type="post.failed", owner=OWNER, created_at=NOW, bodies={}
)
ENDPOINT = Endpoint(
    id="wh_0mpc9k1s0000000000000001",
    owner=OWNER,
    url="https://a.example/",
    events=("post.failed",),
    created_at=NOW,
    updated_at=NOW,
)


def delivery(status: DeliveryStatus, *, due: bool = False) -> Delivery:
    return Delivery(
        id="del_0mpc9k1s0000000000000001",
        endpoint_id=ENDPOINT.id,
        event_id=EVENT.id,
        event_type=EVENT.type,
        owner=OWNER,
        url=ENDPOINT.url,
        status=status,
        due=NOW if due else None,
        created_at=NOW,
    )


FAILED = delivery(DeliveryStatus.FAILED)
DELIVERED = delivery(DeliveryStatus.DELIVERED)
PARKED = delivery(DeliveryStatus.PENDING)
WAITING = delivery(DeliveryStatus.PENDING, due=True)


@pytest.mark.parametrize(
    ("owed", "deliveries", "missed"),
    [
        (False, [], True),
        (True, [], False),
        (True, [FAILED], True),
        (True, [PARKED], True),
        (True, [DELIVERED], False),
        (True, [WAITING], False),
        (True, [FAILED, DELIVERED], False),
        (False, [FAILED, WAITING], False),
        (True, [PARKED, FAILED], True),
    ],
)
def test_missed_is_what_was_never_accepted_and_is_not_on_its_way(
    owed: bool, deliveries: list[Delivery], missed: bool
) -> None:
    assert replays.was_missed(owed, deliveries) is missed


def test_a_replay_keeps_to_what_is_kept_and_has_happened() -> None:
    replay = replays.begin(ENDPOINT, NOW - timedelta(days=90), NOW + timedelta(days=1), None, NOW)

    assert (replay.start, replay.end, replay.types) == (
        NOW - EVENT_RETENTION,
        NOW,
        ("post.failed",),
    )


def test_a_disabled_endpoint_is_replayed_nothing() -> None:
    with pytest.raises(ConflictError) as refused:
        replays.begin(replace(ENDPOINT, enabled=False), NOW, NOW, None, NOW)

    assert refused.value.details == {"status": "disabled"}


def test_a_delivery_made_twice_by_a_replay_is_one_and_by_another_replay_another() -> None:
    first = replays.begin(ENDPOINT, NOW, NOW, None, NOW)
    second = replays.begin(ENDPOINT, NOW, NOW, None, NOW)

    made = [
        replays.replayed_delivery(EVENT, ENDPOINT, each, NOW + timedelta(hours=1)).id
        for each in (first, first, second)
    ]

    assert made[0] == made[1] != made[2]
    assert made[0].startswith("del_")


def test_names_that_a_replay_asks_for_count_whatever_is_subscribed() -> None:
    asked = replays.begin(ENDPOINT, NOW, NOW, ["post.created"], NOW)

    assert not replays.asks_for(asked, ENDPOINT, EVENT)
    assert replays.asks_for(asked, ENDPOINT, replace(EVENT, type="post.created"))


def test_a_type_that_the_endpoints_format_does_not_have_is_refused() -> None:
    fuze = replace(ENDPOINT, format=Format.POSTFUZE)

    with pytest.raises(ValidationError, match=r"^types: .* has no post\.created"):
        replays.begin(fuze, NOW, NOW, ["post.created"], NOW)

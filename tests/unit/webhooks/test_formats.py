"""The envelope and the headers of VoxBurst's guide."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from herald import VERSION
from herald.domain import webhooks
from herald.domain.accounts import Mode, Owner, Secret
from herald.domain.events import Event, EventType
from herald.domain.webhooks import Dress, Endpoint, Format
from herald.webhooks import formats

NOW = datetime(2026, 6, 15, 14, 0, 5, 999_000, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
DATA = {"id": "post_1", "content": "Grüße 🚀 </script>", "scheduledFor": None}
EVENT = Event(id="evt_000000001000000000000000", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, data=DATA)
ENDPOINT = Endpoint(id="wh_1", owner=OWNER, url="https://a.example/", events=("post.created",), created_at=NOW, updated_at=NOW)
SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
DELIVERY = webhooks.first(formats.told(EVENT, []), ENDPOINT)


def test_the_envelope_is_the_guides() -> None:
    body = formats.told(EVENT, []).bodies["voxburst"]

    assert json.loads(body) == {"id": EVENT.id, "type": "post.created", "createdAt": "2026-06-15T14:00:05.999Z", "data": DATA}
    assert "Grüße 🚀" in body


def test_an_event_is_kept_in_voxbursts_format_whatever_its_subscribers_read() -> None:
    plain = Dress(Format.VOXBURST, EVENT.type)

    assert formats.told(EVENT, []) == formats.told(EVENT, [plain, plain])
    assert set(formats.told(EVENT, []).bodies) == {"voxburst"}


def test_a_dress_that_was_not_asked_for_at_first_is_the_same_whenever_it_is_made() -> None:
    event = replace(EVENT, type=EventType.MEDIA_UPLOADED)
    alias = Dress(Format.VOXBURST, "media.processed")

    bodies = {formats.body(formats.told(event, dresses), alias) for dresses in ([], [alias])}

    assert len(bodies) == 1
    assert json.loads(bodies.pop()) == json.loads(formats.told(event, []).bodies["voxburst"]) | {"type": "media.processed"}


def test_every_format_has_a_renderer() -> None:
    assert set(formats.RENDER) == set(Format)


def test_an_attempt_carries_both_families_of_headers() -> None:
    headers = formats.headers(DELIVERY, b"{}", [SECRET], NOW)

    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == f"herald-webhooks/{VERSION}"
    assert headers["X-VoxBurst-Delivery-Id"] == DELIVERY.id
    assert headers["X-VoxBurst-Event"] == "post.created"
    assert headers["X-VoxBurst-Attempt"] == "1"
    assert headers["X-VoxBurst-Timestamp"] == headers["webhook-timestamp"] == "1781532005"
    assert headers["X-VoxBurst-Signature"].startswith("t=1781532005,v2=")
    assert headers["webhook-id"] == EVENT.id
    assert headers["webhook-signature"].startswith("v1,")


def test_the_next_attempt_keeps_the_ids_and_signs_anew() -> None:
    first = formats.headers(DELIVERY, b"{}", [SECRET], NOW)
    second = formats.headers(replace(DELIVERY, attempts=1), b"{}", [SECRET], NOW + timedelta(minutes=1))

    same = {name for name in first if first[name] == second[name]}
    assert {"X-VoxBurst-Delivery-Id", "X-VoxBurst-Event", "webhook-id"} <= same
    assert not {"X-VoxBurst-Signature", "webhook-signature", "X-VoxBurst-Attempt", "X-VoxBurst-Timestamp"} & same

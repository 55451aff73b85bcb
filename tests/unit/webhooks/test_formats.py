"""The envelopes and the headers of VoxBurst's guide and of PostFuze's."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald import VERSION
from herald.domain import deliveries
from herald.domain.endpoints import Endpoint
from herald.domain.events import CATALOG, Event, EventType, Facts
from herald.domain.formats import OFFERED, Format, Rendering
from herald.domain.owners import Mode, Owner, Secret
from herald.webhooks import formats, postfuze, voxburst

NOW = datetime(2026, 6, 15, 14, 0, 5, 999_000, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
CONTENT = "Grüße 🚀 </script>"
FACTS = {"post_id": "post_1", "content": CONTENT, "status": "draft", "scheduled_for": None}
EVENT = Event(
    id="evt_000000001000000000000000",
    type=EventType.POST_CREATED,
    owner=OWNER,
    created_at=NOW,
    facts=FACTS,
)
ENDPOINT = Endpoint(
    id="wh_1",
    owner=OWNER,
    url="https://a.example/",
    events=("post.created",),
    created_at=NOW,
    updated_at=NOW,
)
FILE = {
    "media_id": "media_1",
    "filename": "a.jpg",
    "content_type": "image/jpeg",
    "size_bytes": 1,
}
SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
DELIVERY = deliveries.first(formats.recorded(EVENT, []), ENDPOINT)


def test_an_event_is_kept_in_voxbursts_format_whatever_its_subscribers_read() -> None:
    plain = Rendering(Format.VOXBURST, EVENT.type)

    assert formats.recorded(EVENT, []) == formats.recorded(EVENT, [plain, plain])
    assert set(formats.recorded(EVENT, []).bodies) == {"voxburst"}


def test_a_rendering_that_was_not_asked_for_at_first_is_the_same_whenever_it_is_made() -> None:
    event = replace(EVENT, type=EventType.MEDIA_UPLOADED, facts=FILE)
    alias = Rendering(Format.VOXBURST, "media.processed")

    bodies = {formats.body(formats.recorded(event, asked), alias) for asked in ([], [alias])}

    assert len(bodies) == 1
    assert json.loads(bodies.pop()) == json.loads(
        formats.recorded(event, []).bodies["voxburst"]
    ) | {"type": "media.processed"}


def test_every_format_has_an_envelope_headers_and_a_schedule() -> None:
    assert (
        set(formats.ENVELOPES)
        == set(formats.HEADERS)
        == set(OFFERED)
        == set(deliveries.MINUTES)
        == set(Format)
    )


def test_an_attempt_carries_both_families_of_headers() -> None:
    headers = formats.headers(Format.VOXBURST, DELIVERY, b"{}", [SECRET], NOW)

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
    first = formats.headers(Format.VOXBURST, DELIVERY, b"{}", [SECRET], NOW)
    second = formats.headers(
        Format.VOXBURST, replace(DELIVERY, attempts=1), b"{}", [SECRET], NOW + timedelta(minutes=1)
    )

    same = {name for name in first if first[name] == second[name]}
    assert {"X-VoxBurst-Delivery-Id", "X-VoxBurst-Event", "webhook-id"} <= same
    assert (
        not {
            "X-VoxBurst-Signature",
            "webhook-signature",
            "X-VoxBurst-Attempt",
            "X-VoxBurst-Timestamp",
        }
        & same
    )


def test_postfuze_has_its_own_headers_and_those_of_standard_webhooks() -> None:
    headers = formats.headers(Format.POSTFUZE, DELIVERY, b"{}", [SECRET], NOW)

    assert set(headers) == {
        "Content-Type",
        "User-Agent",
        "X-Postfuze-Signature",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
    assert (headers["Content-Type"], headers["User-Agent"]) == (
        "application/json",
        "Postfuze-Webhooks/1.0",
    )
    assert re.fullmatch(r"t=1781532005,v1=[0-9a-f]{64}", headers["X-Postfuze-Signature"])


@pytest.mark.parametrize(
    ("kind", "header"),
    [(Format.VOXBURST, "X-VoxBurst-Signature"), (Format.POSTFUZE, "X-Postfuze-Signature")],
)
def test_of_two_secrets_each_is_the_last_one_on_every_other_attempt(kind: str, header: str) -> None:
    new = Secret("whsec_bmV3")
    old = Secret("whsec_b2xk")
    alone = {
        each: formats.headers(Format(kind), DELIVERY, b"{}", [each], NOW)[header].split("=")[-1]
        for each in (new, old)
    }

    signed = [
        formats.headers(Format(kind), replace(DELIVERY, attempts=made), b"{}", [new, old], NOW)
        for made in range(3)
    ]

    assert [each[header].split("=")[-1] for each in signed] == [alone[old], alone[new], alone[old]]
    assert len({each["webhook-signature"] for each in signed}) == 1


@pytest.mark.parametrize("form", Format)
def test_every_format_has_a_payload_for_all_that_it_offers_and_that_is_told(form: Format) -> None:
    payloads = {Format.VOXBURST: voxburst.PAYLOADS, Format.POSTFUZE: postfuze.PAYLOADS}[form]
    told = {CATALOG[kind].facts for kind in EventType if kind in OFFERED[form]} - {None}

    assert set(payloads) == told | {Facts.ENDPOINT}

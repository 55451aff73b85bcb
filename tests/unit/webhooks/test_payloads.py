"""The bytes that subscribers are sent, for every type of event in each format.

They never change by accident.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from herald.domain.events import Event, EventType, event
from herald.domain.formats import OFFERED, SUBSCRIBABLE, Format, Rendering, spelled
from herald.webhooks import formats
from tests.unit.webhooks import captured
from tests.unit.webhooks.happenings import NOW, OWNER, WRITES, happened

NOTHING_TELLS = {
    EventType.ACCOUNT_TOKEN_EXPIRED,
    EventType.ACCOUNT_REAUTH_REQUIRED,
    EventType.IMPORT_COMPLETED,
    EventType.IMPORT_FAILED,
}
TRIAL = replace(
    event(EventType.WEBHOOK_TEST, OWNER, NOW, {"endpoint_id": "wh_1"}),
    id="evt_1",
)


def cases() -> Iterator[tuple[Event, Rendering, str]]:
    """Each event in each format that has it, under the name it has there, with the bytes."""
    for name in WRITES:
        for fact, bodies in zip(happened(name), captured.BODIES[name], strict=True):
            for form, body in bodies.items():
                yield fact, Rendering(Format(form), spelled(Format(form), fact.type)), body
    [ready] = happened("ready")
    yield ready, Rendering(Format.VOXBURST, EventType.MEDIA_PROCESSED), captured.PROCESSED
    for form, body in captured.TEST.items():
        yield TRIAL, Rendering(Format(form), TRIAL.type), body


@pytest.mark.parametrize(("fact", "rendering", "body"), list(cases()))
def test_a_subscriber_is_sent_these_bytes_whether_or_not_anybody_asked_as_it_happened(
    fact: Event, rendering: Rendering, body: str
) -> None:
    for asked in ([], [rendering]):
        assert formats.body(formats.recorded(fact, asked), rendering).encode() == body.encode()


def test_every_type_that_anything_tells_is_captured_in_each_format_that_has_it() -> None:
    told = [kind for kind in SUBSCRIBABLE if kind not in NOTHING_TELLS]
    wanted = {
        Rendering(form, spelled(form, kind))
        for form in Format
        for kind in told
        if kind in OFFERED[form]
    }

    assert {rendering for _, rendering, _ in cases()} == wanted | {
        Rendering(form, EventType.WEBHOOK_TEST) for form in Format
    }

"""Responses in the table, each under the idempotency key of its request."""

import random
from datetime import timedelta

import pytest

from herald.domain.errors import PayloadTooLargeError
from herald.domain.idempotency import IdempotencyKey, StoredResponse
from herald.store import idempotency, rows
from tests.unit.store.samples import NOW, OWNER

KEY = IdempotencyKey(key="k-1", fingerprint="f")
LATER = NOW + timedelta(hours=24)


def stored(body: str) -> StoredResponse:
    return StoredResponse(key=KEY, status=201, body=body, expires_at=LATER)


def test_a_request_without_a_key_keeps_nothing() -> None:
    assert idempotency.response_puts(OWNER, None, NOW) == []


@pytest.mark.parametrize(
    "body", ['{"ü":1}', '{"url":"https://a.example/"}' * 5_000], ids=["small", "large"]
)
def test_a_response_comes_back_as_it_was(body: str) -> None:
    [put] = idempotency.response_puts(OWNER, stored(body), NOW)

    found = idempotency.response_of(put.item, KEY, None)

    assert (found.status, found.body, found.expires_at) == (
        201,
        body,
        rows.from_seconds(rows.seconds(LATER)),
    )


def test_a_large_response_that_repeats_itself_takes_little_room() -> None:
    assert len(idempotency.packed_body('{"url":"https://a.example/"}' * 5_000)) < 2_000


def test_a_response_that_no_item_holds_is_refused_before_anything_happens() -> None:
    with pytest.raises(PayloadTooLargeError, match="Idempotency-Key"):
        idempotency.response_puts(OWNER, stored(random.Random(1).randbytes(500_000).hex()), NOW)

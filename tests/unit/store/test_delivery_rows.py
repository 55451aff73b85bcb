"""Deliveries as rows, and back."""

from hypothesis import given
from hypothesis import strategies as st

from herald.domain import deliveries
from herald.domain.deliveries import AttemptResult, Delivery, DeliveryStatus
from herald.store import delivery_rows
from herald.store.due import entry_of
from tests.unit.store.samples import DELIVERY, NOW, kept


@given(
    st.sampled_from(
        [
            AttemptResult(status=200, body="ok"),
            AttemptResult(status=None, error="x", permanent=True),
            AttemptResult(status=500, error="y"),
        ]
    )
)
def test_a_delivery_comes_back_as_it_was(answer: AttemptResult) -> None:
    delivery = deliveries.with_attempt(DELIVERY, answer, NOW, scale=1)

    assert delivery_rows.delivery_of(kept(delivery_rows.delivery_row(delivery))) == delivery


def test_only_a_delivery_that_waits_is_in_the_due_index() -> None:
    waiting = deliveries.with_attempt(DELIVERY, AttemptResult(status=500, error="y"), NOW, scale=1)
    ended = deliveries.with_attempt(DELIVERY, AttemptResult(status=200), NOW, scale=1)

    assert ended.status is DeliveryStatus.DELIVERED
    assert not {"due_shard", "due_at", "owes"} & set(delivery_rows.delivery_row(ended))
    entry = entry_of(delivery_rows.delivery_row(waiting))
    assert (entry.at, entry.owes) == (waiting.due, waiting.job.to_body())


@given(st.text(max_size=500))
def test_an_answers_body_comes_back_as_it_was(body: str) -> None:
    packed = delivery_rows.packed_text(body)

    assert delivery_rows.unpacked_text(packed) == body
    assert len(packed if isinstance(packed, bytes) else (packed or "").encode()) <= len(
        body.encode()
    )


def test_no_body_is_no_attribute() -> None:
    delivery: Delivery = deliveries.with_attempt(DELIVERY, AttemptResult(status=204), NOW, scale=1)

    assert delivery_rows.delivery_row(delivery)["response"] is None

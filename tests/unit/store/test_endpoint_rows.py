"""Endpoints as rows, and back."""

from herald.store import endpoint_rows
from tests.unit.store.samples import ENDPOINT, kept


def test_an_endpoint_comes_back_as_it_was() -> None:
    assert endpoint_rows.endpoint_of(kept(endpoint_rows.endpoint_row(ENDPOINT))) == ENDPOINT


def test_no_endpoint_looks_like_an_event_to_the_stream() -> None:
    assert "events" not in endpoint_rows.endpoint_row(ENDPOINT)

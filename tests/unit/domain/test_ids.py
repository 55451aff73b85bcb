"""Ids: shape, order, derivation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain import ids
from herald.domain.errors import BadRequestError

NOW = datetime(2026, 6, 15, 14, 0, 0, 123000, tzinfo=UTC)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def test_an_id_is_its_prefix_and_24_characters() -> None:
    assert re.fullmatch(r"media_[0-9a-z]{24}", ids.new("media", NOW))


@given(TIMES, TIMES)
def test_ids_sort_by_time(one: datetime, other: datetime) -> None:
    apart = abs(one - other) >= timedelta(milliseconds=2)

    assert not apart or (ids.new("post", one) < ids.new("post", other)) == (one < other)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({ids.new("post", NOW) for _ in range(10_000)}) == 10_000


def test_an_id_tells_when_it_was_made() -> None:
    assert ids.created_at(ids.new("post", NOW)) == NOW


def test_a_derived_id_is_always_the_same_and_keeps_its_parents_time() -> None:
    parent = ids.new("evt", NOW)

    derived = ids.derive("del", parent, "wh_1")

    assert derived == ids.derive("del", parent, "wh_1") != ids.derive("del", parent, "wh_2")
    assert ids.created_at(ids.check_id("del", derived)) == NOW


def test_the_floor_of_a_time_bounds_its_ids() -> None:
    assert (
        ids.floor("post", NOW)
        <= ids.new("post", NOW)
        < ids.floor("post", NOW + timedelta(milliseconds=1))
    )
    assert (
        ids.new("post", NOW)
        < ids.ceiling("post", NOW)
        < ids.new("post", NOW + timedelta(milliseconds=1))
    )


def test_a_bound_may_be_a_time_that_no_id_has() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    last = datetime.max.replace(tzinfo=UTC)

    assert ids.floor("post", first) < ids.new("post", NOW) < ids.ceiling("post", last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "post_",
        "post_xyz789",
        "acc_" + "0" * 24,
        "post_" + "0" * 23,
        "post_" + "0" * 25,
        "post_" + "A" * 24,
        "post_" + "0" * 23 + "\n",
    ],
)
def test_a_malformed_id_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        ids.check_id("post", text)

"""Local times: the moment they name, or that they name none or two."""

import re
import zoneinfo
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain import times

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_a_moment_and_its_local_time_name_each_other_or_two_do(at: datetime, name: str) -> None:
    zone = times.zone(name)
    naive = at.astimezone(zone).replace(tzinfo=None, fold=0)

    if naive.replace(tzinfo=zone).utcoffset() == naive.replace(tzinfo=zone, fold=1).utcoffset():
        assert times.local(naive, zone) == at
    else:
        with pytest.raises(
            ValueError, match=f"exists twice.*{re.escape(at.astimezone(zone).isoformat())}"
        ):
            times.local(naive, zone)


@pytest.mark.parametrize(
    ("at", "zone", "candidates"),
    [
        (
            "2026-03-29T02:00:00",
            "Europe/Berlin",
            ("2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"),
        ),
        (
            "2026-03-08T02:30:00",
            "America/New_York",
            ("2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00"),
        ),
        (
            "2026-10-04T02:15:00",
            "Australia/Lord_Howe",
            ("2026-10-04T01:45:00+10:30", "2026-10-04T02:45:00+11:00"),
        ),
        (
            "2011-12-30T12:00:00",
            "Pacific/Apia",
            ("2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"),
        ),
    ],
)
def test_a_time_that_the_clock_skips_is_refused_with_its_neighbours(
    at: str, zone: str, candidates: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="does not exist") as refused:
        times.local(datetime.fromisoformat(at), times.zone(zone))

    assert all(each in str(refused.value) for each in candidates)


@pytest.mark.parametrize(
    "at",
    ["2026-03-29T01:59:59", "2026-03-29T03:00:00", "2026-10-25T01:59:59", "2026-10-25T03:00:00"],
)
def test_the_edges_of_a_change_are_plain_times(at: str) -> None:
    naive = datetime.fromisoformat(at)

    assert (
        times.local(naive, times.zone("Europe/Berlin"))
        .astimezone(times.zone("Europe/Berlin"))
        .replace(tzinfo=None)
        == naive
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Base",
        "europe berlin",
        "../etc/passwd",
        "/etc/localtime",
        "Europe",
        "right/UTC",
        "a" * 300,
    ],
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="IANA"):
        times.zone(name)


def test_zones_are_known_where_the_system_has_none() -> None:
    zoneinfo.reset_tzpath([])
    try:
        assert times.zone("Antarctica/Troll").key == "Antarctica/Troll"
    finally:
        zoneinfo.reset_tzpath()

"""Between values and plain rows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from herald.store import keys, rows
from tests.unit.store.samples import NOW, OWNER

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside them


@settings(deadline=None)
@given(moments)
def test_an_entry_is_due_in_the_millisecond_never_before(at: datetime) -> None:
    due = rows.from_milliseconds(rows.ceil_milliseconds(at))

    assert timedelta() <= due - at < timedelta(milliseconds=1)


def test_what_owes_nothing_leaves_the_due_index() -> None:
    assert rows.due("POST", "post_1", None) == {"due_shard": None, "due_at": None}
    assert rows.due("POST", "post_1", NOW)["due_shard"] == keys.shard("POST", "post_1")


def test_an_owner_and_a_time_come_back_as_they_were() -> None:
    assert rows.owner({"owner": str(OWNER)}) == OWNER
    assert rows.from_seconds(rows.seconds(NOW)) == NOW.replace(microsecond=0)
    assert rows.time({}, "at") is None

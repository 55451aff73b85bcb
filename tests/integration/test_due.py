"""The due index on a table made from the template."""

from datetime import UTC, datetime, timedelta

from herald.aws.dynamodb import Item, Put, Table
from herald.domain.ids import EPOCH
from herald.store import rows
from herald.store.due import DueIndex

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def due_row(name: str, at: datetime, *, shard: str = "POST#00", size: int = 0) -> Item:
    return {
        "pk": name,
        "sk": "STATE",
        "due_shard": shard,
        "due_at": rows.ceil_milliseconds(at),
        "owes": f'"{"x" * size}"',
    }


def test_a_crowd_due_in_one_millisecond_is_read_to_its_end(table: Table) -> None:
    """More than a call returns: 1 MB."""
    for number in range(4):
        table.put(Put(item=due_row(f"crowd{number}", NOW, size=390_000)))

    found = [entry.key[0] for entry in DueIndex(table).entries("POST", until=NOW)]

    assert sorted(found) == ["crowd0", "crowd1", "crowd2", "crowd3"]


def test_pages_start_behind_the_cursor_and_end_at_their_end(table: Table) -> None:
    for seconds in range(5):
        table.put(
            Put(
                item=due_row(
                    f"at{seconds}", NOW + timedelta(seconds=seconds), shard=f"EVENT#0{seconds % 4}"
                )
            )
        )

    pages = DueIndex(table).pages(
        "EVENT", after=NOW + timedelta(seconds=1), until=NOW + timedelta(seconds=3)
    )

    assert sorted(entry.key[0] for page in pages for entry in page) == ["at2", "at3"]


def test_the_sweeps_cursors_do_not_move_each_other(table: Table) -> None:
    due = DueIndex(table)
    later = NOW + timedelta(minutes=2)
    assert due.seen_until(["DELIVERY", "EVENT"]) == {"DELIVERY": EPOCH, "EVENT": EPOCH}

    due.seen({"POST": NOW})
    due.seen({"DELIVERY": later, "EVENT": NOW})

    assert due.seen_until(["POST"]) == {"POST": NOW}
    assert due.seen_until(["DELIVERY", "EVENT"]) == {"DELIVERY": later, "EVENT": NOW}

"""The meter's arithmetic, against the DynamoDB developer guide."""

from typing import Any

import pytest

from benchmarks.meter import Index, index_of, read_units, size, write_units

DUE = Index(keys=("due_shard", "due_at"), copied=frozenset({"owes"}))
ENTRY = {
    "pk": {"S": "P"},
    "sk": {"S": "S"},
    "due_shard": {"S": "POST#01"},
    "due_at": {"N": "1"},
    "status": {"S": "draft"},
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"S": "Grüße"}, 7),
        ({"N": "0"}, 1),
        ({"N": "1750000000123"}, 8),
        ({"N": "-12.50"}, 4),
        ({"B": b"12345"}, 5),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 8),
        ({"M": {"ab": {"S": "c"}}}, 7),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_an_item_is_its_names_and_its_values(typed: dict[str, Any], expected: int) -> None:
    assert size({"n": typed}) == 1 + expected


def test_a_write_costs_a_unit_per_kilobyte_of_the_larger_image_and_never_nothing() -> None:
    small = {"n": {"S": "x"}}
    full = {"n": {"S": "x" * 1023}}
    big = {"n": {"S": "x" * 2048}}

    assert write_units(None, None) == 1
    assert write_units(None, small) == 1
    assert write_units(small, full) == 1
    assert write_units(small, big) == 3
    assert write_units(big, small) == 3
    assert write_units(big, None) == 3


def test_a_read_costs_a_unit_per_4_kilobytes_read_together_and_half_when_it_may_be_old() -> None:
    assert [read_units(sizes, consistent=True) for sizes in ([], [2000, 2096], [4097])] == [1, 1, 2]
    assert [read_units(sizes, consistent=False) for sizes in ([], [4097])] == [0.5, 1]


def test_an_index_costs_only_what_changes_in_it() -> None:
    without = {name: value for name, value in ENTRY.items() if name != "due_at"}

    assert DUE.units(None, without) == 0
    assert DUE.units(without, ENTRY) == DUE.units(ENTRY, without) == DUE.units(ENTRY, None) == 1
    assert DUE.units(ENTRY, ENTRY | {"status": {"S": "published"}}) == 0
    assert DUE.units(ENTRY, ENTRY | {"owes": {"S": "[]"}}) == 1
    assert (
        DUE.units(ENTRY, ENTRY | {"due_at": {"N": "2"}}) == 2
    )  # one to remove it there, one to put it here


def test_a_projection_says_what_is_copied() -> None:
    schema = [
        {"AttributeName": "list", "KeyType": "HASH"},
        {"AttributeName": "pk", "KeyType": "RANGE"},
    ]
    item = ENTRY | {"list": {"S": "L"}}

    assert set(index_of(schema, {"ProjectionType": "KEYS_ONLY"}).entry(item) or ()) == {
        "pk",
        "sk",
        "list",
    }
    assert index_of(schema, {"ProjectionType": "ALL"}).entry(item) == item

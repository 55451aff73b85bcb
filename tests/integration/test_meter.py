"""The benchmarks' meter watches the table as the product uses it."""

import pytest

from benchmarks.meter import Cost, Meter
from herald import runtime
from herald.aws.dynamodb import Attr, Conflict, Delete, Key, Put, Table, Update

DUE = {"due_shard": "POST#01", "due_at": 1}


@pytest.fixture
def meter(aws: None) -> Meter:
    return Meter("herald")


@pytest.fixture
def table(meter: Meter) -> Table:
    """Its client is made while the meter watches."""
    return runtime.table()


def spent(cost: Cost) -> tuple[int, int, float]:
    return cost.calls.total(), cost.write_units, cost.read_units


def test_writes_are_charged_with_their_index_entries_and_twice_in_a_transaction(
    meter: Meter, table: Table
) -> None:
    with meter.measured() as put:
        table.put(Put(item={"pk": "P", "sk": "1", **DUE}))
    with meter.measured() as transaction:
        table.transact([Put(item={"pk": "P", "sk": "2", **DUE}), Delete(key=("P", "1"))])
    with meter.measured() as batch:
        table.put_all([{"pk": "P", "sk": "3"}, {"pk": "P", "sk": "4", "text": "x" * 1024}])

    assert [spent(each) for each in (put, transaction, batch)] == [(1, 2, 0), (1, 6, 0), (1, 3, 0)]


def test_a_refused_write_is_charged_all_the_same(meter: Meter, table: Table) -> None:
    table.put(Put(item={"pk": "P", "sk": "1"}))

    with meter.measured() as cost, pytest.raises(Conflict):
        table.update(Update(key=("P", "1"), values={"a": 1}, condition=Attr("pk").not_exists()))

    assert spent(cost) == (1, 1, 0)


def test_reads_are_charged_by_what_they_find(meter: Meter, table: Table) -> None:
    table.put(Put(item={"pk": "P", "sk": "1", "text": "x" * 4096, **DUE}))

    with meter.measured() as get:
        table.get(("P", "1"))
    with meter.measured() as many:
        table.get_many([("P", "1"), ("P", "none")], consistent=False)
    with meter.measured() as query:
        table.query(Key("pk").eq("P"))
    with meter.measured() as index:
        table.query(Key("due_shard").eq("POST#01"), index="due")
    with meter.measured() as nothing:
        table.query(Key("pk").eq("P"), only=Attr("text").eq("y"))

    assert [spent(each) for each in (get, many, query, index)] == [
        (1, 0, 2),
        (1, 0, 1.5),
        (1, 0, 2),
        (1, 0, 0.5),
    ]
    assert spent(nothing) == spent(query)


def test_only_what_happens_inside_is_charged_and_by_service(meter: Meter, table: Table) -> None:
    table.get(("P", "1"))

    with meter.measured() as cost:
        runtime.vault().seal(b"secret", owner="acc_1")
        table.get(("P", "1"))
    table.get(("P", "1"))

    assert cost.calls == {"kms": 1, "dynamodb": 1}

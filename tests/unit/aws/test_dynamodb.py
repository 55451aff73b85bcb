"""What the table does while another transaction runs.

What it stores is tested where it is stored.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from herald.aws.dynamodb import PAUSES, Attr, Conflict, Put, Table, TransactionConflict

PUT = Put(item={"pk": "a", "sk": "b"}, condition=Attr("pk").not_exists())
IN_THE_AIR: dict[str, Any] = {
    "service_error_code": "TransactionConflictException",
    "http_status_code": 400,
}


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, waited: list[float]) -> Table:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "t")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    return Table("herald", waited.append)


@pytest.fixture
def aws(table: Table) -> Iterator[Stubber]:
    with Stubber(table.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def cancelled(*codes: str) -> dict[str, Any]:
    reasons = [{"Code": code} for code in codes]
    return {
        "service_error_code": "TransactionCanceledException",
        "http_status_code": 400,
        "modeled_fields": {"CancellationReasons": reasons},
    }


def test_a_write_that_meets_a_transaction_is_made_again(
    table: Table, waited: list[float], aws: Stubber
) -> None:
    aws.add_client_error("put_item", **IN_THE_AIR)
    aws.add_client_error("put_item", **IN_THE_AIR)
    aws.add_response("put_item", {})

    table.put(PUT)

    assert waited == list(PAUSES[:2])


def test_a_transaction_that_meets_another_is_made_again(
    table: Table, waited: list[float], aws: Stubber
) -> None:
    aws.add_client_error("transact_write_items", **cancelled("None", "TransactionConflict"))
    aws.add_response("transact_write_items", {})

    table.transact([PUT, PUT])

    assert waited == list(PAUSES[:1])


def test_a_transaction_that_never_gets_through_says_so(
    table: Table, waited: list[float], aws: Stubber
) -> None:
    for _ in range(len(PAUSES) + 1):
        aws.add_client_error("transact_write_items", **cancelled("TransactionConflict"))

    with pytest.raises(TransactionConflict) as conflict:
        table.transact([PUT])

    assert (conflict.value.failed, waited) == ({}, list(PAUSES))


def test_a_condition_that_failed_is_an_answer_at_once(
    table: Table, waited: list[float], aws: Stubber
) -> None:
    aws.add_client_error("put_item", service_error_code="ConditionalCheckFailedException")
    aws.add_client_error(
        "transact_write_items", **cancelled("ConditionalCheckFailed", "TransactionConflict")
    )

    with pytest.raises(Conflict):
        table.put(PUT)
    with pytest.raises(TransactionConflict) as conflict:
        table.transact([PUT, PUT])

    assert (conflict.value.failed, waited) == ({0: None}, [])

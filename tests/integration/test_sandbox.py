"""The sandbox's ledger."""

from herald import runtime
from tests.integration.conftest import Caller
from tests.integration.test_more_than_a_page import MANY, entry, everything


def test_every_post_in_the_sandbox_is_listed_in_full_pages(test: Caller) -> None:
    account = test("POST", "/v1/accounts/connect/twitter", {"username": "brand"}).body["account"][
        "id"
    ]
    for number in range(3 * MANY):
        runtime.sandbox_ledger().put(
            entry(account, number, name=f"pp_{number:024d}", live=number % 3 > 0)
        )

    listed = everything(test, f"/v1/sandbox/posts?accountId={account}&")

    assert [each["id"] for each in listed] == [
        f"r{number:02d}" for number in range(3 * MANY) if number % 3
    ]


def test_every_commit_of_one_publication_is_found(aws: None) -> None:
    ledger = runtime.sandbox_ledger()
    for number in range(MANY):
        ledger.put(entry("acc_1", number))

    assert [each.remote_id for each in ledger.find("acc_1", "pp_1:0")] == [
        f"r{number:02d}" for number in range(MANY)
    ]

"""Accounts through their doors."""

import boto3
import pytest

from herald import runtime
from herald.aws.dynamodb import Update
from herald.domain.accounts import Platform
from herald.domain.owners import Mode, Owner
from herald.store import keys
from tests.integration.conftest import Caller

PLATFORMS = list(Platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_test_key_connects_every_platform_at_once(test: Caller, platform: Platform) -> None:
    answer = test("POST", f"/v1/accounts/connect/{platform}", {"username": "brandname"})

    assert answer.status == 201
    account = answer.body["account"]
    assert (account["platform"], account["username"], account["status"]) == (
        platform,
        "brandname",
        "active",
    )
    assert test("GET", f"/v1/accounts/{account['id']}").body == account


def test_a_connect_says_where_the_account_is_under_every_name_that_clients_read(
    test: Caller,
) -> None:
    answers = [
        test(
            "POST",
            path,
            {"username": "brand name", "platform": "twitter", "callbackUrl": "https://a.example/"},
        )
        for path in ("/v1/accounts/connect/twitter", "/v1/accounts/connect")
    ]

    where = "https://sandbox.invalid/twitter/@brand%20name"
    for answer in answers:
        assert (answer.status, answer.body["account"]["profileUrl"]) == (201, where)
        said = {name: value for name, value in answer.body.items() if name != "account"}
        assert said == {"url": where, "authorizationUrl": where, "authUrl": where, "state": None}
    assert test("GET", "/v1/accounts").body["data"][0]["profileUrl"] == where


def test_an_account_from_before_there_were_profile_urls_is_shown(test: Caller) -> None:
    account = test("POST", "/v1/accounts/connect/twitter", {"username": "b"}).body["account"]
    me = test("GET", "/v1/auth/me").body
    key = keys.owned(Owner(me["workspaceId"], Mode.TEST), "ACC", account["id"])
    runtime.table().update(Update(key=key, values={"profile_url": None}))

    assert test("GET", f"/v1/accounts/{account['id']}").body == account | {"profileUrl": None}


def test_the_platform_may_stand_in_the_body_and_in_any_case(test: Caller) -> None:
    first = test("POST", "/v1/accounts/connect", {"platform": "INSTAGRAM", "username": "b"}).body[
        "account"
    ]
    second = test("POST", "/v1/accounts/connect/Instagram", {"username": "b"}).body["account"]

    assert first["id"] == second["id"]
    assert (
        test("POST", "/v1/accounts/connect/x", {"username": "b"}).body["account"]["platform"]
        == "twitter"
    )


def test_a_list_hides_what_is_disconnected(test: Caller) -> None:
    path = "/v1/accounts/connect/bluesky"
    kept = test("POST", path, {"username": "a"}).body["account"]
    gone = test("POST", path, {"username": "b"}).body["account"]

    answer = test("DELETE", f"/v1/accounts/{gone['id']}")

    assert (answer.status, answer.body) == (200, {"success": True, "id": gone["id"]})
    assert [each["id"] for each in test("GET", "/v1/accounts?status=ACTIVE").body["data"]] == [
        kept["id"]
    ]
    assert [each["id"] for each in test("GET", "/v1/accounts").body["data"]] == [kept["id"]]
    assert {each["status"] for each in test("GET", "/v1/accounts?status=all").body["data"]} == {
        "active",
        "disconnected",
    }
    assert [
        each["id"] for each in test("GET", "/v1/accounts?status=disconnected").body["data"]
    ] == [gone["id"]]
    assert len(test("GET", "/v1/accounts?includeArchived=true").body["data"]) == 2


def test_disconnecting_destroys_the_credentials_and_connecting_again_keeps_the_id(
    test: Caller,
) -> None:
    account = test("POST", "/v1/accounts/connect/bluesky", {"username": "a"}).body["account"]
    test("DELETE", f"/v1/accounts/{account['id']}")

    secrets = [
        row
        for row in boto3.client("dynamodb").scan(TableName="herald")["Items"]
        if row["sk"]["S"].startswith("SECRET#")
    ]
    again = test("POST", "/v1/accounts/connect/bluesky", {"username": "a"}).body["account"]

    assert secrets == []
    assert (again["id"], again["status"]) == (account["id"], "active")


def test_lists_page_and_filter(test: Caller) -> None:
    for platform in ("bluesky", "mastodon", "twitter"):
        test("POST", f"/v1/accounts/connect/{platform}", {"username": "b"})

    first = test("GET", "/v1/accounts?limit=2").body
    rest = test("GET", f"/v1/accounts?limit=2&cursor={first['pagination']['nextCursor']}").body

    assert [each["platform"] for each in first["data"] + rest["data"]] == [
        "bluesky",
        "mastodon",
        "twitter",
    ]
    assert (first["pagination"]["has_more"], rest["pagination"]["has_more"]) == (True, False)
    assert [
        each["platform"] for each in test("GET", "/v1/accounts?platform=MASTODON").body["data"]
    ] == ["mastodon"]


@pytest.mark.parametrize(
    "query", ["status=broken", "platform=myspace", "limit=0", "limit=101", "limit=x"]
)
def test_a_bad_query_is_told(test: Caller, query: str) -> None:
    answer = test("GET", f"/v1/accounts?{query}")

    assert (answer.status, answer.body["error"]["details"]["field"]) == (
        400,
        query.split("=", maxsplit=1)[0],
    )


def test_a_live_key_needs_real_credentials(live: Caller) -> None:
    missing = live("POST", "/v1/accounts/connect/bluesky", {"username": "brandname"}).body["error"]
    assert missing["code"] == "VALIDATION_ERROR"
    assert all("test key" in each["remediation"] for each in missing["details"]["errors"])
    assert live("POST", "/v1/accounts/connect/tiktok", {}).status == 422
    assert live("POST", "/v1/accounts/connect/nowhere", {}).status == 404


def test_credentials_lie_sealed_and_open_for_their_own_account_only(test: Caller) -> None:
    accounts = [
        test("POST", "/v1/accounts/connect/bluesky", {"username": each}).body["account"]
        for each in "ab"
    ]
    owner = Owner(accounts[0]["workspaceId"], Mode.TEST)
    store = runtime.account_store()
    first, second = [store.get_many(owner, [each["id"]])[each["id"]] for each in accounts]
    row = runtime.table().get((f"OWNER#{owner}", f"SECRET#{first.id}"))

    assert row is not None
    assert dict(store.open(first, row)) == {"token": "sandbox"}
    assert b"sandbox" not in row["sealed"]
    with pytest.raises(Exception, match=r"(?i)ciphertext|decrypt"):
        store.open(second, row)

"""Connecting by consent, through the doors, and what strangers try with it."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from herald import runtime
from herald.domain.api_keys import Plan
from tests.integration.conftest import Answer, Caller, owner_of
from tests.networks.consents import decided, query_of
from tests.networks.mastodon import FakeMastodon, Fault, Person, Step

CONNECT = "/v1/accounts/connect/mastodon"
CALLBACK = "/v1/accounts/callback/mastodon"
LAND = "/v1/oauth/callback/mastodon"
MINE = "https://app.example.com/connected"
OWN = f"https://api.example.com{LAND}"


@pytest.fixture
def instance() -> Iterator[FakeMastodon]:
    with FakeMastodon(runtime.now) as instance:
        yield instance


@pytest.fixture(autouse=True)
def person(instance: FakeMastodon) -> Person:
    return instance.person()


def begin(caller: Caller, instance: FakeMastodon, **fields: str) -> Answer:
    """Ask for a consent."""
    answer = caller("POST", CONNECT, {"instanceUrl": instance.url, **fields})
    assert answer.status == 200, answer.body
    return answer


def consented(address: str, decision: str = "allow") -> dict[str, str]:
    """The query that the user is sent back with."""
    return dict(query_of(decided(address, decision)))


def landed(query: dict[str, str]) -> Answer:
    """A browser comes back, without a key."""
    return Caller()("GET", f"{LAND}?{urlencode(query)}")


def accounts(caller: Caller) -> list[Any]:
    return list(caller("GET", "/v1/accounts?status=all").body["data"])


def test_a_browser_lands_on_a_page_that_says_who_is_connected(
    live: Caller, instance: FakeMastodon
) -> None:
    begun = begin(live, instance)
    back = decided(begun.body["authorizationUrl"])

    page = landed(dict(query_of(back)))

    assert back.startswith(f"{OWN}?")
    assert begun.body == {
        "account": None,
        "url": begun.body["authorizationUrl"],
        "authorizationUrl": begun.body["authorizationUrl"],
        "authUrl": begun.body["authorizationUrl"],
        "state": query_of(back)["state"],
    }
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>alice@social.example is connected</h1>" in page.body
    [account] = accounts(live)
    assert (account["username"], account["status"]) == ("alice@social.example", "active")


def test_an_integrators_own_page_passes_the_answer_on(live: Caller, instance: FakeMastodon) -> None:
    begun = begin(live, instance, redirectUri=MINE)
    back = decided(begun.body["url"])
    body = {"redirectUri": MINE, **query_of(back)}

    first = live("POST", CALLBACK, body, idempotency_key="once")
    again = live("POST", CALLBACK, body, idempotency_key="once")

    assert back.startswith(f"{MINE}?")
    assert (first.status, first.body["account"]["status"]) == (201, "active")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_account_that_consents_again_keeps_its_id_and_gets_the_new_token(
    live: Caller, instance: FakeMastodon
) -> None:
    landed(consented(begin(live, instance).body["url"]))
    instance.doorkeeper.forget_clients()
    landed(consented(begin(live, instance).body["url"]))

    [account] = accounts(live)
    tokens = [each.text for each in instance.doorkeeper.tokens.values() if each.username]
    assert len(tokens) == 2
    assert live("DELETE", f"/v1/accounts/{account['id']}").status == 200
    assert instance.revoked == {tokens[-1]}


def test_a_workspace_that_disconnects_an_account_leaves_it_to_another(
    live: Caller, instance: FakeMastodon
) -> None:
    other = Caller(runtime.workspaces().provision("B", "b@example.com", Plan.PRO).live_key)
    for caller in (live, other):
        landed(consented(begin(caller, instance).body["url"]))
    [mine] = accounts(live)
    [theirs] = accounts(other)

    live("DELETE", f"/v1/accounts/{mine['id']}")

    account = runtime.accounts().get(theirs["id"], owner_of(other))
    credentials = runtime.account_store().credentials(account)
    assert credentials is not None
    assert credentials["accessToken"] not in instance.revoked
    assert len(instance.revoked) == 1


def test_a_disconnect_destroys_the_token_though_the_instance_is_away(
    live: Caller, instance: FakeMastodon
) -> None:
    landed(consented(begin(live, instance).body["url"]))
    [account] = accounts(live)
    instance.fail(Step.REVOKE, Fault.UNAVAILABLE)

    assert live("DELETE", f"/v1/accounts/{account['id']}").status == 200

    rows = boto3.client("dynamodb").scan(TableName="herald")["Items"]
    assert not [row for row in rows if row["sk"]["S"].startswith("SECRET#")]
    assert [each["status"] for each in accounts(live)] == ["disconnected"]


def test_an_equal_request_gets_the_same_consent_and_its_kept_answer_is_sealed(
    live: Caller, instance: FakeMastodon
) -> None:
    body = {"instanceUrl": instance.url}
    first = live("POST", CONNECT, body, idempotency_key="once")
    asked = len(instance.asked)
    again = live("POST", CONNECT, body, idempotency_key="once")

    assert (again.status, again.body) == (200, first.body)
    assert len(instance.asked) == asked
    rows = boto3.client("dynamodb").scan(TableName="herald")["Items"]
    assert first.body["state"] not in json.dumps(rows, default=repr)


def test_a_token_still_connects_at_once(
    live: Caller, instance: FakeMastodon, person: Person
) -> None:
    answer = live("POST", CONNECT, {"instanceUrl": instance.url, "accessToken": person.token})

    assert (answer.status, answer.body["state"]) == (201, None)
    assert answer.body["account"]["username"] == "alice@social.example"


def test_a_user_who_denies_is_told_so_and_nothing_is_connected(
    live: Caller, instance: FakeMastodon
) -> None:
    back = consented(begin(live, instance).body["url"], "deny")

    page = landed(back)

    assert page.status == 422
    assert "You did not allow herald to use the account." in page.body
    assert accounts(live) == []
    assert "is not known" in landed(back).body


# ---------------------------------------------------------------------------- what strangers try


def test_an_answer_counts_once(live: Caller, instance: FakeMastodon) -> None:
    back = consented(begin(live, instance).body["url"])
    landed(back)

    page = landed(back)

    assert page.status == 422
    assert "is not known" in page.body


def test_a_code_that_was_used_connects_nobody_under_a_fresh_state(
    live: Caller, instance: FakeMastodon
) -> None:
    used = consented(begin(live, instance).body["url"])
    landed(used)
    fresh = begin(live, instance).body["state"]

    assert landed({"state": fresh, "code": used["code"]}).status == 422


def test_a_state_belongs_to_its_workspace_and_mode(
    live: Caller, test: Caller, instance: FakeMastodon
) -> None:
    stranger = Caller(runtime.workspaces().provision("B", "b@example.com", Plan.PRO).live_key)
    for thief in (stranger, test):
        begun = begin(live, instance, redirectUri=MINE)
        body = {"redirectUri": MINE, **consented(begun.body["url"])}

        assert thief("POST", CALLBACK, body).status == 422
        assert live("POST", CALLBACK, body).status == 422  # it is spent, whoever spent it

    assert accounts(live) == accounts(stranger) == accounts(test) == []


def test_an_answer_of_one_network_is_none_of_another(live: Caller, instance: FakeMastodon) -> None:
    """The mix-up: a network sends its user back to the address of another."""
    begun = begin(live, instance)
    back = consented(begun.body["url"])

    page = Caller()("GET", f"/v1/oauth/callback/bluesky?{urlencode(back)}")

    assert page.status == 422
    assert accounts(live) == []


@pytest.mark.parametrize("elsewhere", ["https://app.example.com/other", OWN, None])
def test_an_answer_counts_at_the_address_that_was_asked_for(
    live: Caller, instance: FakeMastodon, elsewhere: str | None
) -> None:
    begun = begin(live, instance, redirectUri=MINE)
    body = dict(consented(begun.body["url"]))
    if elsewhere:
        body["redirectUri"] = elsewhere

    answer = live("POST", CALLBACK, body)

    assert answer.status == 422
    assert answer.body["error"]["message"].startswith("redirectUri is not the address")


def test_an_integrators_consent_is_not_finished_on_heralds_page(
    live: Caller, instance: FakeMastodon
) -> None:
    back = consented(begin(live, instance, redirectUri=MINE).body["url"])

    assert landed(back).status == 422


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "app.example.com",
        "https://a.example/#x",
        "https://a b",
        "https://",
        "https://[",
    ],
)
def test_a_redirect_address_is_the_address_of_a_page(live: Caller, address: str) -> None:
    answer = live("POST", CONNECT, {"instanceUrl": "a.example", "redirectUri": address})

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, "redirectUri")


def test_the_page_repeats_nothing_of_a_link_and_cannot_be_framed(stranger: Caller) -> None:
    query = {
        "state": "<script>alert(1)</script>",
        "error": "Call 0900 123456",
        "error_description": "<b>hello</b>",
    }

    page = stranger("GET", f"{LAND}?{urlencode(query)}")

    assert page.status == 422
    assert not [word for word in ("script>", "0900", "hello") if word in page.body]
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_an_address_inside_the_network_is_not_called(
    live: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("http://169.254.169.254/", "https://10.0.0.1", "https://[fd00::1]"):
        answer = live("POST", CONNECT, {"instanceUrl": address})

        assert answer.status == 422
        assert "may not be called" in answer.body["error"]["message"]


def test_no_secret_is_in_a_log(
    live: Caller, instance: FakeMastodon, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "herald")
    begun = begin(live, instance)
    back = consented(begun.body["url"])
    instance.doorkeeper.forget_clients()
    landed(back)
    landed(consented(begin(live, instance).body["url"]))
    [account] = accounts(live)
    instance.fail(Step.REVOKE, Fault.UNAVAILABLE)
    live("DELETE", f"/v1/accounts/{account['id']}")

    said = " ".join(str(vars(record)) for record in caplog.records if "herald" in record.name)
    provider = instance.doorkeeper
    secrets = [
        back["code"],
        back["state"],
        *provider.tokens,
        *(client.secret for client in provider.clients.values()),
    ]
    assert "credentials not revoked" in said
    assert not [secret for secret in secrets if secret in said]

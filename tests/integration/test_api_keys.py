"""API keys through the doors: no key reaches beyond its mode, and none makes a stronger one.

A key cannot make a key that may do more than itself, or for longer.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from herald import runtime
from herald.domain.api_keys import Plan
from tests.integration.conftest import Answer, Caller
from tests.integration.test_workspaces import STEPS

LIVE_ONLY = {"requiredMode": "live"}


def asked(**fields: Any) -> dict[str, Any]:
    return {"name": "k", "mode": "test", "scopes": ["posts:read"]} | fields


def refused(answer: Answer) -> dict[str, Any]:
    """The details of a 403 in the contract's shape."""
    assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.body["error"].keys() == {"code", "message", "details", "requestId"}
    details: dict[str, Any] = answer.body["error"]["details"]
    return details


def names(caller: Caller) -> set[str]:
    return {each["name"] for each in caller("GET", "/v1/api-keys?limit=100").body["data"]}


def soon(minutes: float = 5) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


@pytest.fixture
def brief(live: Caller) -> Caller:
    """A key that may do everything for five minutes."""
    scopes = live("GET", "/v1/auth/me").body["scopes"]
    return Caller(
        live(
            "POST",
            "/v1/api-keys",
            asked(name="brief", mode="live", scopes=scopes, expiresAt=soon()),
        ).body["key"]
    )


def test_a_test_key_makes_test_keys_only(live: Caller, test: Caller) -> None:
    before = names(live)

    answer = test("POST", "/v1/api-keys", asked(mode="live"))
    again = test("POST", "/v1/api-keys", asked(mode="LIVE"), idempotency_key="k-1")

    assert refused(answer) == refused(again) == LIVE_ONLY
    assert names(live) == before
    assert test("POST", "/v1/api-keys", asked()).body["mode"] == "test"


def test_a_live_key_makes_and_sees_keys_of_both_modes(live: Caller) -> None:
    modes = [
        live("POST", "/v1/api-keys", asked(name=mode, mode=mode)).body["mode"]
        for mode in ("live", "test")
    ]

    assert modes == ["live", "test"]
    assert names(live) == {"first live key", "first test key", "live", "test"}


def test_a_test_key_sees_test_keys_only_page_by_page(live: Caller, test: Caller) -> None:
    for mode in ("live", "test", "live", "test"):
        live("POST", "/v1/api-keys", asked(name=f"another {mode} key", mode=mode))

    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = test("GET", f"/v1/api-keys?limit=2{cursor and f'&cursor={cursor}'}").body
        seen += page["data"]
        cursor = page["pagination"]["nextCursor"]

    assert [(each["name"], each["mode"]) for each in seen] == [("first test key", "test")] + [
        ("another test key", "test")
    ] * 2


def test_a_live_key_is_not_there_for_a_test_key_that_would_revoke_it(
    live: Caller, test: Caller
) -> None:
    mine = live("GET", "/v1/auth/me").body["keyId"]
    spare = test("POST", "/v1/api-keys", asked()).body["id"]

    answer = test("DELETE", f"/v1/api-keys/{mine}")

    assert (answer.status, answer.body["error"]["code"]) == (404, "NOT_FOUND")
    assert live("GET", "/v1/auth/me").status == 200
    assert test("DELETE", f"/v1/api-keys/{spare}").status == 200
    assert live("DELETE", f"/v1/api-keys/{test('GET', '/v1/auth/me').body['keyId']}").status == 200


def test_no_key_revokes_one_of_another_workspace(live: Caller) -> None:
    other = Caller(runtime.workspaces().provision("Other", None, Plan.PRO).live_key)

    assert other("DELETE", f"/v1/api-keys/{live('GET', '/v1/auth/me').body['keyId']}").status == 404
    assert live("GET", "/v1/auth/me").status == 200


@pytest.mark.parametrize(
    "body", [{"name": "Mine"}, {"ownerEmail": "me@example.com"}, {"ownerEmail": None}]
)
def test_a_test_key_changes_neither_the_name_nor_the_owners_address(
    live: Caller, test: Caller, body: dict[str, object]
) -> None:
    before = live("GET", "/v1/workspace").body

    answer = test("PATCH", "/v1/workspace", body | {"approvalWorkflow": {"steps": STEPS}})

    assert refused(answer) == LIVE_ONLY | {"fields": list(body)}
    assert live("GET", "/v1/workspace").body == before
    assert test("GET", "/v1/workspace").body == before


def test_each_mode_has_an_approval_workflow_of_its_own(live: Caller, test: Caller) -> None:
    rehearsed = test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS}, "name": None})

    assert (rehearsed.status, rehearsed.body["approvalWorkflow"]) == (200, {"steps": STEPS})
    assert test("GET", "/v1/workspace").body == rehearsed.body
    assert live("GET", "/v1/workspace").body["approvalWorkflow"] is None

    live("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS[1:]}})
    test("PATCH", "/v1/workspace", {"approvalWorkflow": None})

    assert live("GET", "/v1/workspace").body["approvalWorkflow"] == {"steps": STEPS[1:]}
    assert test("GET", "/v1/workspace").body["approvalWorkflow"] is None


def test_a_live_workflow_holds_no_test_draft(live: Caller, test: Caller) -> None:
    account = test("POST", "/v1/accounts/connect/twitter", {"username": "brand"}).body["account"][
        "id"
    ]
    live("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS}})
    draft = test("POST", "/v1/posts", {"content": "x", "accountIds": [account]}).body["id"]

    assert test("POST", f"/v1/posts/{draft}/submit").status == 409


@pytest.mark.parametrize("mode", ["live", "test"])
@pytest.mark.parametrize("later", [lambda: None, lambda: soon(6), lambda: "2099-01-01T00:00:00Z"])
def test_a_key_that_expires_makes_none_that_outlives_it(
    brief: Caller, mode: str, later: Callable[[], str | None]
) -> None:
    before = names(brief)
    mine = next(
        each for each in brief("GET", "/v1/api-keys").body["data"] if each["name"] == "brief"
    )

    answer = brief("POST", "/v1/api-keys", asked(mode=mode, expiresAt=later()))

    assert refused(answer) == {"field": "expiresAt", "latest": mine["expiresAt"]}
    assert names(brief) == before


def test_a_key_that_expires_makes_one_that_ends_no_later(brief: Caller) -> None:
    mine = next(
        each for each in brief("GET", "/v1/api-keys").body["data"] if each["name"] == "brief"
    )

    earlier = brief("POST", "/v1/api-keys", asked(expiresAt=soon(4)))
    as_long = brief("POST", "/v1/api-keys", asked(expiresAt=mine["expiresAt"]))

    assert (earlier.status, as_long.status) == (201, 201)
    assert as_long.body["expiresAt"] == mine["expiresAt"]
    assert brief("GET", "/v1/auth/me").status == 200


def test_a_key_says_from_the_first_when_it_expires(live: Caller) -> None:
    made = live("POST", "/v1/api-keys", asked(expiresAt="2099-01-01T00:00:00.750Z")).body

    listed = next(
        each for each in live("GET", "/v1/api-keys").body["data"] if each["id"] == made["id"]
    )

    assert made["expiresAt"] == listed["expiresAt"] == "2099-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("scopes", "wanted"),
    [(["workspace:write", "posts:read"], "posts:write"), (["workspace:write"], "posts:read")],
)
def test_a_key_gives_away_no_scope_that_it_lacks(
    live: Caller, scopes: list[str], wanted: str
) -> None:
    maker = Caller(live("POST", "/v1/api-keys", asked(mode="live", scopes=scopes)).body["key"])

    assert refused(maker("POST", "/v1/api-keys", asked(mode="live", scopes=[wanted]))) == {
        "requiredScope": wanted
    }
    assert (
        maker("POST", "/v1/api-keys", asked(mode="live", scopes=["workspace:read"])).status == 201
    )

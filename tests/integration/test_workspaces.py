"""The workspace through the doors: its name, its owner, its approval workflow."""

from typing import Any

import pytest

from herald import runtime
from tests.integration.conftest import Caller

STEPS = [
    {"order": 1, "role": "editor", "approverIds": ["usr_1", "usr_2"], "required": False},
    {"order": 2, "role": "legal", "approverIds": ["usr_3"], "required": True},
]


def step(**fields: Any) -> dict[str, Any]:
    return STEPS[1] | fields


def test_a_workspace_says_what_it_is(live: Caller) -> None:
    found = live("GET", "/v1/workspace")

    assert found.status == 200
    assert found.body == {
        "id": live("GET", "/v1/auth/me").body["workspaceId"],
        "name": "Acme",
        "ownerEmail": "owner@example.com",
        "plan": "pro",
        "approvalWorkflow": None,
    }


def test_only_what_is_named_changes_and_both_modes_see_it(live: Caller, test: Caller) -> None:
    renamed = live(
        "PATCH", "/v1/workspace", {"name": "Acme Brands", "id": "ws_other", "createdAt": "never"}
    )
    moved = live("PATCH", "/v1/workspace", {"ownerEmail": "new@example.com", "name": None})

    assert (renamed.status, moved.status) == (200, 200)
    assert (moved.body["name"], moved.body["ownerEmail"]) == ("Acme Brands", "new@example.com")
    assert test("GET", "/v1/workspace").body == moved.body
    assert live("PATCH", "/v1/workspace", {}).body == moved.body
    assert live("PATCH", "/v1/workspace", {"ownerEmail": None}).body["ownerEmail"] is None


def test_a_new_name_is_seen_by_every_key_at_once(live: Caller, test: Caller) -> None:
    live("PATCH", "/v1/workspace", {"name": "Acme Brands"})

    assert (
        live("GET", "/v1/auth/me").body["workspaceName"]
        == test("GET", "/v1/auth/me").body["workspaceName"]
        == "Acme Brands"
    )


def test_changes_of_different_fields_at_once_are_both_kept(live: Caller) -> None:
    store = runtime.workspace_store()
    workspace_id = live("GET", "/v1/workspace").body["id"]
    seen = store.get(workspace_id)
    assert seen is not None

    live("PATCH", "/v1/workspace", {"name": "Acme Brands"})
    store.save(seen, ["owner_email"])

    assert live("GET", "/v1/workspace").body["name"] == "Acme Brands"


def test_a_workflow_is_kept_in_the_order_of_its_steps_until_it_is_taken_away(live: Caller) -> None:
    kept = live("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS[::-1]}})

    assert (kept.status, kept.body["approvalWorkflow"]) == (200, {"steps": STEPS})
    assert live("GET", "/v1/workspace").body == kept.body
    assert live("PATCH", "/v1/workspace", {"name": "Other"}).body["approvalWorkflow"] == {
        "steps": STEPS
    }
    assert (
        live("PATCH", "/v1/workspace", {"approvalWorkflow": None}).body["approvalWorkflow"] is None
    )
    assert live("GET", "/v1/workspace").body["approvalWorkflow"] is None


def test_a_step_is_required_unless_it_says_otherwise(live: Caller) -> None:
    said = {name: value for name, value in STEPS[1].items() if name != "required"}

    assert live("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": [said]}}).body[
        "approvalWorkflow"
    ]["steps"] == [STEPS[1]]


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([], "approvalWorkflow.steps"),
        ([step(order=each) for each in range(1, 12)], "approvalWorkflow.steps"),
        ([step(), step()], "approvalWorkflow.steps"),
        ([step(required=False)], "approvalWorkflow.steps"),
        ([step(order=0)], "approvalWorkflow.steps[0].order"),
        ([step(order="1")], "approvalWorkflow.steps[0].order"),
        ([step(role="")], "approvalWorkflow.steps[0].role"),
        ([step(approverIds=[])], "approvalWorkflow.steps[0].approverIds"),
        ([step(approverIds=["usr_1", "usr_1"])], "approvalWorkflow.steps[0].approverIds"),
        (
            [step(approverIds=[f"usr_{each}" for each in range(21)])],
            "approvalWorkflow.steps[0].approverIds",
        ),
        ([step(), step(order=3, approverIds=[""])], "approvalWorkflow.steps[1].approverIds[0]"),
        ([step(required="yes")], "approvalWorkflow.steps[0].required"),
        ("no", "approvalWorkflow.steps"),
    ],
)
def test_a_workflow_that_nobody_could_follow_is_refused(
    live: Caller, steps: object, field: str
) -> None:
    answer = live("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": steps}})

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, field)
    assert live("GET", "/v1/workspace").body["approvalWorkflow"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"ownerEmail": "nobody"},
        {"ownerEmail": "a b@example.com"},
        {"approvalWorkflow": {}},
        {"plan": "agency"},
    ],
)
def test_a_bad_change_changes_nothing(live: Caller, body: dict[str, object]) -> None:
    before = live("GET", "/v1/workspace").body

    assert live("PATCH", "/v1/workspace", {"name": "Other"} | body).status == 400
    assert live("GET", "/v1/workspace").body == before


def test_a_key_reads_and_changes_only_with_the_scope(live: Caller) -> None:
    made = live(
        "POST", "/v1/api-keys", {"name": "reader", "mode": "live", "scopes": ["workspace:read"]}
    )
    reader = Caller(made.body["key"])

    assert reader("GET", "/v1/workspace").status == 200
    assert reader("PATCH", "/v1/workspace", {"name": "x"}).body["error"]["details"] == {
        "requiredScope": "workspace:write"
    }

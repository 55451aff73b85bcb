"""Approvals through the doors: submit, approve, reject, and what an approval survives."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from herald import runtime
from herald.actions.lifecycle import PostDetails
from herald.api.voxburst.posts import body as rendered
from herald.aws.dynamodb import Table
from herald.domain import idempotency
from herald.domain.errors import ConflictError, ForbiddenError
from herald.domain.idempotency import IdempotentRequest
from tests.integration.conftest import Caller, owner_of
from tests.integration.subscribers import api_key
from tests.integration.test_lifecycle import LATER, MISSING, create
from tests.integration.test_posts import connect, publish

EDITOR = {"order": 1, "role": "editor", "approverIds": ["ed", "eve"], "required": False}
LEGAL = {"order": 2, "role": "legal", "approverIds": ["lea"], "required": True}
BOSS = {"order": 3, "role": "boss", "approverIds": ["bo"], "required": True}


@pytest.fixture
def account(test: Caller) -> str:
    return connect(test, "twitter")


@pytest.fixture
def workflow(test: Caller) -> None:
    """Editor if they like, then legal, then the boss."""
    demand(test, EDITOR, LEGAL, BOSS)


def demand(caller: Caller, *steps: dict[str, Any]) -> None:
    answer = caller("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": steps}})
    assert answer.status == 200, answer.body


def submitted(caller: Caller, account: str, **fields: Any) -> str:
    post: str = create(caller, account, saveAsDraft=True, **fields)["id"]
    answer = caller("POST", f"/v1/posts/{post}/submit")
    assert answer.status == 200, answer.body
    return post


def approve(caller: Caller, post: str, *approver_ids: str) -> dict[str, Any]:
    """The last answer's body; every approve must count."""
    for each in approver_ids:
        answer = caller("POST", f"/v1/posts/{post}/approve", {"approverId": each})
        assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


def told(table: Table, post: str) -> list[dict[str, Any]]:
    """The events that ride on the post's state."""
    row = table.get((f"POST#{post}", "STATE"))
    assert row is not None
    return list(json.loads(row.get("events", "[]")))


def statuses(post: dict[str, Any]) -> list[str]:
    return [each["status"] for each in post["approval"]["steps"]]


def test_a_submitted_post_waits_and_shows_whom_it_waits_for(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account, scheduledFor=LATER)

    found = test("GET", f"/v1/posts/{post}").body
    assert (found["status"], found["scheduledFor"]) == ("pending_approval", LATER)
    assert found["approval"].pop("id").startswith("apv_")
    nobody = {"status": "pending", "approverId": None, "comment": None, "at": None}
    assert found["approval"] == {
        "status": "pending",
        "step": 1,
        "steps": [step | nobody for step in (EDITOR, LEGAL, BOSS)],
        "note": None,
    }
    assert [
        each["id"] for each in test("GET", "/v1/posts?status=pending_approval").body["data"]
    ] == [post]
    assert test("GET", "/v1/posts?status=APPROVED").body["data"] == []


def test_the_last_approve_schedules_the_post_and_tells_so(
    test: Caller, account: str, workflow: None, table: Table
) -> None:
    post = submitted(test, account, scheduledFor=LATER)

    halfway = approve(test, post, "lea")
    done = test(
        "POST",
        f"/v1/posts/{post}/approve",
        {"approverId": "bo", "comment": "Looks good, approved."},
    )

    assert (halfway["status"], halfway["approval"]["step"], statuses(halfway)) == (
        "pending_approval",
        3,
        ["skipped", "approved", "pending"],
    )
    assert (done.status, done.body["status"], done.body["approval"]["status"]) == (
        200,
        "scheduled",
        "approved",
    )
    assert test("GET", f"/v1/posts/{post}").body == done.body
    [approved, scheduled] = told(table, post)
    assert approved["facts"] == {
        "post_id": post,
        "approver_id": "bo",
        "step_order": 3,
        "comment": "Looks good, approved.",
    }
    assert [each["events"][0][1] for each in (approved, scheduled)] == [
        "post.draft.approved",
        "post.scheduled",
    ]


def test_an_approved_post_without_a_time_is_published(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)

    approved = approve(test, post, "ed", "lea", "bo")

    assert approved["status"] == "publishing"
    done = publish(test, approved)
    assert (done["status"], statuses(done)) == ("published", ["approved"] * 3)
    assert len(test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]) == 1


def test_a_post_whose_time_passed_while_it_waited_goes_out_at_once_and_says_so(
    test: Caller, account: str, workflow: None, table: Table
) -> None:
    post = submitted(test, account, scheduledFor=LATER)
    row = table.get((f"POST#{post}", "STATE"))
    assert row is not None
    passed = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    boto3.client("dynamodb").update_item(
        TableName=table.name,
        Key={"pk": {"S": row["pk"]}, "sk": {"S": "STATE"}},
        UpdateExpression="SET scheduled_for = :past",
        ExpressionAttributeValues={":past": {"S": passed}},
    )

    approved = approve(test, post, "lea", "bo")

    assert (approved["status"], "at once" in approved["approval"]["note"]) == ("publishing", True)
    assert publish(test, approved)["status"] == "published"


def test_what_waits_is_never_sent(test: Caller, account: str, workflow: None, table: Table) -> None:
    post = submitted(test, account, scheduledFor=LATER)

    row = table.get((f"POST#{post}", "STATE"))

    assert row is not None
    assert "due_at" not in row
    assert test("POST", f"/v1/posts/{post}/publish").body["error"]["details"] == {
        "status": "pending_approval"
    }
    assert test("DELETE", f"/v1/posts/{post}").status == 409


def test_without_a_workflow_a_submit_is_a_conflict_that_says_what_to_do(
    test: Caller, account: str
) -> None:
    post = create(test, account)

    answer = test("POST", f"/v1/posts/{post['id']}/submit")

    assert (answer.status, answer.body["error"]["code"], answer.body["error"]["details"]) == (
        409,
        "CONFLICT",
        {"status": "draft"},
    )
    assert "no approval workflow" in answer.body["error"]["message"]


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_only_what_waits_is_decided(test: Caller, account: str, workflow: None, act: str) -> None:
    post = create(test, account)

    assert test("POST", f"/v1/posts/{post['id']}/{act}", {"approverId": "lea"}).body["error"][
        "details"
    ] == {"status": "draft"}


def test_a_rejected_post_is_a_draft_with_the_comment_until_it_is_submitted_again(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account, scheduledFor=LATER)

    rejected = test("POST", f"/v1/posts/{post}/reject", {"comment": "The price is last year's."})
    edited = test("PATCH", f"/v1/posts/{post}", {"content": "The new price"})
    again = test("POST", f"/v1/posts/{post}/submit")

    [first, *_] = rejected.body["approval"]["steps"]
    assert (rejected.status, rejected.body["status"], rejected.body["scheduledFor"]) == (
        200,
        "draft",
        LATER,
    )
    assert (first["status"], first["comment"]) == ("rejected", "The price is last year's.")
    assert first["approverId"] == test("GET", "/v1/auth/me").body["keyId"]
    assert (edited.body["status"], edited.body["approval"]) == ("draft", rejected.body["approval"])
    assert (again.body["status"], statuses(again.body)) == ("pending_approval", ["pending"] * 3)


def test_an_edit_of_what_waits_starts_its_approval_again(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)
    approve(test, post, "lea")

    edited = test("PATCH", f"/v1/posts/{post}", {"content": "Better", "scheduledFor": LATER})

    assert (edited.status, edited.body["status"], edited.body["scheduledFor"]) == (
        200,
        "pending_approval",
        LATER,
    )
    assert (edited.body["approval"]["step"], statuses(edited.body)) == (1, ["pending"] * 3)
    assert "started again" in edited.body["approval"]["note"]
    assert approve(test, post, "lea", "bo")["status"] == "scheduled"


def test_a_draft_keeps_its_time_until_an_edit_names_one(test: Caller, account: str) -> None:
    post = create(test, account, saveAsDraft=True, scheduledFor=LATER)["id"]

    reworded = test("PATCH", f"/v1/posts/{post}", {"content": "Better"}).body
    moved = test(
        "PATCH", f"/v1/posts/{post}", {"scheduledFor": "2098-01-01T00:00:00Z", "saveAsDraft": True}
    ).body
    scheduled = test("PATCH", f"/v1/posts/{post}", {"scheduledFor": LATER}).body
    back = test("PATCH", f"/v1/posts/{post}", {"saveAsDraft": True}).body

    assert [
        (each["status"], each["scheduledFor"]) for each in (reworded, moved, scheduled, back)
    ] == [
        ("draft", LATER),
        ("draft", "2098-01-01T00:00:00.000Z"),
        ("scheduled", LATER),
        ("draft", LATER),
    ]


def test_a_cancelled_post_waits_for_nobody(test: Caller, account: str, workflow: None) -> None:
    post = submitted(test, account)

    cancelled = test("POST", f"/v1/posts/{post}/cancel")

    assert (cancelled.status, cancelled.body["status"], cancelled.body["approval"]) == (
        200,
        "cancelled",
        None,
    )
    assert test("POST", f"/v1/posts/{post}/approve", {"approverId": "lea"}).status == 409


def test_a_post_keeps_the_workflow_it_was_submitted_to(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)
    test("PATCH", "/v1/workspace", {"approvalWorkflow": None})

    assert approve(test, post, "lea", "bo")["status"] == "publishing"


def test_the_workflow_governs_what_is_submitted_and_nothing_else(
    test: Caller, account: str, workflow: None
) -> None:
    draft = create(test, account)

    assert create(test, account, scheduledFor=LATER)["status"] == "scheduled"
    assert create(test, account, publishNow=True)["status"] == "publishing"
    assert test("POST", f"/v1/posts/{draft['id']}/publish").status == 202


def test_out_of_turn_nobody_approves(test: Caller, account: str, workflow: None) -> None:
    post = submitted(test, account)

    early = test("POST", f"/v1/posts/{post}/approve", {"approverId": "bo"})
    nameless = test("POST", f"/v1/posts/{post}/approve")

    assert (early.status, early.body["error"]["code"]) == (403, "FORBIDDEN")
    assert early.body["error"]["details"] == {"approverId": "bo", "step": 1, "role": "editor"}
    assert (
        nameless.body["error"]["details"]["approverId"] == test("GET", "/v1/auth/me").body["keyId"]
    )


def test_a_key_approves_for_itself_and_for_no_other_key(test: Caller, account: str) -> None:
    made = test(
        "POST", "/v1/api-keys", {"name": "reviewer", "mode": "test", "scopes": ["posts:write"]}
    ).body
    demand(test, BOSS | {"approverIds": [made["id"]]})
    post = submitted(test, account)

    posing = test("POST", f"/v1/posts/{post}/approve", {"approverId": made["id"]})
    itself = Caller(made["key"])("POST", f"/v1/posts/{post}/approve")

    assert (posing.status, itself.status) == (403, 200)
    assert itself.body["approval"]["steps"][0]["approverId"] == made["id"]


def test_who_approved_a_step_has_approved_it(test: Caller, account: str, workflow: None) -> None:
    post = submitted(test, account)
    approve(test, post, "lea")

    again = test("POST", f"/v1/posts/{post}/approve", {"approverId": "lea"})

    assert (again.status, again.body["error"]["details"]) == (
        409,
        {"status": "pending_approval", "approverId": "lea"},
    )


def test_a_draft_that_breaks_a_rule_or_is_late_is_not_submitted(
    test: Caller, account: str, workflow: None
) -> None:
    long = create(test, account, content="a" * 300)["id"]
    late = create(test, account, saveAsDraft=True, scheduledFor="2020-01-01T00:00:00Z")["id"]

    refused = test("POST", f"/v1/posts/{long}/submit")

    assert (refused.status, refused.body["error"]["details"]["platform"]) == (400, "TWITTER")
    assert test("POST", f"/v1/posts/{late}/submit").body["error"]["code"] == "UNPROCESSABLE_ENTITY"
    assert test("GET", f"/v1/posts/{long}").body["status"] == "draft"


def test_the_last_approve_looks_again_whether_the_post_can_go_out(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)
    approve(test, post, "lea")
    test("DELETE", f"/v1/accounts/{account}")

    refused = test("POST", f"/v1/posts/{post}/approve", {"approverId": "bo"})

    assert (refused.status, refused.body["error"]["details"]) == (422, {"accountIds": [account]})
    assert statuses(test("GET", f"/v1/posts/{post}").body) == ["skipped", "approved", "pending"]
    connect(test, "twitter")
    assert approve(test, post, "bo")["status"] == "publishing"


def while_writing(happens: Callable[[], object]) -> IdempotentRequest[PostDetails]:
    """An act during which, between its decision and its write, something else happens once."""
    events = iter([happens])

    def reply(seen: PostDetails) -> str:
        for each in events:
            each()
        return rendered(seen)

    return IdempotentRequest(
        200, reply, idempotency.identify("k", method="POST", path="/", body=None)
    )


def test_two_approvers_at_the_same_moment_both_count(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)
    by = api_key(owner_of(test))
    act = while_writing(lambda: approve(test, post, "ed"))

    runtime.approvals().approve(post, "lea", None, act, by=by)

    found = test("GET", f"/v1/posts/{post}").body
    assert (statuses(found), found["approval"]["step"]) == (["approved", "approved", "pending"], 3)


def test_two_approvers_of_one_step_do_it_once(test: Caller, account: str, workflow: None) -> None:
    post = submitted(test, account)
    by = api_key(owner_of(test))
    act = while_writing(lambda: approve(test, post, "eve"))

    with pytest.raises(ForbiddenError):
        runtime.approvals().approve(post, "ed", None, act, by=by)

    found = test("GET", f"/v1/posts/{post}").body
    assert statuses(found) == ["approved", "pending", "pending"]
    assert found["approval"]["steps"][0]["approverId"] == "eve"


def test_of_a_reject_and_an_approve_at_the_same_moment_the_first_counts(
    test: Caller, account: str, workflow: None
) -> None:
    post = submitted(test, account)
    by = api_key(owner_of(test))
    act = while_writing(lambda: test("POST", f"/v1/posts/{post}/reject"))

    with pytest.raises(ConflictError) as refused:
        runtime.approvals().approve(post, "lea", None, act, by=by)

    assert refused.value.details == {"status": "draft"}


@pytest.mark.parametrize(
    ("act", "body"),
    [("submit", {}), ("approve", {"approverId": "lea"}), ("reject", {"comment": "No."})],
)
def test_an_act_with_a_key_happens_once_and_is_answered_alike(
    test: Caller, account: str, workflow: None, act: str, body: dict[str, str]
) -> None:
    post = create(test, account)["id"] if act == "submit" else submitted(test, account)

    first = test("POST", f"/v1/posts/{post}/{act}", body, idempotency_key="a-1")
    again = test("POST", f"/v1/posts/{post}/{act}", body, idempotency_key="a-1")

    assert first.status == 200, first.body
    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (
        200,
        first.body,
        "true",
    )
    assert test("GET", f"/v1/posts/{post}").body == first.body


@pytest.mark.parametrize(
    "body",
    [
        {"approverId": ""},
        {"approverId": 1},
        {"approverId": "x" * 101},
        {"comment": "x" * 1_001},
        {"comment": 1},
    ],
)
def test_a_bad_approve_is_refused(
    test: Caller, account: str, workflow: None, body: dict[str, object]
) -> None:
    post = submitted(test, account)

    assert test("POST", f"/v1/posts/{post}/approve", body).status == 400


@pytest.mark.parametrize("act", ["submit", "approve", "reject"])
def test_an_act_on_nothing_is_not_found(test: Caller, workflow: None, act: str) -> None:
    assert test("POST", f"/v1/posts/{MISSING}/{act}").status == 404
    assert test("POST", f"/v1/posts/post_1/{act}").status == 400

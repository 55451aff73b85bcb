"""Approvals on the running stack: submitted, approved twice, published, and told."""

from uuid import uuid4

from tests.e2e.stack import Caller, until
from tests.e2e.test_webhooks import body_of, subscribe
from tests.receivers.fixtures import Receiver

STEPS = [
    {"order": 1, "role": "editor", "approverIds": ["usr_editor1"]},
    {"order": 2, "role": "legal", "approverIds": ["usr_approver1"]},
]


def test_a_post_is_published_when_everybody_approved_it(
    test: Caller, python_receiver: Receiver
) -> None:
    name, webhook = subscribe(test, python_receiver, "voxburst", ["post.draft.approved"])
    account = test.connect("twitter", username=uuid4().hex)
    test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS}})
    post = test("POST", "/v1/posts", {"content": "Approved words", "accountIds": [account]}).body[
        "id"
    ]

    acts = [
        test("POST", f"/v1/posts/{post}/submit"),
        test("POST", f"/v1/posts/{post}/approve", {"approverId": "usr_editor1"}),
        test(
            "POST",
            f"/v1/posts/{post}/approve",
            {"approverId": "usr_approver1", "comment": "Looks good, approved."},
        ),
    ]

    assert [each.body["status"] for each in acts] == [
        "pending_approval",
        "pending_approval",
        "publishing",
    ]
    assert test.finished(post)["status"] == "published"
    assert test.live(account) == ["Approved words"]
    [told] = until(
        lambda: [each for each in python_receiver.received(name) if each["answered"] < 300]
    )
    assert body_of(told)["data"] == {
        "postId": post,
        "approverId": "usr_approver1",
        "stepOrder": 2,
        "comment": "Looks good, approved.",
    }
    assert python_receiver.refused(name) == 0
    test("DELETE", f"/v1/webhooks/{webhook}")
    test("PATCH", "/v1/workspace", {"approvalWorkflow": None})

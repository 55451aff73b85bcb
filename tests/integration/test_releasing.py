"""What is due is sent to its queue."""

from datetime import datetime

from herald.aws.dynamodb import Table
from tests.integration.conftest import Caller
from tests.integration.test_posts import SOON, publish


def test_a_scheduled_post_lies_in_the_due_index_until_it_is_done(
    test: Caller, account: str, table: Table
) -> None:
    post = test(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "scheduledFor": SOON}
    ).body

    before = table.get((f"POST#{post['id']}", "STATE"))
    test("POST", f"/v1/posts/{post['id']}/publish")
    publish(test, post)
    after = table.get((f"POST#{post['id']}", "STATE"))

    assert before is not None
    assert after is not None
    assert before["due_shard"].startswith("POST#")
    assert before["due_at"] == int(datetime.fromisoformat(SOON).timestamp() * 1000 // 1)
    assert "due_at" not in after

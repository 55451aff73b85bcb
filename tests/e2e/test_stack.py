"""The stack itself: ready, restartable, clean in its end."""

import signal
from pathlib import Path

import pytest

from tests.e2e.stack import Stack, until


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/nowhere", 404), ("PUT", "/v1/posts", 405)]
)
def test_every_failure_has_the_one_shape(stack: Stack, method: str, path: str, status: int) -> None:
    answer = stack.caller("key")(method, path)

    assert answer.status == status
    assert set(answer.body["error"]) == {"code", "message", "requestId"}


def test_state_survives_a_restart_and_a_kill(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", time_scale="0.05")
    first = stack.start()
    caller = stack.caller("testKey")
    account = caller.connect("twitter", username="b")
    post = caller(
        "POST",
        "/v1/posts",
        {"content": "kept", "accountIds": [account], "scheduledFor": "2099-01-01T00:00:00Z"},
    ).body

    assert stack.stop() == 0
    assert stack.start() == first
    assert caller("GET", f"/v1/posts/{post['id']}").body == post

    draft = caller("POST", "/v1/posts", {"content": "kept too", "accountIds": [account]}).body
    newer = caller("GET", f"/v1/posts/{draft['id']}").body
    until(lambda: snapshot_after(stack.data_dir, newer["id"]))
    stack.stop(signal.SIGKILL)
    assert stack.start() == first
    assert caller("GET", f"/v1/posts/{newer['id']}").body == newer
    assert stack.stop() == 0


def snapshot_after(data_dir: Path, post_id: str) -> bool:
    """Whether the saved state knows that post."""
    return any(
        post_id.encode() in each.read_bytes()
        for each in (data_dir / "state").rglob("*")
        if each.is_file()
    )

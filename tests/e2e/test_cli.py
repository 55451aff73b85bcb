"""The vendor's published command line, unchanged, against the running stack.

Its `--json` prints a line or two for people around the JSON. It prints no JSON where it has only
words to say.
"""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from herald.domain.api_keys import Plan
from tests import node
from tests.e2e.stack import Caller, Stack

HOME = Path(__file__).parent / "clients"
LATER = "2099-06-15T14:00:00.000Z"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The object in what was printed."""
        found, _ = json.JSONDecoder().raw_decode(self.out[self.out.index("{") :])
        return found


@dataclass(frozen=True)
class VoxBurst:
    """The command, with a key and a home folder of its own."""

    command: Path
    caller: Caller
    home: Path

    def __call__(self, *arguments: str) -> Said:
        named = {"VOXBURST_API_KEY": self.caller.key, "VOXBURST_API_URL": self.caller.base}
        environment = os.environ | named | {"HOME": str(self.home), "NO_COLOR": "1"}
        done = subprocess.run(
            ["node", self.command, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str) -> Said:
        said = self(*arguments)
        assert said.code == 0, said
        return said


@pytest.fixture(scope="module")
def workspace(stack: Stack) -> Caller:
    """One of its own, with an account on each of two platforms."""
    caller = stack.workspace(Plan.AGENCY)
    for platform in ("twitter", "linkedin"):
        caller.connect(platform, username="cli")
    return caller


@pytest.fixture
def voxburst(workspace: Caller, tmp_path: Path) -> VoxBurst:
    return VoxBurst(
        node.modules(HOME) / "node_modules/@voxburst/cli/bin/voxburst", workspace, tmp_path
    )


def test_who_am_i_and_how_are_things(voxburst: VoxBurst) -> None:
    me = voxburst.caller("GET", "/v1/auth/me").body

    said = voxburst.ok("whoami", "--json").json
    status = voxburst.ok("status").out

    assert (said["id"], said["name"], said["plan"]) == (
        me["workspaceId"],
        me["workspaceName"],
        me["plan"],
    )
    assert me["workspaceName"] in status
    assert "✅ twitter @cli" in status
    assert "Could not fetch" not in status


def test_a_key_may_come_from_its_own_config(voxburst: VoxBurst) -> None:
    voxburst.ok("login", "--api-key", voxburst.caller.key, "--api-url", voxburst.caller.base)

    kept = json.loads((voxburst.home / ".voxburst/config.json").read_text())

    assert (kept["apiKey"], kept["apiUrl"]) == (voxburst.caller.key, voxburst.caller.base)


def test_a_wrong_key_is_told_by_its_code(voxburst: VoxBurst) -> None:
    stranger = VoxBurst(
        voxburst.command, Caller(voxburst.caller.base, "vb_test_wrong"), voxburst.home
    )

    said = stranger("whoami", "--json")

    assert said.code == 1
    assert "UNAUTHORIZED" in said.err


def test_accounts_are_connected_listed_shown_and_disconnected(voxburst: VoxBurst) -> None:
    made = voxburst.ok("accounts", "connect", "mastodon", "--json")
    listed = voxburst.ok("accounts", "list", "--json").json["accounts"]
    mastodon = next(each for each in listed if each["platform"] == "mastodon")

    table = voxburst.ok("accounts", "list").out
    shown = voxburst.ok("accounts", "get", mastodon["id"]).out
    voxburst.ok("accounts", "disconnect", mastodon["id"])

    assert made.code == 0
    assert mastodon["id"] in table
    assert f"@{mastodon['username']}" in shown
    left = voxburst.ok("accounts", "list", "--json").json["accounts"]
    assert mastodon["id"] not in {each["id"] for each in left}


def test_a_connect_shows_where_the_account_is(voxburst: VoxBurst) -> None:
    said = voxburst.ok("accounts", "connect", "bluesky")

    account = next(
        each
        for each in voxburst.caller("GET", "/v1/accounts").body["data"]
        if each["platform"] == "bluesky"
    )
    assert account["profileUrl"] in said.out
    assert "undefined" not in said.out


def test_webhooks_are_listed_with_what_they_are_told(voxburst: VoxBurst) -> None:
    voxburst.ok(
        "login", "--api-key", voxburst.caller.key, "--api-url", voxburst.caller.base
    )  # this command reads no variable
    none = voxburst.ok("webhooks", "list").out
    told = {"events": ["post.published", "post.failed"]}
    urls = [f"http://127.0.0.1:2/{name}" for name in ("on", "off")]
    hooks = [voxburst.caller("POST", "/v1/webhooks", {"url": url, **told}) for url in urls]
    ids = [each.body["id"] for each in hooks]
    voxburst.caller("PATCH", f"/v1/webhooks/{ids[1]}", {"enabled": False})

    said = voxburst.ok("webhooks", "list")

    assert "No webhooks configured" in none
    assert said.err == ""
    assert [f"ID: {each}" in said.out for each in ids] == [True, True]
    assert "● http://127.0.0.1:2/on" in said.out
    assert "○ http://127.0.0.1:2/off" in said.out
    assert said.out.count("Events: post.published, post.failed") == 2
    for each in ids:
        voxburst.caller("DELETE", f"/v1/webhooks/{each}")


def test_a_post_is_drafted_edited_scheduled_cancelled_and_deleted(voxburst: VoxBurst) -> None:
    words = f"from the command line {uuid4().hex}"

    post = voxburst.ok("posts", "create", words, "--platforms", "twitter,linkedin", "--json").json
    edited = voxburst.ok(
        "posts", "update", post["id"], f"better {words}", "--platforms", "twitter", "--json"
    ).json
    scheduled = voxburst.ok("posts", "update", post["id"], "--schedule", LATER, "--json").json

    assert (post["status"], {each["platform"] for each in post["platforms"]}) == (
        "draft",
        {"twitter", "linkedin"},
    )
    assert (edited["content"], {each["platform"] for each in edited["platforms"]}) == (
        f"better {words}",
        {"twitter"},
    )
    assert (scheduled["status"], scheduled["scheduledFor"]) == ("scheduled", LATER)
    assert voxburst.ok("posts", "get", post["id"], "--json").json == scheduled
    listed = voxburst.ok("posts", "list", "--status", "scheduled", "--limit", "100", "--json").json[
        "posts"
    ]
    assert post["id"] in {each["id"] for each in listed}
    assert "Total:" in voxburst.ok("posts", "list").out

    assert f"Post {post['id']} cancelled" in voxburst.ok("posts", "cancel", post["id"]).out
    assert voxburst.ok("posts", "get", post["id"], "--json").json["status"] == "cancelled"
    assert f"Post {post['id']} deleted" in voxburst.ok("posts", "delete", post["id"]).out
    gone = voxburst("posts", "get", post["id"])
    assert gone.code == 1
    assert "NOT_FOUND" in gone.err


@pytest.mark.parametrize(
    "command",
    [("schedule", "--at", LATER), ("post", "--schedule", LATER), ("posts create", "-s", LATER)],
)
def test_every_way_to_schedule_makes_a_scheduled_post(
    voxburst: VoxBurst, command: tuple[str, str, str]
) -> None:
    name, option, when = command

    post = voxburst.ok(
        *name.split(), f"later {uuid4().hex}", option, when, "--platforms", "twitter", "--json"
    ).json

    assert (post["status"], post["scheduledFor"]) == ("scheduled", LATER)
    voxburst.ok("posts", "delete", post["id"])


@pytest.mark.parametrize("command", [("post",), ("posts", "create")])
def test_the_time_that_its_manual_shows_is_taken_as_utc(
    voxburst: VoxBurst, command: tuple[str, ...]
) -> None:
    words = ("--platforms", "twitter", "--json")

    post = voxburst.ok(
        *command, f"later {uuid4().hex}", "--schedule", "2099-02-20 14:00", *words
    ).json
    moved = voxburst.ok(
        "posts", "update", post["id"], "--schedule", "2099-02-21 09:30", "--json"
    ).json

    assert (post["status"], post["scheduledFor"]) == ("scheduled", "2099-02-20T14:00:00.000Z")
    assert (moved["status"], moved["scheduledFor"]) == ("scheduled", "2099-02-21T09:30:00.000Z")
    voxburst.ok("posts", "delete", post["id"])


def test_what_it_drafted_goes_out_once(voxburst: VoxBurst, tmp_path: Path) -> None:
    words = f"from a file {uuid4().hex}"
    (tmp_path / "post.json").write_text(json.dumps({"content": words, "platforms": ["linkedin"]}))
    post = voxburst.ok("post", "--file", str(tmp_path / "post.json"), "--draft", "--json").json

    voxburst.ok("debug", "request", "POST", f"/v1/posts/{post['id']}/publish")
    voxburst.caller.finished(post["id"])

    assert voxburst.ok("posts", "get", post["id"], "--json").json["status"] == "published"
    assert voxburst.caller.live(post["platforms"][0]["accountId"]).count(words) == 1
    refused = voxburst("posts", "delete", post["id"])
    assert refused.code == 1
    assert "CONFLICT" in refused.err


@pytest.mark.parametrize("command", [["validate"], ["posts", "validate"]])
def test_it_validates_by_platform(voxburst: VoxBurst, command: list[str]) -> None:
    good = voxburst.ok(*command, "Hello #world", "--platforms", "twitter,linkedin", "--json").json[
        "results"
    ]
    bad = voxburst(*command, "a" * 281, "--platforms", "twitter", "--json")

    assert [(each["platform"], each["valid"]) for each in good] == [
        ("twitter", True),
        ("linkedin", True),
    ]
    assert (bad.code, bad.json["results"][0]["errors"][0]["code"]) == (1, "CONTENT_TOO_LONG")

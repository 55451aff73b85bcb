"""The commands of the pages, pasted into a shell as they stand, against the running stack."""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from tests.bluesky.fixtures import Pds, Person
from tests.e2e.stack import Stack, free_port
from tests.networks.consents import decided
from tests.networks.mastodon import FakeMastodon
from tests.pages import blocks, page, section
from tests.template import ROOT

FIRST_POST = blocks(section(page("README.md"), "## Your first post"), "sh")
CONNECTING = blocks(section(page("README.md"), "## Connect an account"), "sh")
TOUR = blocks(page("api.md"), "sh") + blocks(page("webhooks.md"), "sh")
BEFORE = """set -eu -o pipefail
sleep() { command sleep "$(($1 * 3))"; }
"""  # a machine that runs tests is slower
WRONG = ("requestId", "Traceback", "There is no", "not found", "REFUSED")
"""What the API, Python, `field`, bash and the receiver say of a failure."""
AFTER = """
kill %1
echo "export HERALD=$HERALD KEY=$KEY"
"""


def pasted(
    stack: Stack, commands: Sequence[str], theirs: Mapping[str, str], *, after: str = ""
) -> subprocess.CompletedProcess[str]:
    """Those commands in one interactive shell, which ends with the first one that fails."""
    script = "\n".join(commands)
    ours = {
        ":3000": f":{stack.port}",
        ".local/workspace.json": str(stack.data_dir / "workspace.json"),
    }
    for example, instead in {**ours, **theirs}.items():
        assert example in script
        script = script.replace(example, instead)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    shell = {
        "RECEIVER_PORT": theirs.get(":9000", ":9000")[1:],
        "PS1": "",
        "PS2": "",
        "HISTFILE": "",
    }
    return subprocess.run(
        ["bash", "--norc", "--noprofile", "--noediting", "-i"],
        input=BEFORE + script + after,
        cwd=ROOT,
        env=inherited | shell,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def answers(printed: str) -> list[dict[str, Any]]:
    """The JSON objects that stand one behind the other."""
    decoder = json.JSONDecoder()
    found = []
    rest = printed.strip()
    while rest:
        answer, end = decoder.raw_decode(rest)
        found.append(answer)
        rest = rest[end:].lstrip()
    return found


def test_the_whole_tour_works_as_it_is_pasted(stack: Stack, mastodon: FakeMastodon) -> None:
    theirs = {":9000": f":{free_port()}", "https://mastodon.example": mastodon.url}

    done = pasted(stack, TOUR, theirs, after=AFTER)

    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    for wrong in WRONG:
        assert wrong not in said, said
    shown, _, ended = done.stdout.rpartition("\nexport ")
    assert f"\nexport {ended}" in stack.log.read_text()
    assert '"status": "published"' in shown
    assert shown.count('"status": "scheduled"') >= 1
    assert f'"authorizationUrl":"{mastodon.url}/oauth/authorize?' in shown
    assert re.search(r"delivery +verified id=del_\w+ attempt=1", shown), said
    signatures = re.findall(r"^t=\d+,v2=([0-9a-f]{64})$|= ([0-9a-f]{64})$", shown, re.MULTILINE)
    assert len({signed or by_hand for signed, by_hand in signatures}) == 1, said
    assert len(signatures) == 2


def test_the_first_post_takes_five_commands(stack: Stack) -> None:
    commands = "".join(FIRST_POST).replace("\\\n", "").strip().splitlines()
    patient = [*commands[:4], "sleep 3", commands[3], *commands[4:]]

    done = pasted(stack, patient, {})

    said = f"{done.stdout}\n{done.stderr}"
    assert len(commands) == 5
    assert done.returncode == 0, said
    connected, judged, created, repeated, listed = answers(done.stdout)
    assert connected["account"]["platform"] == "bluesky"
    assert judged["valid"] is True
    assert repeated == created
    assert [post["content"] for post in listed["data"]] == ["Hello from herald 🚀"]
    assert (listed["data"][0]["id"], listed["data"][0]["status"]) == (created["id"], "published")


def test_accounts_connect_as_the_first_page_says(
    stack: Stack, pds: Pds, person: Person, mastodon: FakeMastodon
) -> None:
    mastodon.person()
    theirs = {
        '{"identifier"': f'{{"instanceUrl": "{pds.url}", "identifier"',
        "you.bsky.social": person.handle,
        "xxxx-xxxx-xxxx-xxxx": person.app_password,
        "https://mastodon.example": mastodon.url,
    }
    address = "export HERALD=http://127.0.0.1:3000"

    done = pasted(stack, [address, *CONNECTING], theirs)

    connected, asked = answers(done.stdout)
    assert connected["account"]["platform"] == "bluesky", done.stdout + done.stderr
    landing = requests.get(decided(asked["authorizationUrl"]), timeout=30)
    assert landing.status_code == 200
    assert "<h1>alice@social.example is connected</h1>" in landing.text

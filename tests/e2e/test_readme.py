"""The README's tour, pasted into a shell as it stands, against the running stack."""

import os
import re
import subprocess

from tests.e2e.stack import Stack, free_port
from tests.template import ROOT

TOUR = (ROOT / "README.md").read_text().split("\n## A tour with curl\n")[1].split("\n## ")[0]
BLOCKS = re.findall(r"```sh\n(.*?)```", TOUR, re.DOTALL)
BEFORE = """set -eu -o pipefail
sleep() { command sleep "$(($1 * 3))"; }
"""  # a machine that runs tests is slower
AFTER = """
kill %1
echo "export HERALD=$HERALD KEY=$KEY"
"""


def pasted(stack: Stack) -> subprocess.CompletedProcess[str]:
    """Every command of the tour in one interactive shell. It ends with the first one that fails."""
    port = free_port()
    script = "\n".join(BLOCKS)
    ours = {":3000": f":{stack.port}", ":9000": f":{port}", ".local/workspace.json": str(stack.data_dir / "workspace.json")}
    for theirs, instead in ours.items():
        assert theirs in script
        script = script.replace(theirs, instead)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["bash", "--norc", "--noprofile", "--noediting", "-i"],
        input=BEFORE + script + AFTER,
        cwd=ROOT,
        env=environment | {"RECEIVER_PORT": str(port), "PS1": "", "PS2": "", "HISTFILE": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_whole_tour_works_as_it_is_pasted(stack: Stack) -> None:
    done = pasted(stack)

    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    for wrong in ("requestId", "Traceback", "There is no", "not found", "REFUSED"):  # an API's error, Python's, field's, bash's
        assert wrong not in said, said
    shown, _, ended = done.stdout.rpartition("\nexport ")
    assert f"\nexport {ended}" in stack.log.read_text()
    assert '"status": "published"' in shown
    assert shown.count('"status": "scheduled"') >= 1
    assert re.search(r"delivery +verified id=del_\w+ attempt=1", shown), said
    signatures = re.findall(r"^t=\d+,v2=([0-9a-f]{64})$|= ([0-9a-f]{64})$", shown, re.MULTILINE)
    assert len({signed or by_hand for signed, by_hand in signatures}) == 1, said
    assert len(signatures) == 2

"""What a contributor meets: the rules they read are enforced, and the checks cover everything."""

import re

from samtranslator.yaml_helper import yaml_parse

from tests.architecture.test_imports import MAY_IMPORT
from tests.architecture.test_pages import column
from tests.template import ROOT

HUB = ROOT / ".github"
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+$")


def folders(pattern: str) -> set[str]:
    """Where files of that name lie, beside what tools made."""
    rooms = (ROOT / room for room in ("layers", "local", "tests"))
    found = (path.parent for room in rooms for path in room.rglob(pattern))
    return {f"/{path.relative_to(ROOT)}" for path in found if "node_modules" not in path.parts}


def test_the_table_of_rooms_says_what_the_imports_are_held_to() -> None:
    rooms = column("CONTRIBUTING.md", "Room")
    said = [set(re.findall(r"\w+", cell)) for cell in column("CONTRIBUTING.md", "Room", 3)]
    allowed = dict(zip(rooms, said, strict=True))

    assert allowed.pop("domain") == {"nothing", "of", "ours"}
    assert allowed == {room: MAY_IMPORT[room] for room in allowed}
    assert set(rooms) == set(MAY_IMPORT) - {"settings", "runtime", "worker"}


def test_every_action_of_a_workflow_is_pinned_by_its_commit() -> None:
    lines = [
        line.strip().removeprefix("- ")
        for path in (HUB / "workflows").iterdir()
        for line in path.read_text().splitlines()
        if "uses:" in line
    ]

    assert lines
    assert [line for line in lines if not PINNED.match(line)] == []


def test_the_workflow_runs_what_must_hold_and_may_only_read() -> None:
    workflow = yaml_parse((HUB / "workflows/ci.yml").read_text())
    commands = {step.get("run") for job in workflow["jobs"].values() for step in job["steps"]}

    assert ".ci/run" in commands
    assert workflow["permissions"] == {"contents": "read"}
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_dependabot_looks_at_every_folder_with_requirements() -> None:
    updates = yaml_parse((HUB / "dependabot.yml").read_text())["updates"]
    looked_at = {
        update["package-ecosystem"]: set(update.get("directories", [])) for update in updates
    }

    assert looked_at["pip"] == folders("*requirements.txt")
    assert looked_at["npm"] == folders("package.json")
    assert "github-actions" in looked_at


def test_the_hooks_run_what_the_checks_run() -> None:
    [local] = yaml_parse((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    recipe = (ROOT / "Makefile").read_text().split("\ncheck:")[1].split("\n\n")[0]
    checks = recipe.replace("$(BIN)", ".venv/bin").replace("$$", "$")
    commands = [hook["entry"].removesuffix(" --force-exclude") for hook in local["hooks"]]
    words = [command.removeprefix("bash -c ").strip("'") for command in commands]

    assert local["repo"] == "local"
    assert {hook["language"] for hook in local["hooks"]} == {"system"}
    assert [each for each in words if each not in checks] == []

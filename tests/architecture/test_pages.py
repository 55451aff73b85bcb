"""The pages that people read: their tables are the code's, their links lead somewhere."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from herald import VERSION
from herald.domain.api_keys import RATE
from herald.domain.posts import PostStatus
from herald.platforms.sandbox import publish as sandbox
from local.settings import read_settings
from openapi.pages import PAGES, PARTS, filled
from tests.pages import anchors, page
from tests.template import ROOT, template

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FOLDERS = "layers|functions|openapi|local|tests|docs|benchmarks|\\.ci|\\.github"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")
MOST_LINES = 200
SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")  # Keep a Changelog's
LINKING = sorted({*PAGES, *ROOT.glob("*.md"), *ROOT.glob(".github/**/*.md")})


def column(name: str, heading: str, number: int = 1) -> list[str]:
    """The cells of a column, without ticks, of the table whose first heading that is."""
    rows = page(name).split(f"| {heading} |")[1].splitlines()[2:]
    table = takewhile(lambda row: row.startswith("|"), rows)
    cells = [row.split("|")[number].strip().strip("`") for row in table]
    return [cell for cell in cells if cell]


def pairs(name: str, heading: str, number: int = 2) -> dict[str, str]:
    """A table's first column and another one."""
    return dict(zip(column(name, heading), column(name, heading, number), strict=True))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_a_page_repeats_of_the_code_is_so(path: Path) -> None:
    assert path.read_text() == filled(path.read_text()), "run `make docs`"


def test_every_part_that_the_code_knows_stands_in_a_page_and_is_closed() -> None:
    text = "".join(path.read_text() for path in PAGES)
    opened = re.findall(r"<!-- ([\w-]+) -->", text)

    assert set(opened) == set(PARTS)
    assert opened == re.findall(r"<!-- /([\w-]+) -->", text)


def test_the_table_of_parameters_is_complete_with_their_defaults() -> None:
    parameters = template()["Parameters"].items()
    defaults = {name: str(parameter["Default"]) or "none" for name, parameter in parameters}

    assert pairs("operating.md", "Parameter") == defaults


def test_the_table_of_local_variables_is_complete_with_their_defaults() -> None:
    defaults = pairs("README.md", "Variable")
    said = {name: default.replace("none", "") for name, default in defaults.items()}
    read = set(re.findall(r'"([A-Z_]+)"', (ROOT / "local/settings.py").read_text()))

    assert read_settings(ROOT / "template.yaml", said) == read_settings(ROOT / "template.yaml", {})
    assert set(defaults) == read - {"EMULATOR_PORT"}


def test_every_mark_of_the_sandbox_is_named_and_every_one_named_is_a_mark() -> None:
    marks = column("sandbox.md", "Mark")
    named = {match["name"] for cell in marks if (match := sandbox.MARK.fullmatch(cell))}
    listed = (sandbox.__doc__ or "").split("#sandbox:", 1)[1]
    documented = set(re.findall(r"([a-z]+(?:-[a-z]+)*)(?:-\d+)?(?=[ ·\n])", listed))

    assert len(named) == len(marks)
    assert set(sandbox.ALWAYS) <= named
    assert named <= documented


def test_the_table_of_post_statuses_is_complete() -> None:
    assert column("api.md", "Post status") == list(PostStatus)


def test_the_table_of_rate_limits_is_complete() -> None:
    limits = {plan.value: str(calls) for plan, calls in RATE.items()}

    assert pairs("operating.md", "Plan") == limits


def test_the_words_of_the_glossary_stand_in_order_with_a_sentence_each() -> None:
    words = column("glossary.md", "Word")
    meanings = column("glossary.md", "Word", 2)

    assert words == sorted(words, key=str.lower)
    assert [each for each in meanings if ". " in each or not each.endswith(".")] == []


def test_the_first_page_is_short_and_lists_every_other_page() -> None:
    readme = page("README.md")
    listed = set(re.findall(r"^\| \[(docs/[^\]]+)\]", readme, re.MULTILINE))

    assert len(readme.splitlines()) <= MOST_LINES
    assert listed == {str(path.relative_to(ROOT)) for path in PAGES} - {"README.md"}


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text()) if "://" not in link]

    assert [link for link in links if not leads_somewhere(path, link)] == []


def leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.name)
def test_files_and_make_targets_that_a_page_names_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", makefile, re.MULTILINE))
    text = path.read_text()
    named = set(re.findall(r"(?:`|^|=\S+ )make ([a-z0-9-]+)", text, re.MULTILINE))

    assert named <= targets
    assert [name for name in NAMED.findall(text) if not (ROOT / name).exists()] == []


def test_the_changelog_keeps_its_sections() -> None:
    versions = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1:]
    sections = [re.findall(r"^### (.+)$", version, re.MULTILINE) for version in versions]
    names = [version.splitlines()[0] for version in versions]

    assert names[0] == "Unreleased"
    assert VERSION in names
    assert [each for each in sections if each != [name for name in SECTIONS if name in each]] == []


def test_what_the_pages_say_of_a_deployment_is_there() -> None:
    deploy = page("README.md") + page("operating.md")
    outputs = template()["Outputs"]
    settings = (ROOT / "samconfig.toml").read_text()
    named = set(re.findall(r"`(\w+Errors|NoticeTopicArn|ApiUrl)`", deploy))
    environments = re.findall(r"--config-env (\w+)", deploy)

    assert set(re.findall(r"OutputKey==`(\w+)`", deploy)) == {"ProvisionFunction"} <= set(outputs)
    assert named <= {*outputs, *template()["Resources"]}
    assert 'stack_name = "herald"' in settings
    assert [name for name in environments if f"[{name}.deploy.parameters]" not in settings] == []

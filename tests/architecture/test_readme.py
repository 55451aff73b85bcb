"""The README's tables are the code's."""

import re

from herald.domain.formats import OFFERED, SUBSCRIBABLE, Format
from herald.platforms.sandbox import publish as sandbox
from openapi.events import WHEN
from tests.architecture.test_events import ROUTES
from tests.template import ROOT, template

README = (ROOT / "README.md").read_text()


def column(heading: str, number: int = 1) -> list[str]:
    """That column of the table under a row that begins with the heading, without its ticks."""
    rows = README.split(f"| {heading} |")[1].splitlines()[2:]
    cells = [
        row.split("|")[number].strip().strip("`")
        for row in rows[: next(i for i, row in enumerate(rows) if not row.startswith("|"))]
    ]
    return [cell for cell in cells if cell]


def test_the_table_of_routes_is_complete() -> None:
    doors = {f"{method} {written(path)}" for _, method, path in ROUTES}

    assert set(column("Route")) == doors


def written(path: str) -> str:
    """`/v1/posts/<post_id>` is `/v1/posts/:id` in the README."""
    return re.sub(r"<\w+>", ":id", re.sub(r"<(platform|script)>", r":\1", path))


def test_the_table_of_parameters_is_complete() -> None:
    assert set(column("Parameter")) == set(template()["Parameters"])


def test_every_mark_of_the_sandbox_is_named_and_every_one_named_is_a_mark() -> None:
    named = {match["name"] for cell in column("Mark") if (match := sandbox.MARK.fullmatch(cell))}
    documented = set(re.findall(r"([a-z]+(?:-[a-z]+)*)(?:-\d+)?(?=[ ·\n])", (sandbox.__doc__ or "").split("#sandbox:", 1)[1]))

    assert len(named) == len(column("Mark"))
    assert set(sandbox.ALWAYS) <= named
    assert named <= documented


def test_the_table_of_events_is_complete_and_says_when_and_how_postfuze_spells_them() -> None:
    spelled = [OFFERED[Format.POSTFUZE].get(each, "") for each in SUBSCRIBABLE]

    assert column("Event") == list(SUBSCRIBABLE)
    assert column("Event", 2) == [WHEN[each] for each in SUBSCRIBABLE]
    assert column("Event", 3) == [each for each in spelled if each]


def test_the_make_targets_it_names_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", README, re.MULTILINE)) <= targets

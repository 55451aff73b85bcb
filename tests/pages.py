"""The pages that people read, as text."""

import re
from functools import cache
from pathlib import Path

from openapi.pages import PART
from tests.template import ROOT


@cache
def page(name: str) -> str:
    """The text of `README.md`, or of a page of `docs`."""
    path = ROOT / name if (ROOT / name).exists() else ROOT / "docs" / name
    return path.read_text()


def section(text: str, heading: str) -> str:
    """What stands under that heading, as far as the next heading of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    return re.split(rf"\n#{{1,{level}}} ", text.split(f"\n{heading}\n")[1])[0]


def blocks(text: str, language: str) -> list[str]:
    """The code in that language, in its order."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def prose(path: Path, *, tables: bool = True) -> str:
    """A page on one line, without its blocks of code and what `make docs` writes."""
    text = re.sub(r"```.*?```", "", PART.sub("", path.read_text()), flags=re.DOTALL)
    return " ".join((text if tables else re.sub(r"^\|.*$", "", text, flags=re.MULTILINE)).split())


def anchors(path: Path) -> set[str]:
    """What a link may name behind `#`, as GitHub derives it from the headings."""
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    headings = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

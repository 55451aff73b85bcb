"""What docs/adding-a-network.md says of the source is so."""

import re

import pytest

from herald.domain.platforms.facts import Network
from tests.template import ROOT

PAGE = (ROOT / "docs/adding-a-network.md").read_text()
PATHS = sorted(
    {
        path
        for path in re.findall(r"`((?:layers|tests|docs)/[^`]+|[A-Z]+\.md)`", PAGE)
        if path.endswith((".py", ".md"))
    }
)


@pytest.mark.parametrize("path", PATHS)
def test_the_files_that_it_names_exist(path: str) -> None:
    named = [ROOT / path.replace("<name>", name) for name in ("bluesky", "mastodon")]

    assert any(file.exists() or file.with_suffix("").is_dir() for file in named)


def test_it_explains_everything_that_is_said_of_a_network() -> None:
    explained = set(re.findall(r"^- \*\*`(\w+)`\*\*", PAGE, re.MULTILINE))

    assert explained == set(Network._fields) - {"name"}

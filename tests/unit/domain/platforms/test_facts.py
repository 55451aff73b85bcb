"""What is said of each network: complete, spelt out, and loaded by itself alone."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from herald.domain.accounts import Platform
from herald.domain.platforms import NETWORKS, facts
from herald.domain.platforms.facts import Network
from herald.domain.post_types import PostType
from tests.template import ROOT

LAYER = ROOT / "layers/shared/python"
VALUES = [
    value
    for value in vars(facts).values()
    if hasattr(value, "_fields") and value.__module__ == facts.__name__
]


def those_that(capability: str) -> set[Platform]:
    return {
        platform
        for platform, network in NETWORKS.items()
        if getattr(network.capabilities, capability)
    }


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_a_module_and_every_module_is_a_platforms(platform: Platform) -> None:
    modules = {path.stem for path in (LAYER / "herald/domain/platforms").glob("*.py")} - {
        "__init__",
        "facts",
    }

    assert isinstance(NETWORKS[platform], Network)
    assert modules == set(Platform)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_nothing_that_is_said_of_a_network_has_a_default(value: type[NamedTuple]) -> None:
    assert value._field_defaults == {}


def test_the_capabilities_are_those_that_the_networks_have() -> None:
    threaded = {
        Platform.TWITTER,
        Platform.THREADS,
        Platform.BLUESKY,
        Platform.MASTODON,
        Platform.SANDBOX,
    }

    assert those_that("threads") == threaded
    assert those_that("comments") == threaded | {
        Platform.INSTAGRAM,
        Platform.FACEBOOK,
        Platform.LINKEDIN,
        Platform.YOUTUBE,
    }
    assert those_that("deletion") == set(Platform) - {Platform.INSTAGRAM, Platform.TIKTOK}
    assert those_that("imports") == set(Platform) - {Platform.LINKEDIN}
    assert all(type(can) is bool for network in NETWORKS.values() for can in network.capabilities)


@pytest.mark.parametrize("platform", Platform)
def test_a_network_that_can_be_connected_says_with_what(platform: Platform) -> None:
    assert bool(NETWORKS[platform].connect) is (
        find_spec(f"herald.platforms.{platform}") is not None
    )


@pytest.mark.parametrize("platform", Platform)
def test_a_network_that_has_threads_takes_a_thread(platform: Platform) -> None:
    network = NETWORKS[platform]

    assert (PostType.THREAD in network.post_types) is network.capabilities.threads


def loaded_by(script: str, *folders: Path) -> set[str]:
    """The platforms whose facts a fresh interpreter has loaded after that."""
    room = "herald.domain.platforms."
    whole = (
        f"import sys; {script}; print(*(name.rpartition('.')[2]"
        f" for name in sys.modules if name.startswith('{room}')))"
    )
    environment = {
        "PYTHONPATH": ":".join(map(str, (*folders, LAYER))),
        "POWERTOOLS_SERVICE_NAME": "herald",
    }
    environment["AWS_DEFAULT_REGION"] = "eu-west-1"
    command = [sys.executable, "-c", whole]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split()) & set(Platform)


def test_reading_one_network_loads_no_other_one() -> None:
    reading = (
        "from herald.domain.accounts import Platform;"
        " from herald.domain.platforms import NETWORKS;"
        " NETWORKS[Platform.BLUESKY]"
    )

    assert loaded_by(reading) == {Platform.BLUESKY}


@pytest.mark.parametrize("function", ["accounts", "posts", "publish_target", "workspaces"])
def test_no_start_loads_a_networks_facts(function: str) -> None:
    assert loaded_by("import app", ROOT / "functions" / function) == set()

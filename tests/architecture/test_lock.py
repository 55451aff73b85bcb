"""The packages in Lambda are locked: every pin, all that the pins need, and their files' hashes."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from importlib import metadata

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.template import ROOT

ENTRY = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; [^\\\n]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+",
    re.MULTILINE,
)
LAMBDA: dict[str, str | AbstractSet[str]] = {
    **{name: str(value) for name, value in default_environment().items()},
    "python_version": "3.13",
    "python_full_version": "3.13.0",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}
TEXT = (ROOT / "layers/requirements.lock").read_text()
LOCKED = dict(ENTRY.findall(TEXT))


def needed(requirements: Iterator[Requirement]) -> Iterator[Requirement]:
    """Those that a function on Python 3.13 needs."""
    return (each for each in requirements if not each.marker or each.marker.evaluate(LAMBDA))


def pins() -> Iterator[Requirement]:
    for path in sorted((ROOT / "layers").rglob("requirements.txt")):
        lines = (
            line for line in path.read_text().splitlines() if line and not line.startswith("#")
        )
        yield from needed(map(Requirement, lines))


def closure() -> set[str]:
    """The pins, and what they need in turn, by name."""
    found: set[str] = set()
    waiting = [canonicalize_name(pin.name) for pin in pins()]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            requires = map(Requirement, metadata.requires(name) or [])
            waiting += [canonicalize_name(each.name) for each in needed(requires)]
    return found


def test_the_lock_has_every_pin_in_its_version() -> None:
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins()}

    assert {name: LOCKED.get(name) for name in pinned} == pinned, "run `make lock`"


def test_the_lock_has_what_the_pins_need_and_nothing_else() -> None:
    assert set(LOCKED) == closure(), "run `make lock`"


def test_the_lock_has_hashes_for_every_package_and_names_no_host() -> None:
    named = re.findall(r"^(\S+)==", TEXT, re.MULTILINE)

    assert sorted(named) == sorted(LOCKED)
    assert "://" not in TEXT
    assert "--index-url" not in TEXT


def test_the_build_takes_what_the_lock_has_and_nothing_else() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipe = makefile.split("\nbuild:")[1].split("\n\n")[0]
    download = makefile.split("\ndownload =")[1].split("\n\n")[0]

    assert "--require-hashes --no-deps --only-binary=:all:" in download
    assert "-r $(LOCK)" in download
    assert "PIP_NO_INDEX=1 PIP_FIND_LINKS=$(abspath $(WHEELS)) $(SAM) build" in recipe

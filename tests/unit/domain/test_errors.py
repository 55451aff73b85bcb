"""The tree of errors is the one that is drawn."""

import re
from collections.abc import Iterator

from herald.domain import errors
from herald.domain.errors import HeraldError, PublishError


def drawn() -> Iterator[tuple[int, str]]:
    """Each name with its depth."""
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"    ([│├└─ ]*)(\w+Error)\b", line):
            yield len(found[1]) // 4, found[2]


def defined(family: type[HeraldError], depth: int = 0) -> Iterator[tuple[int, str]]:
    yield depth, family.__name__
    for child in family.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from defined(child, depth + 1)


def test_the_drawing_shows_every_error_under_its_family() -> None:
    assert sorted(drawn()) == sorted(defined(HeraldError))


def test_what_a_network_refused_says_what_to_do() -> None:
    for kind in PublishError.__subclasses__():
        error = kind("no")

        assert error.target_code
        assert error.category
        assert error.remediation

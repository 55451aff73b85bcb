"""What a frozen value promises: all that the dataclass it stands for does."""

from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from herald.domain.values import frozen


@frozen
class Ours:
    """A value."""

    name: str
    size: int = 0
    parts: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)

    @property
    def double(self) -> int:
        return 2 * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The same."""

    name: str
    size: int = 0
    parts: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)


@frozen
class Named:
    name: str


def test_it_is_made_by_keyword_with_defaults_of_its_own() -> None:
    one = Ours(name="a")
    other = Ours(name="a")

    assert (one.name, one.size, one.parts, one.double) == ("a", 0, [], 0)
    assert one.parts is not other.parts


@pytest.mark.parametrize("given", [{}, {"name": "a", "colour": "red"}])
def test_a_missing_or_unknown_field_is_refused_as_a_dataclass_does(given: dict[str, Any]) -> None:
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError):
            kind(**given)


def test_it_does_not_change() -> None:
    value: Any = Ours(name="a")

    for name in ("name", "colour"):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "b")
    with pytest.raises(FrozenInstanceError):
        del value.name
    assert replace(value, size=2) == Ours(name="a", size=2)
    assert not hasattr(value, "__dict__")


def test_equal_values_of_one_class_are_equal_and_count_once() -> None:
    theirs: object = Theirs(name="a")

    assert Ours(name="a", size=1) == Ours(name="a", size=1)
    assert Ours(name="a") != Ours(name="b")
    assert Ours(name="a") != theirs
    assert len({Named(name="a"), Named(name="a"), Named(name="b")}) == 2


def test_its_repr_is_a_dataclasss_and_shows_no_secret() -> None:
    ours = Ours(name="a", secret="s3cret")
    theirs = Theirs(name="a", secret="s3cret")

    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert "s3cret" not in repr(ours)


def test_it_is_matched_by_its_fields() -> None:
    match Ours(name="a", size=3):
        case Ours(name="a", size=size):
            assert size == 3
        case _:
            pytest.fail("not matched")

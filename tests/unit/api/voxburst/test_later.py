"""Modules that come with the first call that needs them."""

import sys

import pytest

from herald.api.voxburst import later


@pytest.mark.parametrize("name", later.__all__)
def test_a_module_is_there_when_it_is_asked_for(name: str) -> None:
    found = getattr(later, name)

    assert found is sys.modules[f"herald.api.voxburst.{name}"]


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError):
        later.posts  # type: ignore[attr-defined]  # noqa: B018 - the look is the test

"""The type that an option's value must have, by its declaration."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from herald.api.voxburst.options import type_of
from herald.domain.limits import Source
from herald.domain.platforms.facts import Option, OptionType

TEXT = Option(
    name="label",
    type=OptionType.STRING,
    choices=(),
    pattern=None,
    most=None,
    counts=False,
    description="A label.",
    source=Source("a page", None, date(2026, 11, 28)),
)


@pytest.mark.parametrize(
    ("option", "fitting", "wrong"),
    [
        (TEXT._replace(most=3), ["abc", ""], ["abcd", 1, ["a"]]),
        (TEXT._replace(pattern="^[a-z]+$"), ["abc"], ["ABC", ""]),
        (
            TEXT._replace(choices=("public", "private")),
            ["public", "PRIVATE"],
            ["other", ["public"]],
        ),
        (TEXT._replace(type=OptionType.BOOLEAN), [True], ["yes", 1]),
        (
            TEXT._replace(type=OptionType.ARRAY, pattern="^[a-z]{2}$", most=2),
            [[], ["de", "en"]],
            [["DE"], ["de", "en", "fr"], "de"],
        ),
        (
            TEXT._replace(type=OptionType.ARRAY, choices=("nudity", "porn"), most=2),
            [["nudity"], ["porn", "nudity"]],
            [["other"], "nudity", ["porn"] * 3],
        ),
    ],
    ids=["length", "pattern", "choices", "boolean", "array", "array of choices"],
)
def test_a_value_is_what_its_option_declares(
    option: Option, fitting: list[object], wrong: list[object]
) -> None:
    judge = TypeAdapter(type_of(option), config={"strict": True})

    for value in fitting:
        judge.validate_python(value)
    for value in wrong:
        with pytest.raises(ValidationError):
            judge.validate_python(value)

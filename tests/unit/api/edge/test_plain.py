"""What no body may hold, whatever its field: texts and numbers that are none."""

import json

import pytest

from openapi.doors import Route
from tests.bodies import BODIES, places
from tests.unit.api.edge.test_schema import field, holding, named

BIG = str(10**400)


NO_NUMBERS = ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", BIG, f"-{BIG}", f"{BIG}.5"]


NO_TEXT = ["\x00", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\udfff"]


@pytest.mark.parametrize("route", BODIES, ids=named)
def test_no_field_holds_a_number_that_json_does_not_have(route: Route) -> None:
    for place in places(route):
        for number in NO_NUMBERS:
            assert (
                "a number that JSON does not have"
                in holding(route, place, number)[field(route, place)]
            )
        if place.field != "posts":  # an entry of these is judged alone
            within = holding(route, place, "[[1, 1e400]]")
            assert (
                "a number that JSON does not have"
                in within[f"{field(route, place)}[0][1]".removeprefix("body")]
            )


@pytest.mark.parametrize("route", BODIES, ids=named)
def test_no_text_holds_a_control_character(route: Route) -> None:
    for place in places(route):
        if place.takes("string"):
            for each in NO_TEXT:
                assert (
                    f"U+{ord(each):04X}"
                    in holding(route, place, json.dumps(f"a{each}b"))[field(route, place)]
                )


@pytest.mark.parametrize("route", BODIES, ids=named)
def test_tab_line_ends_and_whatever_else_is_text_stay(route: Route) -> None:
    text = json.dumps('a\tb\nc\r\nd \u2028 \u200d \ufeff \U0001f600 \\b \\u0008 "')
    for place in places(route):
        assert "U+" not in str(holding(route, place, text))

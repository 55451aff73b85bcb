"""Every field of every body, without a door: what is refused, what null means, and the words."""

import json
import re
from typing import Any

import pytest

from herald.api.edge.schema import validated
from herald.api.voxburst import words
from herald.api.voxburst.bulk import BulkPosts
from herald.api.voxburst.posts import CreatePost
from herald.domain.errors import UnprocessableError, ValidationError
from openapi.doors import Route
from tests.bodies import BODIES, QUERIES, Place, places

VALUES = ["text", "x" * 12_000, "", 7, -1, 1.5, True, None, [], ["text"] * 60, {}, {"any": []}]
LIBRARY = re.compile(
    r"(?i)input|instance of|dictionary|valid (str|int|bool|list|float|num)"
    r"|pydantic|parse|class|after validation"
)
WHOLE = Place((), {}, required=True)


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def judged(route: Route, body: Any) -> Any:
    """Return what the models make of a body: itself, or what is wrong with it, by field.

    Of many posts each is judged alone.
    """
    assert route.body
    try:
        found = validated(route.body, body)
        return (
            (found, [validated(CreatePost, each) for each in found.posts])
            if isinstance(found, BulkPosts)
            else found
        )
    except ValidationError as error:
        return {words.field(each.path): each.message for each in error.problems}
    except UnprocessableError as error:
        return error.message


def field(route: Route, place: Place) -> str:
    """As it is named by the model that refuses it."""
    alone = route.body is BulkPosts and place.at[:1] == ("posts",)
    return (
        place.field.removeprefix("posts[0]").removeprefix(".")
        if alone and len(place.at) > 1
        else place.field
    ) or "body"


def holding(route: Route, place: Place, text: str) -> Any:
    """A body with that JSON text there, and nothing else."""
    body = json.loads(json.dumps(place.put({}, "<>")).replace('"<>"', text))
    return judged(route, {"posts": [None], **body} if field(route, place) != place.field else body)


@pytest.mark.parametrize("route", BODIES, ids=named)
def test_null_is_as_if_it_was_not_given(route: Route) -> None:
    assert route.body
    for place in places(route):
        if not place.required and not (len(place.at) == 1 and place.at[0] in route.body.removable):
            absent = Place(place.at[:-1], {}, required=False).put({}, {})

            assert judged(route, place.put({}, None)) == judged(route, absent), place.field


@pytest.mark.parametrize("route", BODIES, ids=named)
def test_what_is_wrong_is_said_in_words_of_the_api(route: Route) -> None:
    for place in [WHOLE, *places(route)]:
        for value in VALUES:
            found = judged(route, place.put({}, value))
            for message in found.values() if isinstance(found, dict) else []:
                assert not LIBRARY.search(message), message
                assert not message.endswith("is not valid"), message


@pytest.mark.parametrize("route", QUERIES, ids=named)
def test_what_is_wrong_with_a_query_is_said_so_too(route: Route) -> None:
    assert route.query
    for name in route.query.model_json_schema()["properties"]:
        for value in (
            "",
            "x",
            "x" * 12_000,
            "-1",
            "0",
            "1.5",
            "1e999",
            "9" * 400,
            "9" * 5_000,
            "\x08",
            "\ud800",
        ):
            try:
                validated(route.query, {name: value})
            except ValidationError as error:
                for each in error.problems:
                    assert not LIBRARY.search(each.message), each.message
                    assert not each.message.endswith("is not valid"), each.message


@pytest.mark.parametrize("value", ["[]", '"x"', "3", "true"])
@pytest.mark.parametrize("route", BODIES, ids=named)
def test_a_body_is_an_object(route: Route, value: str) -> None:
    assert judged(route, json.loads(value)) == {"body": "body must be a JSON object"}

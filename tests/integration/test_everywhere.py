"""The promises at the edge of every route.

Each is tried in every field of every body, and in every query.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from herald.api.voxburst.bulk import BulkPosts
from openapi.document import template
from openapi.doors import Route, routes
from tests.bodies import BODIES, QUERIES, Place, kinds, objects, places
from tests.documented import DOCUMENT
from tests.doors import door
from tests.integration import samples
from tests.integration.conftest import CONTEXT, body_of

ROUTES = routes()
READING = [route for route in ROUTES if route.method == "GET"]
WHOLE = Place((), {"type": "object"}, required=True)
TAKING = [route for route in ROUTES if route.body or route.idempotent]
NO_NUMBERS = ["1e999", "-1e999", "NaN", "Infinity", "-Infinity"]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(autouse=True)
def world(aws: None) -> None:
    samples.lay_out()


def call(
    route: Route,
    body: str | None = None,
    *,
    method: str = "",
    slash: str = "",
    query: str = "",
    foreign: str = "",
    **headers: str,
) -> Any:
    """Call the route with its first sample event, with another body or query.

    `foreign` names the parameter of its path that is an id of another kind.
    """
    event = next(samples.calls(route))
    http = event["requestContext"]["http"]
    http["method"] = method or http["method"]
    event["rawPath"] = http["path"] = event["rawPath"] + slash
    if foreign:
        parts = event["rawPath"].split("/")
        parts[route.path.split("/").index(f"<{foreign}>")] = samples.sample_id("other", "kind")
        event["rawPath"] = http["path"] = "/".join(parts)
    if body is not None:
        event |= {"body": body, "isBase64Encoded": False}
    if query:
        name, _, value = query.partition("=")
        event["queryStringParameters"] = event.get("queryStringParameters", {}) | {name: value}
    kept = {name: value for name, value in event["headers"].items() if name != "idempotency-key"}
    event["headers"] = kept | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = door(route.function).handler(event, CONTEXT)
    return {**answer, "body": body_of(answer), "raw": answer["body"]}


def sample(route: Route) -> Any:
    """A body that the route takes."""
    return json.loads(next(samples.calls(route)).get("body", "{}"))


def refusal(route: Route, answer: Mapping[str, Any]) -> Any:
    """What is wrong with a body: of many posts, each is judged alone."""
    if route.body is BulkPosts and "results" in answer["body"]:
        error, prefix = answer["body"]["results"][0]["error"], "posts[0]."
    else:
        assert answer["statusCode"] == 400, answer["body"]
        error, prefix = answer["body"]["error"], ""
    assert error["code"] == "VALIDATION_ERROR"
    return {
        (prefix + each["field"]).removesuffix(".body"): each["message"]
        for each in error["details"]["errors"]
    }


def test_no_text_holds_a_control_character() -> None:
    for route in BODIES:
        for place in places(route):
            if place.takes("string"):
                answer = call(route, json.dumps(place.put(sample(route), "a\bc")))

                assert "U+0008" in refusal(route, answer)[place.field]


def test_no_name_holds_one() -> None:
    for route in BODIES:
        for place in [WHOLE, *places(route)]:
            if place.takes("object"):
                inside = Place((*place.at, "a\x08b"), {}, required=False)
                answer = call(route, json.dumps(inside.put(sample(route), 1)))

                assert "U+0008" in refusal(route, answer)[place.field or "body"]


def test_no_number_is_one_that_json_does_not_have() -> None:
    for route in BODIES:
        for place in places(route):
            answer = call(
                route, json.dumps(place.put(sample(route), "<>")).replace('"<>"', "1e999")
            )

            assert "a number that JSON does not have" in refusal(route, answer)[place.field]


def test_no_query_takes_one_either() -> None:
    for route in QUERIES:
        for parameter in DOCUMENT["paths"][template(route.path)]["get"]["parameters"]:
            if parameter.get("in") == "query" and any(
                each.get("type") == "integer" for each in kinds(parameter["schema"])
            ):
                for number in NO_NUMBERS:
                    answer = call(route, query=f"{parameter['name']}={number}")

                    assert refusal(route, answer) == {
                        parameter["name"]: f"{parameter['name']} must be a whole number"
                    }


@pytest.mark.parametrize("route", TAKING, ids=named)
def test_a_mark_nulls_and_a_field_that_is_not_known_change_no_status(route: Route) -> None:
    optional = (
        [place for place in places(route) if len(place.at) == 1 and not place.required]
        if route.body
        else []
    )
    nulls = {
        place.at[0]: None for place in optional if place.at[0] != "ownerEmail"
    }  # which no test key takes away
    body = nulls | sample(route) | {"misspelt": {"any": [None, 1]}}

    answer = call(route, "\ufeff" + json.dumps(body))

    assert answer["statusCode"] == expected(route), answer["body"]
    assert answer["headers"]["X-Herald-Ignored-Fields"] == "misspelt"


def expected(route: Route) -> int:
    """What the sample itself is answered."""
    event = next(samples.calls(route))
    file = next(each for each in samples.SAMPLES if json.loads(each.read_text()) == event)
    return samples.STATUS.get(samples.named(file), 200)


def test_a_content_encoding_is_named() -> None:
    for route in TAKING:
        answer = call(route, json.dumps(sample(route)), content_encoding="gzip")

        error = answer["body"]["error"]
        assert (answer["statusCode"], error["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert error["details"] == {"contentEncoding": "gzip"}
        assert "gzip" in error["message"]
        assert answer["headers"]["Accept-Encoding"] == "identity"


def test_a_field_that_is_not_known_is_named_and_refused_on_request() -> None:
    for route in BODIES:
        for at in objects(route):
            place = Place((*at, "misspelt"), {}, required=False)
            body = json.dumps(place.put(sample(route), "x"))

            ignored = call(route, body)
            refused = call(route, body, prefer="respond-async, handling=strict; foo=bar")

            assert place.field in ignored["headers"]["X-Herald-Ignored-Fields"].split(", ")
            assert "Preference-Applied" not in ignored["headers"]
            assert place.field not in json.dumps(ignored["body"])
            assert refused["headers"]["Preference-Applied"] == "handling=strict"
            assert "X-Herald-Ignored-Fields" not in refused["headers"]
            assert f"{place.field} is not known" in refusal(route, refused).values()


def test_a_call_that_reads_no_body_says_so() -> None:
    for route in TAKING:
        if not route.body:
            assert call(route, '{"misspelt": 1}', prefer="handling=strict")["statusCode"] == 400
            assert (
                call(route, '{"misspelt": 1}')["headers"]["X-Herald-Ignored-Fields"] == "misspelt"
            )


def test_an_idempotency_key_is_taken_where_the_route_says_so_and_nowhere_else() -> None:
    for route in ROUTES:
        answer = call(route, idempotency_key="x" * 256)

        refused = answer["statusCode"] == 400
        assert refused == route.idempotent, named(route)
        if refused:
            assert answer["body"]["error"]["code"] == "IDEMPOTENCY_INVALID_KEY"


def test_an_id_of_another_kind_is_refused_in_every_path() -> None:
    for route in ROUTES:
        for parameter in route.ids:
            answer = call(route, foreign=parameter)

            error = answer["body"]["error"]
            assert (answer["statusCode"], error["code"]) == (400, "BAD_REQUEST"), named(route)
            assert error["message"] == f"Not a valid {route.ids[parameter]}_ id."


def test_a_misspelt_filter_is_named_too() -> None:
    """Not by the routes without a key: they serve networks, which add what they like."""
    for route in (route for route in QUERIES if not route.open):
        assert call(route, query="misspelt=1")["headers"]["X-Herald-Ignored-Fields"] == "misspelt"
        assert call(route, query="misspelt=1", prefer='handling="strict"')["statusCode"] == 400
        assert "X-Herald-Ignored-Fields" not in call(route)["headers"]


def test_every_get_answers_to_head_without_a_body() -> None:
    volatile = {"X-RateLimit-Remaining", "X-RateLimit-Reset"}
    for route in READING:
        got = call(route)
        asked = call(route, method="HEAD")

        assert (asked["statusCode"], asked["raw"], asked["isBase64Encoded"]) == (
            got["statusCode"],
            "",
            False,
        )
        assert {**asked["headers"], **dict.fromkeys(volatile)} == {
            **got["headers"],
            **dict.fromkeys(volatile),
        }


def test_a_trailing_slash_says_nothing() -> None:
    for route in READING:
        if route.path != "/":
            assert call(route, slash="/")["statusCode"] == call(route)["statusCode"], route.path


def test_options_says_what_a_path_takes_and_needs_no_key() -> None:
    for route in ROUTES:
        answer = call(route, method="OPTIONS", authorization="")

        assert (answer["statusCode"], answer["raw"]) == (204, "")
        allowed = answer["headers"]["Allow"].split(", ")
        assert {route.method, "OPTIONS"} <= set(allowed)
        assert ("HEAD" in allowed) == ("GET" in allowed)


def test_an_answer_over_a_kilobyte_is_compressed_for_who_takes_it() -> None:
    for route in READING:
        plain = call(route)
        packed = call(route, accept_encoding="br, gzip;q=0.5")

        large = len(plain["raw"].encode()) > 1024
        assert packed["isBase64Encoded"] == large
        assert (packed["headers"].get("Content-Encoding") == "gzip") == large
        assert (
            plain["headers"].get("Vary")
            == packed["headers"].get("Vary")
            == ("Accept-Encoding" if large else None)
        )
        if large and not route.scope:
            assert gzip.decompress(base64.b64decode(packed["raw"])).decode() == plain["raw"]
            assert len(base64.b64decode(packed["raw"])) < len(plain["raw"].encode())


def test_who_has_no_key_is_told_how_to_say_who_they_are() -> None:
    for route in ROUTES:
        if not route.open:
            answer = call(route, authorization="")

            assert (answer["statusCode"], answer["headers"]["WWW-Authenticate"]) == (401, "Bearer")

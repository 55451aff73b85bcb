"""local/gateway.py: what AWS would send a function, and what it would answer."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.gateway import (
    Answer,
    Cors,
    FunctionError,
    Request,
    answer_of,
    choose,
    cors_of,
    event_of,
    handle,
    route,
    routes_of,
)
from local.template import code_of, expand, open_api
from tests.template import ROOT, template

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ROUTES = sorted(
    [
        route("ANY", "$default", "Workspaces"),
        route("ANY", "/v1/posts/{proxy+}", "Posts"),
        route("ANY", "/v1/posts", "Posts"),
        route("GET", "/v1/posts/{id}", "OnePost"),
        route("GET", "/v1/posts/bulk", "Bulk"),
    ],
    key=lambda candidate: candidate.rank,
)


def request(
    target: str = "/v1/posts",
    method: str = "GET",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> Request:
    return Request(
        method, target, "HTTP/1.1", "127.0.0.1", [("Host", "127.0.0.1:3000"), *headers], body
    )


def event(sent: Request, query: str = "") -> dict[str, Any]:
    return event_of(sent, "ANY /v1/posts", sent.target, query, {}, now=NOW)


# --- Routes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/v1/posts", "Posts", {}),
        ("GET", "/v1/posts/bulk", "Bulk", {}),
        ("POST", "/v1/posts/bulk", "Posts", {"proxy": "bulk"}),
        ("GET", "/v1/posts/post_1", "OnePost", {"id": "post_1"}),
        ("GET", "/v1/posts/post_1/results", "Posts", {"proxy": "post_1/results"}),
        ("GET", "/v1/posts/", "Posts", {"proxy": ""}),
        ("GET", "/v1/postsmore", "Workspaces", {}),
        ("DELETE", "/nobody/has/this", "Workspaces", {}),
        ("GET", "/", "Workspaces", {}),
    ],
)
def test_the_most_specific_route_takes_a_request(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    chosen = choose(ROUTES, method, path)

    assert chosen is not None
    assert (chosen[0].function, chosen[1]) == (function, parameters)


def test_without_a_default_nobody_takes_what_has_no_route() -> None:
    assert choose([route("GET", "/v1/posts", "Posts")], "POST", "/v1/posts") is None


def test_routes_come_from_the_expanded_template() -> None:
    def operation(function: str) -> dict[str, Any]:
        uri = (
            "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${"
            + function
            + ".Arn}/invocations"
        )
        return {"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": uri}}}

    paths = {
        "$default": {"x-amazon-apigateway-any-method": operation("Rest")},
        "/v1/posts": {"get": operation("Posts")},
    }

    assert [(r.key, r.function) for r in routes_of({"paths": paths})] == [
        ("GET /v1/posts", "Posts"),
        ("$default", "Rest"),
    ]


# --- The event ------------------------------------------------------------------------------------


def test_what_is_empty_is_left_out() -> None:
    made = event(request())

    assert not {"cookies", "queryStringParameters", "pathParameters", "body"} & made.keys()
    assert (made["version"], made["rawQueryString"], made["isBase64Encoded"]) == ("2.0", "", False)


def test_headers_are_lowercased_and_joined_and_cookies_stand_apart() -> None:
    made = event(
        request(
            headers=[
                ("X-A", "1"),
                ("x-a", "2"),
                ("Cookie", "a=1; b=2"),
                ("Connection", "keep-alive"),
            ]
        )
    )

    assert made["headers"]["x-a"] == "1,2"
    assert made["cookies"] == ["a=1", "b=2"]
    assert not {"cookie", "connection"} & made["headers"].keys()


def test_a_query_is_told_raw_and_read() -> None:
    made = event(request(), query="status=a&status=b&empty=&q=%C3%BC+x")

    assert made["rawQueryString"] == "status=a&status=b&empty=&q=%C3%BC+x"
    assert made["queryStringParameters"] == {"status": "a,b", "empty": "", "q": "ü x"}


def test_text_is_told_as_text_and_bytes_as_base64() -> None:
    text = event(
        request(
            headers=[("Content-Type", "application/json; charset=utf-8")], body='{"a":"ü"}'.encode()
        )
    )
    image = event(request(headers=[("Content-Type", "image/png")], body=b"\x89PNG"))
    broken = event(request(headers=[("Content-Type", "application/json")], body=b"\xff"))

    assert (text["body"], text["isBase64Encoded"]) == ('{"a":"ü"}', False)
    assert (base64.b64decode(image["body"]), image["isBase64Encoded"]) == (b"\x89PNG", True)
    assert broken["isBase64Encoded"] is True


def test_the_context_says_who_when_and_how() -> None:
    context = event(request(headers=[("User-Agent", "curl/8")]))["requestContext"]

    assert context["http"] == {
        "method": "GET",
        "path": "/v1/posts",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "curl/8",
    }
    assert (context["time"], context["timeEpoch"]) == ("02/Jan/2026:03:04:05 +0000", 1767323045000)
    assert (context["routeKey"], context["stage"]) == ("ANY /v1/posts", "$default")


# --- The answer -----------------------------------------------------------------------------------


def test_an_answer_is_what_the_function_says() -> None:
    result = {
        "statusCode": "201",
        "headers": {"X-Limit": 5, "Content-Length": "99"},
        "cookies": ["a=1"],
        "body": "made",
    }

    assert answer_of(result) == Answer(
        201, b"made", {"content-type": "text/plain; charset=utf-8", "x-limit": "5"}, ["a=1"]
    )


def test_a_result_without_a_status_is_json() -> None:
    assert answer_of({"ok": True}) == Answer(
        200, b'{"ok": true}', {"content-type": "application/json"}
    )
    assert answer_of("plain").body == b"plain"


def test_a_binary_body_is_decoded() -> None:
    assert (
        answer_of({"statusCode": 200, "isBase64Encoded": True, "body": "iVBORw=="}).body
        == b"\x89PNG"
    )


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "isBase64Encoded": True, "body": "?"},
        {"statusCode": 200, "headers": ["x"]},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}},
        {"statusCode": 200, "body": "x" * (6 * 1024 * 1024 + 1)},
    ],
)
def test_a_result_that_is_not_of_the_format_is_a_fault(result: dict[str, Any]) -> None:
    assert answer_of(result) == Answer(
        500, b'{"message":"Internal Server Error"}', {"content-type": "application/json"}
    )


# --- From one to the other ------------------------------------------------------------------------


def test_a_function_is_invoked_with_the_decoded_path() -> None:
    seen: list[tuple[str, Any]] = []

    def invoke(function: str, payload: bytes) -> Any:
        seen.append((function, json.loads(payload)))
        return {"statusCode": 204}

    answer = handle(request("/v1/posts/a%20b?x=%20"), routes=ROUTES, invoke=invoke)

    ((function, made),) = seen
    assert answer.status == 204
    assert (function, made["rawPath"], made["pathParameters"]) == (
        "OnePost",
        "/v1/posts/a b",
        {"id": "a b"},
    )
    assert made["rawQueryString"] == "x=%20"


def test_no_route_is_not_found() -> None:
    assert handle(request(), routes=[], invoke=lambda *_: None).status == 404


def test_a_failing_function_says_nothing_of_why() -> None:
    def invoke(_function: str, _payload: bytes) -> Any:
        raise FunctionError("KeyError: 'secret'")

    answer = handle(request(), routes=ROUTES, invoke=invoke)

    assert (answer.status, answer.body) == (500, b'{"message":"Internal Server Error"}')


def test_an_emulator_that_is_gone_is_unavailable() -> None:
    def invoke(_function: str, _payload: bytes) -> Any:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    assert handle(request(), routes=ROUTES, invoke=invoke).status == 503


def test_more_than_lambda_takes_is_too_large() -> None:
    big = request(
        method="POST", headers=[("content-type", "text/plain")], body=b"x" * (6 * 1024 * 1024)
    )

    assert handle(big, routes=ROUTES, invoke=lambda *_: None).status == 413


# --- CORS -----------------------------------------------------------------------------------------

ORIGIN = "https://app.example.com"
CORS = Cors(
    origins=[ORIGIN],
    methods=["GET", "POST"],
    headers=["authorization"],
    exposed=["retry-after"],
    max_age=60,
)
PREFLIGHT = ("Access-Control-Request-Method", "POST")


def fine(_function: str, _payload: bytes) -> Any:
    return {
        "statusCode": 200,
        "headers": {"X": "1", "Access-Control-Allow-Origin": "*"},
        "body": "{}",
    }


def untouched(_function: str, _payload: bytes) -> Any:
    raise AssertionError("the gateway answers by itself")


def test_a_preflight_is_answered_by_the_gateway() -> None:
    asked = request("/v1/posts/post_1", "OPTIONS", [("Origin", ORIGIN), PREFLIGHT])

    assert handle(asked, routes=ROUTES, invoke=untouched, cors=CORS) == Answer(
        204,
        b"",
        {
            "access-control-allow-origin": ORIGIN,
            "access-control-allow-methods": "GET,POST",
            "access-control-allow-headers": "authorization",
            "access-control-max-age": "60",
        },
    )


def test_a_stranger_is_told_nothing() -> None:
    stranger = [("Origin", "https://app.example.com.evil.example"), PREFLIGHT]

    assert handle(
        request(method="OPTIONS", headers=stranger), routes=ROUTES, invoke=untouched, cors=CORS
    ) == Answer(204, b"", {})
    answer = handle(request(headers=stranger[:1]), routes=ROUTES, invoke=fine, cors=CORS)
    assert (answer.status, {name for name in answer.headers if name.startswith("access")}) == (
        200,
        set(),
    )


def test_a_function_cannot_say_whose_pages_may_read_its_answer() -> None:
    answer = handle(request(headers=[("Origin", ORIGIN)]), routes=ROUTES, invoke=fine, cors=CORS)

    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-expose-headers"] == "retry-after"
    assert answer.headers["x"] == "1"


def test_options_without_an_origin_goes_to_the_function() -> None:
    assert handle(request(method="OPTIONS"), routes=ROUTES, invoke=fine, cors=CORS).status == 200
    assert (
        handle(
            request(method="OPTIONS", headers=[("Origin", ORIGIN)]),
            routes=ROUTES,
            invoke=fine,
            cors=CORS,
        ).status
        == 200
    )


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        (["*"], True),
        (["https://*"], True),
        (["http://*"], False),
        ([], False),
        (["https://app"], False),
    ],
)
def test_an_origin_may_be_any_or_any_of_a_scheme(origins: list[str], allowed: bool) -> None:
    assert Cors(origins=origins).allows(ORIGIN) is allowed


def test_cors_comes_from_the_expanded_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    code = {each.resource: "s3://bucket/key" for each in code_of(template(), ROOT)}
    document = open_api(expand(template(), {"AllowedOrigins": ORIGIN}, code))

    found = cors_of(document, [ORIGIN])

    assert found
    assert found.allows(ORIGIN)
    assert {"PATCH", "DELETE"} <= set(found.methods)
    assert {"authorization", "content-type", "idempotency-key", "prefer"} == set(found.headers)
    assert "x-ratelimit-limit" in found.exposed
    assert found.max_age == 3600
    assert cors_of(document, []) is None
    assert cors_of({}, [ORIGIN]) is None

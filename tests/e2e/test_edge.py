"""The edge over HTTP: monitors, browsers, clients that compress, and unusable settings."""

import gzip
import http.client
import json
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from tests.e2e.stack import ORIGIN, Caller, Stack
from tests.template import ROOT

Said = tuple[int, dict[str, str], bytes]


def call(address: str, method: str, path: str, *, body: str | bytes = b"", **headers: str) -> Said:
    """Status, headers in lower case and body as they came."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request(
        method,
        path,
        body or None,
        {name.replace("_", "-"): value for name, value in headers.items()},
    )
    answer = connection.getresponse()
    said = (
        answer.status,
        {name.lower(): value for name, value in answer.getheaders()},
        answer.read(),
    )
    connection.close()
    return said


@pytest.fixture
def api(stack: Stack) -> str:
    return f"127.0.0.1:{stack.port}"


def test_a_monitor_asks_for_the_head_alone(api: str) -> None:
    status, headers, body = call(api, "HEAD", "/v1/health")

    assert (status, headers["content-type"], body) == (200, "application/json", b"")


def test_the_root_says_what_this_is(api: str) -> None:
    assert json.loads(call(api, "GET", "/")[2])["docs"] == "/v1/docs"


def test_a_slash_at_the_end_says_nothing(api: str, test: Caller) -> None:
    key = f"Bearer {test.key}"

    assert [
        call(api, "GET", path, authorization=key)[0]
        for path in ("/v1/posts/", "/v1/events/", "/v1/auth/me/")
    ] == [200] * 3


def test_a_browser_may_call_from_its_origin_and_from_no_other(api: str, test: Caller) -> None:
    asks = {
        "access_control_request_method": "PATCH",
        "access_control_request_headers": "authorization,idempotency-key",
    }

    status, allowed, _ = call(api, "OPTIONS", "/v1/posts/post_1", origin=ORIGIN, **asks)
    _, strange, _ = call(api, "OPTIONS", "/v1/posts/post_1", origin="https://evil.example", **asks)
    _, read, _ = call(api, "GET", "/v1/auth/me", origin=ORIGIN, authorization=f"Bearer {test.key}")

    assert (status, allowed["access-control-allow-origin"]) == (204, ORIGIN)
    assert "PATCH" in allowed["access-control-allow-methods"].split(",")
    assert {"authorization", "idempotency-key"} <= set(
        allowed["access-control-allow-headers"].split(",")
    )
    assert not [name for name in strange if name.startswith("access-control")]
    assert read["access-control-allow-origin"] == ORIGIN
    assert "x-ratelimit-remaining" in read["access-control-expose-headers"].split(",")


def test_a_browser_may_upload_from_its_origin(test: Caller) -> None:
    asked = test(
        "POST",
        "/v1/media/upload",
        {"filename": "a.png", "contentType": "image/png", "sizeBytes": 9},
    ).body
    url = urllib.parse.urlsplit(asked["uploadUrl"])
    wanted = ",".join(name.lower() for name in asked["uploadHeaders"])
    asks = {"access_control_request_method": "PUT", "access_control_request_headers": wanted}

    status, headers, _ = call(
        url.netloc, "OPTIONS", f"{url.path}?{url.query}", origin=ORIGIN, **asks
    )

    assert (status, headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert (
        call(
            url.netloc, "OPTIONS", f"{url.path}?{url.query}", origin="https://evil.example", **asks
        )[0]
        == 403
    )


def test_a_large_answer_is_compressed_on_request(api: str) -> None:
    _, plain_headers, plain = call(api, "GET", "/v1/openapi.json")
    _, packed_headers, packed = call(api, "GET", "/v1/openapi.json", accept_encoding="gzip")

    assert gzip.decompress(packed) == plain
    assert len(packed) * 5 < len(plain)
    assert packed_headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain_headers
    assert plain_headers["vary"] == packed_headers["vary"] == "Accept-Encoding"


def test_a_body_may_begin_with_a_mark_and_is_not_compressed(api: str, test: Caller) -> None:
    said = {"authorization": f"Bearer {test.key}", "content_type": "application/json"}
    body = b'{"content": "", "platforms": []}'

    marked = call(api, "POST", "/v1/posts", body=b"\xef\xbb\xbf" + body, **said)
    packed = call(
        api, "POST", "/v1/posts", body=gzip.compress(body), content_encoding="gzip", **said
    )

    assert json.loads(marked[2])["error"]["code"] == "VALIDATION_ERROR"
    assert (packed[0], json.loads(packed[2])["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_log_says_why(stack: Stack, test: Caller) -> None:
    test("POST", "/v1/posts", {"content": "\b"})

    lines = stack.log.read_text().splitlines()
    assert [
        line
        for line in lines
        if "POST /v1/posts 400" in line and line.endswith("code=VALIDATION_ERROR field=content")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOW_PRIVATE_TARGETS", "none"),
        ("TIME_SCALE", "fast"),
        ("PORT", "http"),
        ("ALLOWED_ORIGINS", "none"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_it_at_once_in_one_line(
    tmp_path: Path, name: str, value: str
) -> None:
    environment = os.environ | {"DATA_DIR": str(tmp_path / "data"), name: value}
    command = [sys.executable, "-m", "local.run"]

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{name} must be ")
    assert repr(value) in line

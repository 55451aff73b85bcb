"""The API's own description, which anybody may read."""

import base64
import hashlib
import re

from tests.integration.conftest import Caller

SCRIPT = re.compile(
    r'<script src="(?P<path>[^"]+)" integrity="(?P<integrity>[^"]+)" defer></script>'
)


def test_the_document_needs_no_key(stranger: Caller) -> None:
    answer = stranger("GET", "/v1/openapi.json")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.body["openapi"].startswith("3.1")


def test_the_page_reads_the_document_and_nothing_from_anywhere_else(stranger: Caller) -> None:
    answer = stranger("GET", "/v1/docs")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'spec-url="/v1/openapi.json"' in answer.body
    assert 'load-fonts="false"' in answer.body
    assert not re.search(r"(src|href|url)=.?(https?:)?//|@import|url\(", answer.body)


def test_the_page_runs_its_one_script_and_no_other(stranger: Caller) -> None:
    answer = stranger("GET", "/v1/docs")

    policy = dict(
        each.split(" ", 1) for each in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert answer.body.count("<script") == len(SCRIPT.findall(answer.body)) == 1
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert not re.search(r"\bon\w+=", answer.body)


def test_the_script_is_the_one_that_the_page_names_and_may_be_kept_for_ever(
    stranger: Caller,
) -> None:
    named = SCRIPT.search(stranger("GET", "/v1/docs").body)
    assert named

    answer = stranger("GET", named["path"])

    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    digest = base64.b64encode(hashlib.sha384(answer.body.encode()).digest()).decode()
    assert named["integrity"] == f"sha384-{digest}"
    assert digest[:16] in named["path"]


def test_there_is_no_other_script(stranger: Caller) -> None:
    assert stranger("GET", "/v1/docs/rapidoc-other.js").status == 404
    assert stranger("GET", "/v1/docs/\x01.js").status == 400

"""The API's own description, which anybody may read."""

import re

from tests.integration.conftest import Caller


def test_the_document_needs_no_key(stranger: Caller) -> None:
    answer = stranger("GET", "/v1/openapi.json")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.body["openapi"].startswith("3.1")


def test_the_page_reads_the_document_and_nothing_from_anywhere_else(stranger: Caller) -> None:
    answer = stranger("GET", "/v1/docs")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'fetch("openapi.json")' in answer.body
    assert not re.search(r"(src|href)=.?(https?:)?//|@import|url\(", answer.body)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")

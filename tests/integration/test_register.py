"""Registered media: READY at once, learnt from their first bytes afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from herald import runtime
from herald.domain import media
from herald.domain.jobs import MediaJob
from herald.domain.owners import Mode, Owner
from herald.media.reader import BLOCK
from tests import files
from tests.doors import door
from tests.fakes.http import Site, site_with
from tests.integration.conftest import CONTEXT, Answer, Caller, messages, sqs_event

JPEG = files.picture("JPEG") + bytes(2 * BLOCK)  # larger than what is read of it


@pytest.fixture
def site() -> Iterator[Site]:
    with site_with(JPEG, path="/campaign-banner.jpg") as site:
        yield site


def register(caller: Caller, url: str, content_type: str = "image/jpeg", **headers: str) -> Answer:
    body = {"url": url, "contentType": content_type, "filename": "campaign-banner.jpg"}
    return caller("POST", "/v1/media/register", body, **headers)


def learnt(caller: Caller, site: Site, content_type: str = "image/jpeg") -> dict[str, Any]:
    """The media once the queue has been drained."""
    media_id = register(caller, site.url, content_type).body["id"]
    for each in messages(runtime.configured().media_queue_url):
        assert door("process_media").handler(sqs_event(each), CONTEXT) == {"batchItemFailures": []}
    found: dict[str, Any] = caller("GET", f"/v1/media/{media_id}").body
    return found


def test_a_registered_file_is_ready_at_once_as_it_was_declared(test: Caller, site: Site) -> None:
    answer = register(test, site.url)

    assert (answer.status, answer.body["status"], answer.body["source"]) == (
        201,
        "READY",
        "register",
    )
    assert (answer.body["url"], answer.body["contentType"], answer.body["sizeBytes"]) == (
        site.url,
        "image/jpeg",
        None,
    )
    assert site.asked == []


def test_its_size_and_dimensions_are_learnt_from_its_first_bytes(test: Caller, site: Site) -> None:
    found = learnt(test, site)

    assert (found["status"], found["sizeBytes"], found["validationResults"]) == (
        "READY",
        len(JPEG),
        [],
    )
    assert found["dimensions"] == {"width": 61, "height": 33}
    assert site.asked == [f"bytes=0-{BLOCK - 1}"]


def test_a_server_that_knows_no_ranges_is_read_no_further(test: Caller, site: Site) -> None:
    site.ranged = False

    found = learnt(test, site)

    assert (found["sizeBytes"], found["dimensions"]) == (len(JPEG), {"width": 61, "height": 33})


@pytest.mark.parametrize(
    ("declared", "status", "code"),
    [
        ("image/png", 200, "TYPE_MISMATCH"),
        ("image/jpeg", 404, "UNREACHABLE"),
        ("image/jpeg", 302, "UNREACHABLE"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_it_stays_ready(
    test: Caller, site: Site, declared: str, status: int, code: str
) -> None:
    site.status = status

    found = learnt(test, site, declared)

    assert (found["status"], [each["code"] for each in found["validationResults"]]) == (
        "READY",
        [code],
    )
    assert (found["contentType"], found["sizeBytes"]) == (declared, None)
    assert runtime.sweeps().release()["media"] == 0


@pytest.mark.parametrize("size", ["9" * 5000, "9" * 40, "-1", "1e9", "*", "²"], ids=ascii)
def test_a_size_that_is_none_is_not_believed(test: Caller, site: Site, size: str) -> None:
    site.size = size

    found = learnt(test, site)

    assert [each["code"] for each in found["validationResults"]] == ["UNREACHABLE"]
    assert found["sizeBytes"] is None


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/x.jpg", "https://169.254.169.254/", "ftp://example.com/x.jpg", "x.jpg"],
)
def test_an_address_that_may_not_be_spoken_to_is_refused(test: Caller, url: str) -> None:
    answer = register(test, url)

    assert (answer.status, answer.body["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY")
    assert test("GET", "/v1/media").body["data"] == []


def test_the_same_request_under_one_key_registers_once(test: Caller, site: Site) -> None:
    first = register(test, site.url, idempotency_key="banner")
    again = register(test, site.url, idempotency_key="banner")

    assert (again.status, again.body) == (201, first.body)
    assert len(test("GET", "/v1/media").body["data"]) == 1


def test_a_file_that_no_worker_learns_of_is_left_as_it_was_declared(
    test: Caller, site: Site
) -> None:
    register(test, site.url)
    [message] = messages(runtime.configured().media_queue_url)
    workspace_id, _, mode = message["owner"].partition("#")
    work = MediaJob(owner=Owner(workspace_id, Mode(mode)), media_id=message["media"])
    found = runtime.media_store().get(work.media_id, work.owner)
    assert found is not None
    for _ in range(media.MAX_ATTEMPTS):
        found = media.claim(found, datetime.now(UTC), lease=-datetime.resolution)
        runtime.media_store().claim(found)

    runtime.processor().process(work)

    shown = test("GET", f"/v1/media/{work.media_id}").body
    assert (shown["status"], [each["code"] for each in shown["validationResults"]]) == (
        "READY",
        ["UNREACHABLE"],
    )
    assert site.asked == []


def test_it_can_be_deleted(test: Caller, site: Site) -> None:
    media_id = register(test, site.url).body["id"]

    assert test("DELETE", f"/v1/media/{media_id}").status == 200
    assert test("GET", f"/v1/media/{media_id}").status == 404

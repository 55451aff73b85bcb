"""An upload by the guide's three commands, with the object store's own judgement."""

import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest

from tests.e2e.stack import Caller, until

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00030101002d5d2d5e0000000049454e44ae426082"
)


def put(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(url, data=body, method="PUT", headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_upload_becomes_ready_and_can_be_seen(test: Caller) -> None:
    upload = test("POST", "/v1/media/upload", {"filename": "p.png", "contentType": "image/png", "sizeBytes": len(PNG)}).body

    assert put(upload["uploadUrl"], PNG, upload["uploadHeaders"]) == 200
    path = f"/v1/media/{upload['mediaId']}"
    media = until(lambda: found if (found := test("GET", path).body)["status"] != "PENDING" else None)

    assert (media["status"], media["contentType"], media["sizeBytes"]) == ("READY", "image/png", len(PNG))
    with urllib.request.urlopen(media["url"], timeout=30) as seen:
        assert seen.read() == PNG


@pytest.mark.parametrize(
    ("body", "changed"),
    [(PNG + b"x", {}), (PNG[:-1], {}), (PNG, {"Content-Type": "image/jpeg"}), (PNG, {"x-amz-server-side-encryption": "aws:kms"})],
)
def test_the_store_itself_refuses_anything_else(test: Caller, body: bytes, changed: dict[str, str]) -> None:
    upload = test("POST", "/v1/media/upload", {"filename": "p.png", "contentType": "image/png", "sizeBytes": len(PNG)}).body

    assert put(upload["uploadUrl"], body, upload["uploadHeaders"] | changed) == 403


def test_bytes_of_another_type_fail_with_the_reason(test: Caller) -> None:
    upload = test("POST", "/v1/media/upload", {"filename": "p.jpg", "contentType": "image/jpeg", "sizeBytes": len(PNG)}).body
    put(upload["uploadUrl"], PNG, upload["uploadHeaders"])

    path = f"/v1/media/{upload['mediaId']}"
    media = until(lambda: found if (found := test("GET", path).body)["status"] != "PENDING" else None)

    assert (media["status"], [each["code"] for each in media["validationResults"]]) == ("FAILED", ["TYPE_MISMATCH"])

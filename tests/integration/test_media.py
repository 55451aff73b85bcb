"""Media through its doors and its bucket, on an account made from the template."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import boto3
import pytest
import requests

from herald import runtime
from herald.actions.media import MediaFiles
from herald.aws.dynamodb import Key, Table
from herald.domain.errors import NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.store.media import media_of_key
from tests import files
from tests.doors import door
from tests.integration.conftest import CONTEXT, Answer, Caller, messages, sqs_event
from tests.template import ROOT

PNG = files.picture("PNG")
JPEG = files.picture("JPEG")
DAY = timedelta(hours=24)


def ask(
    caller: Caller, content_type: str = "image/png", size: int = len(PNG), **headers: str
) -> Answer:
    body = {"filename": "photo.png", "contentType": content_type, "sizeBytes": size}
    return caller("POST", "/v1/media/upload", body, **headers)


def put(upload: Mapping[str, Any], content: bytes = PNG) -> str:
    """Upload as the guide does. Returns the object's key."""
    answer = requests.put(
        upload["uploadUrl"], data=content, headers=upload["uploadHeaders"], timeout=5
    )
    assert answer.status_code == 200
    return key_of(upload)


def key_of(upload: Mapping[str, Any]) -> str:
    url: str = upload["uploadUrl"]
    return urlsplit(url).path.removeprefix("/")


def complete(*keys: str) -> None:
    """What S3 tells of these objects, in this order."""
    event = {
        "Records": [
            {"s3": {"bucket": {"name": "herald-media"}, "object": {"key": quote_plus(key)}}}
            for key in keys
        ]
    }
    door("complete_upload").handler(event, CONTEXT)


def process() -> None:
    """Do all the work that is queued."""
    for each in messages(runtime.configured().media_queue_url):
        assert door("process_media").handler(sqs_event(each), CONTEXT) == {"batchItemFailures": []}


def promised(key: str) -> tuple[str, Owner]:
    """Which media of whom the object is."""
    named = media_of_key(key)
    assert named is not None
    return named


def arrived(caller: Caller, content_type: str = "image/png", content: bytes = PNG) -> str:
    """The id of media whose upload is over."""
    upload = ask(caller, content_type, len(content) or 1).body
    complete(put(upload, content))
    process()
    media_id: str = upload["mediaId"]
    return media_id


def read(caller: Caller, media_id: str) -> dict[str, Any]:
    found: dict[str, Any] = caller("GET", f"/v1/media/{media_id}").body
    return found


def rows(table: Table) -> list[dict[str, Any]]:
    """Every media row there is, as it lies in the table."""
    found = table.client.scan(TableName=table.name)["Items"]
    pairs = [
        (each["pk"]["S"], each["sk"]["S"]) for each in found if each["sk"]["S"].startswith("MEDIA#")
    ]
    return [
        row
        for pair in pairs
        for row in table.query(Key("pk").eq(pair[0]) & Key("sk").eq(pair[1])).items
    ]


def objects() -> list[str]:
    return [
        each["Key"]
        for each in boto3.client("s3").list_objects_v2(Bucket="herald-media").get("Contents", [])
    ]


def later(delay: timedelta) -> MediaFiles:
    """The library as it will be."""
    return replace(runtime.media(), now=lambda: datetime.now(UTC) + delay)


def test_an_upload_is_promised_as_the_guide_shows_it(test: Caller) -> None:
    answer = ask(test, "image/jpeg", 204_800)

    assert answer.status == 201
    assert set(answer.body) == {"mediaId", "uploadUrl", "uploadHeaders", "expiresAt"}
    assert answer.body["uploadHeaders"] == {
        "Content-Type": "image/jpeg",
        "x-amz-server-side-encryption": "AES256",
    }
    left = datetime.fromisoformat(answer.body["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14, seconds=50) < left <= timedelta(minutes=15)


def test_every_wrong_field_is_told_at_once(test: Caller) -> None:
    answer = test(
        "POST", "/v1/media/upload", {"filename": "", "contentType": "image/tiff", "sizeBytes": 0}
    )

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert [each["field"] for each in answer.body["error"]["details"]["errors"]] == [
        "filename",
        "contentType",
        "sizeBytes",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"filename": "a\nb"}, "filename"),
        ({"filename": "x" * 256}, "filename"),
        ({"filename": None}, "filename"),
        ({"contentType": "image/svg+xml"}, "contentType"),
        ({"contentType": 7}, "contentType"),
        ({"sizeBytes": 20 * 1024 * 1024 + 1}, "sizeBytes"),
        ({"sizeBytes": "204800"}, "sizeBytes"),
        ({"sizeBytes": True}, "sizeBytes"),
    ],
)
def test_a_wrong_field_is_named(test: Caller, wrong: dict[str, object], field: str) -> None:
    answer = test(
        "POST",
        "/v1/media/upload",
        {"filename": "a.png", "contentType": "image/png", "sizeBytes": 1} | wrong,
    )

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("content_type", "largest"), [("Image/GIF", 20), ("video/mp4", 500), ("application/pdf", 100)]
)
def test_a_type_may_be_as_large_as_its_limit(test: Caller, content_type: str, largest: int) -> None:
    answer = ask(test, content_type, largest * 1024 * 1024)

    assert (answer.status, answer.body["uploadHeaders"]["Content-Type"]) == (
        201,
        content_type.lower(),
    )


def test_an_upload_can_be_asked_for_again(test: Caller) -> None:
    first = ask(test).body

    again = test("POST", f"/v1/media/{first['mediaId']}/refresh-presign")

    assert (again.status, set(again.body)) == (200, set(first))
    assert (again.body["mediaId"], key_of(again.body)) == (first["mediaId"], key_of(first))
    signed = parse_qs(urlsplit(again.body["uploadUrl"]).query)
    assert signed["X-Amz-SignedHeaders"] == [
        "content-length;content-type;host;x-amz-server-side-encryption"
    ]


def test_asked_for_again_it_gets_another_day(test: Caller, table: Table) -> None:
    media_id, owner = promised(key_of(ask(test).body))

    later(timedelta(hours=23)).refresh(media_id, owner, request=IdempotentRequest())

    assert later(timedelta(hours=46)).get(media_id, owner).media.id == media_id
    with pytest.raises(NotFoundError):
        later(timedelta(hours=48)).refresh(media_id, owner, request=IdempotentRequest())


def test_asked_for_again_under_a_key_it_is_asked_once(test: Caller) -> None:
    media_id = ask(test).body["mediaId"]
    path = f"/v1/media/{media_id}/refresh-presign"

    first = test("POST", path, idempotency_key="once-more")
    again = test("POST", path, idempotency_key="once-more")

    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = ask(test).body["mediaId"]
    assert (
        test("POST", f"/v1/media/{other}/refresh-presign", idempotency_key="once-more").status
        == 409
    )
    arrived_file = arrived(test)
    refused = test("POST", f"/v1/media/{arrived_file}/refresh-presign", idempotency_key="too-late")
    assert (refused.status, refused.body["error"]["details"]["status"]) == (409, "READY")


def test_what_has_come_is_not_uploaded_again(test: Caller, live: Caller) -> None:
    media_id = arrived(test)

    again = test("POST", f"/v1/media/{media_id}/refresh-presign")

    assert (
        again.status,
        again.body["error"]["code"],
        again.body["error"]["details"]["status"],
    ) == (409, "CONFLICT", "READY")
    assert live("POST", f"/v1/media/{media_id}/refresh-presign").status == 404
    link = {"url": "https://cdn.example.com/p.png", "filename": "p.png", "contentType": "image/png"}
    registered = test("POST", "/v1/media/register", link).body["id"]
    assert test("POST", f"/v1/media/{registered}/refresh-presign").status == 409


def test_until_it_arrives_media_is_pending_and_has_no_url(test: Caller) -> None:
    found = read(test, ask(test).body["mediaId"])

    assert (found["status"], found["url"], found["dimensions"], found["validationResults"]) == (
        "PENDING",
        None,
        None,
        [],
    )
    assert (found["filename"], found["contentType"], found["sizeBytes"], found["source"]) == (
        "photo.png",
        "image/png",
        len(PNG),
        "upload",
    )


def test_s3_may_tell_of_it_twice(test: Caller, table: Table) -> None:
    upload = ask(test).body
    key = put(upload)
    complete(key, key)
    process()
    before = rows(table)

    complete(key, key)
    process()

    assert rows(table) == before


def test_an_object_that_comes_after_its_media_was_deleted_is_deleted_too(test: Caller) -> None:
    upload = ask(test).body
    test("DELETE", f"/v1/media/{upload['mediaId']}")
    key = put(upload)

    complete(key)

    assert objects() == []


def test_an_object_that_is_no_upload_is_left_alone(aws: None) -> None:
    boto3.client("s3").put_object(
        Bucket="herald-media", Key="uploads/leftover from a migration.jpg", Body=JPEG
    )

    event = json.loads((ROOT / "events/complete_upload/not_an_upload.json").read_text())
    door("complete_upload").handler(event, CONTEXT)

    assert objects() == ["uploads/leftover from a migration.jpg"]


def test_delete_takes_the_row_and_the_file(test: Caller, table: Table) -> None:
    media_id = arrived(test)

    answer = test("DELETE", f"/v1/media/{media_id}")

    assert (answer.status, answer.body) == (200, {"success": True, "id": media_id})
    assert (rows(table), objects()) == ([], [])
    assert test("DELETE", f"/v1/media/{media_id}").status == 404
    assert test("GET", f"/v1/media/{media_id}").status == 404


def test_media_of_others_does_not_exist(live: Caller, test: Caller) -> None:
    media_id = arrived(test)

    assert live("GET", f"/v1/media/{media_id}").status == 404
    assert live("DELETE", f"/v1/media/{media_id}").status == 404
    assert live("GET", "/v1/media").body["data"] == []
    assert read(test, media_id)["status"] == "READY"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_malformed_id_is_refused(test: Caller, method: str) -> None:
    answer = test(method, "/v1/media/media_1")

    assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")


def test_the_list_is_newest_first_and_page_by_page(test: Caller) -> None:
    made = [ask(test).body["mediaId"] for _ in range(5)]

    first = test("GET", "/v1/media?limit=2").body
    second = test("GET", f"/v1/media?limit=2&cursor={first['pagination']['nextCursor']}").body
    third = test("GET", f"/v1/media?limit=2&cursor={second['pagination']['nextCursor']}").body

    pages = [page["data"] for page in (first, second, third)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each["id"] for page in pages for each in page] == sorted(made, reverse=True)
    assert third["pagination"]["nextCursor"] is None


def test_a_filtered_page_is_full_unless_it_is_the_last(test: Caller) -> None:
    ready = []
    for _ in range(3):
        ready.append(arrived(test))
        ask(test)
        ask(test)

    first = test("GET", "/v1/media?status=ready&limit=2").body
    second = test(
        "GET", f"/v1/media?status=ready&limit=2&cursor={first['pagination']['nextCursor']}"
    ).body

    assert [each["id"] for each in first["data"] + second["data"]] == sorted(ready, reverse=True)
    assert (len(first["data"]), second["pagination"]["hasMore"]) == (2, False)
    assert all(each["url"] for each in first["data"])


@pytest.mark.parametrize("query", ["status=broken", "limit=0", "cursor=x"])
def test_a_wrong_query_is_refused(test: Caller, query: str) -> None:
    assert test("GET", f"/v1/media?{query}").status == 400


def test_an_upload_nobody_made_is_gone_after_a_day(test: Caller, table: Table) -> None:
    media_id, owner = promised(key_of(ask(test).body))

    [row] = rows(table)
    assert abs(row["expires_at"] - (datetime.now(UTC) + DAY).timestamp()) < 60
    assert later(DAY - timedelta(minutes=1)).get(media_id, owner).media.id == media_id
    assert later(DAY).list(owner, None, before=None, limit=20).media == []
    with pytest.raises(NotFoundError):
        later(DAY).get(media_id, owner)


def test_what_arrived_does_not_expire(test: Caller, table: Table) -> None:
    arrived(test)
    arrived(test, "image/jpeg", PNG)

    assert all("expires_at" not in row for row in rows(table))


def test_the_same_request_under_one_key_is_one_upload(test: Caller, table: Table) -> None:
    first = ask(test, idempotency_key="photo-1")
    again = ask(test, idempotency_key="photo-1")

    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(rows(table)) == 1
    assert (
        ask(test, size=7, idempotency_key="photo-1").body["error"]["code"] == "IDEMPOTENCY_CONFLICT"
    )


def test_a_key_needs_the_scope(live: Caller) -> None:
    made = live(
        "POST", "/v1/api-keys", {"name": "reader", "scopes": ["media:read"], "mode": "test"}
    ).body
    reader = Caller(made["key"])

    assert reader("GET", "/v1/media").status == 200
    assert ask(reader).body["error"]["details"] == {"requiredScope": "media:write"}

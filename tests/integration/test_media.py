"""Media through its doors and its bucket, on an account made from the template."""

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import boto3
import pytest
import requests
from PIL import Image

from herald import runtime
from herald.actions.media import Library
from herald.actions.processing import Processor
from herald.aws.dynamodb import Key, Table
from herald.aws.s3 import Bucket, Object, Replaced
from herald.domain import media
from herald.domain.errors import NotFoundError
from herald.domain.events import Event, EventType
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import LEASE, MediaJob
from herald.domain.media import Media, MediaStatus
from herald.domain.owners import Owner
from herald.store.event_rows import loaded
from herald.store.media import MediaStore, file_key, named_by, thumbnail_key
from tests import files, films
from tests.doors import door
from tests.integration.conftest import CONTEXT, Answer, Caller, messages, sqs_event
from tests.template import ROOT

PNG, JPEG = files.picture("PNG"), files.picture("JPEG")
DAY = timedelta(hours=24)


def ask(caller: Caller, content_type: str = "image/png", size: int = len(PNG), **headers: str) -> Answer:
    body = {"filename": "photo.png", "contentType": content_type, "sizeBytes": size}
    return caller("POST", "/v1/media/upload", body, **headers)


def put(upload: Mapping[str, Any], content: bytes = PNG) -> str:
    """Upload as the guide does. Returns the object's key."""
    answer = requests.put(upload["uploadUrl"], data=content, headers=upload["uploadHeaders"], timeout=5)
    assert answer.status_code == 200
    return key_of(upload)


def key_of(upload: Mapping[str, Any]) -> str:
    url: str = upload["uploadUrl"]
    return urlsplit(url).path.removeprefix("/")


def complete(*keys: str) -> None:
    """What S3 tells of these objects, in this order."""
    event = {"Records": [{"s3": {"bucket": {"name": "herald-media"}, "object": {"key": quote_plus(key)}}} for key in keys]}
    door("complete_upload").handler(event, CONTEXT)


def process() -> None:
    """Do all the work that is queued."""
    for each in messages(runtime.configured().media_queue_url):
        assert door("process_media").handler(sqs_event(each), CONTEXT) == {"batchItemFailures": []}


def promised(key: str) -> tuple[str, Owner]:
    """Which media of whom the object is."""
    named = named_by(key)
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
    pairs = [(each["pk"]["S"], each["sk"]["S"]) for each in found if each["sk"]["S"].startswith("MEDIA#")]
    return [row for pair in pairs for row in table.query(Key("pk").eq(pair[0]) & Key("sk").eq(pair[1])).items]


def loaded_media(key: str) -> list[Media]:
    """The media of that upload, as its store gives it."""
    found = runtime.media_store().load(*promised(key))
    return [found] if found else []


def events(table: Table) -> Iterator[Event]:
    for row in rows(table):
        yield from loaded(row.get("events", "[]"))


def objects() -> list[str]:
    return [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket="herald-media").get("Contents", [])]


def later(delay: timedelta) -> Library:
    """The library as it will be."""
    return replace(runtime.media(), now=lambda: datetime.now(UTC) + delay)


def processor(delay: timedelta = timedelta()) -> Processor:
    """The processor as it will be."""
    return replace(runtime.processor(), now=lambda: datetime.now(UTC) + delay)


def interrupted(happening: Callable[[], object]) -> Processor:
    """A processor that has made its file, but not told of it, when this happens."""
    calls = count()

    def now() -> datetime:
        if next(calls) == 1:
            happening()
        return datetime.now(UTC)

    return replace(runtime.processor(), now=now)


def test_an_upload_is_promised_as_the_guide_shows_it(test: Caller) -> None:
    answer = ask(test, "image/jpeg", 204_800)

    assert answer.status == 201
    assert set(answer.body) == {"mediaId", "uploadUrl", "uploadHeaders", "expiresAt"}
    assert answer.body["uploadHeaders"] == {"Content-Type": "image/jpeg", "x-amz-server-side-encryption": "AES256"}
    left = datetime.fromisoformat(answer.body["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14, seconds=50) < left <= timedelta(minutes=15)


def test_the_url_signs_type_encryption_and_length_at_the_buckets_own_region(test: Caller) -> None:
    url = urlsplit(ask(test).body["uploadUrl"])

    assert url.netloc == "herald-media.s3.eu-west-1.amazonaws.com"
    signed = parse_qs(url.query)
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host;x-amz-server-side-encryption"]
    assert signed["X-Amz-Expires"] == ["900"]
    assert not [name for name in signed if "checksum" in name.lower()]


def test_with_an_endpoint_of_its_own_the_bucket_is_in_the_path(test: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")

    url = urlsplit(ask(test).body["uploadUrl"])

    assert url.netloc == "127.0.0.1:4566"
    assert url.path.startswith("/herald-media/uploads/ws_")


def test_every_wrong_field_is_told_at_once(test: Caller) -> None:
    answer = test("POST", "/v1/media/upload", {"filename": "", "contentType": "image/tiff", "sizeBytes": 0})

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert [each["field"] for each in answer.body["error"]["details"]["errors"]] == ["filename", "contentType", "sizeBytes"]


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
    answer = test("POST", "/v1/media/upload", {"filename": "a.png", "contentType": "image/png", "sizeBytes": 1} | wrong)

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, field)


@pytest.mark.parametrize(("content_type", "largest"), [("Image/GIF", 20), ("video/mp4", 500), ("application/pdf", 100)])
def test_a_type_may_be_as_large_as_its_limit(test: Caller, content_type: str, largest: int) -> None:
    answer = ask(test, content_type, largest * 1024 * 1024)

    assert (answer.status, answer.body["uploadHeaders"]["Content-Type"]) == (201, content_type.lower())


def test_an_upload_can_be_asked_for_again(test: Caller) -> None:
    first = ask(test).body

    again = test("POST", f"/v1/media/{first['mediaId']}/refresh-presign")

    assert (again.status, set(again.body)) == (200, set(first))
    assert (again.body["mediaId"], key_of(again.body)) == (first["mediaId"], key_of(first))
    signed = parse_qs(urlsplit(again.body["uploadUrl"]).query)
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host;x-amz-server-side-encryption"]


def test_asked_for_again_it_gets_another_day(test: Caller, table: Table) -> None:
    media_id, owner = promised(key_of(ask(test).body))

    later(timedelta(hours=23)).refresh(media_id, owner, request=IdempotentRequest())

    assert later(timedelta(hours=46)).read(media_id, owner).media.id == media_id
    with pytest.raises(NotFoundError):
        later(timedelta(hours=48)).refresh(media_id, owner, request=IdempotentRequest())


def test_asked_for_again_under_a_key_it_is_asked_once(test: Caller) -> None:
    media_id = ask(test).body["mediaId"]
    path = f"/v1/media/{media_id}/refresh-presign"

    first, again = (test("POST", path, idempotency_key="once-more") for _ in range(2))

    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = ask(test).body["mediaId"]
    assert test("POST", f"/v1/media/{other}/refresh-presign", idempotency_key="once-more").status == 409
    arrived_file = arrived(test)
    refused = test("POST", f"/v1/media/{arrived_file}/refresh-presign", idempotency_key="too-late")
    assert (refused.status, refused.body["error"]["details"]["status"]) == (409, "READY")


def test_what_has_come_is_not_uploaded_again(test: Caller, live: Caller) -> None:
    media_id = arrived(test)

    again = test("POST", f"/v1/media/{media_id}/refresh-presign")

    assert (again.status, again.body["error"]["code"], again.body["error"]["details"]["status"]) == (409, "CONFLICT", "READY")
    assert live("POST", f"/v1/media/{media_id}/refresh-presign").status == 404
    link = {"url": "https://cdn.example.com/p.png", "filename": "p.png", "contentType": "image/png"}
    registered = test("POST", "/v1/media/register", link).body["id"]
    assert test("POST", f"/v1/media/{registered}/refresh-presign").status == 409


def test_until_it_arrives_media_is_pending_and_has_no_url(test: Caller) -> None:
    found = read(test, ask(test).body["mediaId"])

    assert (found["status"], found["url"], found["dimensions"], found["validationResults"]) == ("PENDING", None, None, [])
    assert (found["filename"], found["contentType"], found["sizeBytes"], found["source"]) == (
        "photo.png",
        "image/png",
        len(PNG),
        "upload",
    )


def test_what_arrived_is_processed_before_it_is_ready(test: Caller) -> None:
    upload = ask(test).body

    complete(put(upload))

    found = read(test, upload["mediaId"])
    assert (found["status"], found["url"], found["thumbnailUrl"]) == ("PROCESSING", None, None)


def test_a_png_is_ready_as_a_jpeg_with_a_thumbnail(test: Caller) -> None:
    found = read(test, arrived(test))

    made = requests.get(found["url"], timeout=5)
    assert (found["id"], found["status"], found["contentType"]) == (found["mediaId"], "READY", "image/jpeg")
    assert (made.headers["Content-Type"], len(made.content)) == ("image/jpeg", found["sizeBytes"])
    assert found["dimensions"] == {"width": 61, "height": 33}
    assert Image.open(BytesIO(made.content)).format == "JPEG"
    assert Image.open(BytesIO(requests.get(found["thumbnailUrl"], timeout=5).content)).size == (61, 33)


def test_a_video_is_ready_as_it_came(test: Caller) -> None:
    content = files.mp4(at_the_end=True)

    found = read(test, arrived(test, "video/mp4", content))

    assert (found["status"], found["contentType"], found["sizeBytes"]) == ("READY", "video/mp4", len(content))
    assert (found["durationSeconds"], found["dimensions"], found["codecs"], found["frameRate"]) == (
        2.0,
        {"width": 61, "height": 33},
        ["avc1"],
        25.0,
    )
    assert found["thumbnailUrl"] is None
    assert requests.get(found["url"], timeout=5).content == content


def test_a_phones_film_is_ready_with_a_poster(test: Caller) -> None:
    content = films.content("mov turned by 90")

    found = read(test, arrived(test, "video/quicktime", content))

    assert (found["status"], found["contentType"], found["validationResults"]) == ("READY", "video/quicktime", [])
    assert (found["dimensions"], found["durationSeconds"], found["frameRate"], found["codecs"]) == (
        {"width": 90, "height": 160},
        1.0,
        24.0,
        ["avc1", "mp4a"],
    )
    assert requests.get(found["url"], timeout=5).content == content
    poster = requests.get(found["thumbnailUrl"], timeout=5)
    assert poster.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(poster.content)).size == (90, 160)
    assert [key.split("/")[0] for key in objects()] == ["media", "thumbnails"]


@pytest.mark.parametrize("name", ["fragmented", "recorded"])
def test_a_recording_whose_header_says_no_duration_says_one(test: Caller, name: str) -> None:
    made = {
        "fragmented": ("video/mp4", films.content("mp4 in fragments")),
        "recorded": ("video/webm", films.content("webm vp8 of a browser")),
    }

    found = read(test, arrived(test, *made[name]))

    assert (found["status"], found["durationSeconds"], found["frameRate"]) == ("READY", 1.0, 24.0)


class Deadly(Bucket):
    """Whoever looks at a film of it dies when it asks for more of it, as of a fault in native code: so many times."""

    deaths: int

    def read(self, found: Object, at: int, count: int) -> bytes:
        for player in films.players():
            if self.deaths:
                self.deaths -= 1
                os.kill(player, signal.SIGSEGV)
        return super().read(found, at, count)


def deadly(deaths: int) -> Processor:
    bucket = Deadly("herald-media")
    bucket.deaths = deaths
    return replace(runtime.processor(), bucket=bucket)


@pytest.mark.parametrize(("deaths", "status", "codes"), [(1, "READY", []), (2, "READY", []), (3, "FAILED", ["UNREADABLE"])])
def test_the_third_death_of_a_film_ends_it(test: Caller, table: Table, deaths: int, status: str, codes: list[str]) -> None:
    content = films.content("mp4 h264 large")
    upload = ask(test, "video/mp4", len(content)).body
    complete(put(upload, content))
    [message] = messages(runtime.configured().media_queue_url)

    deadly(deaths).process(MediaJob.from_body(message))

    found = read(test, upload["mediaId"])
    assert (found["status"], [each["code"] for each in found["validationResults"]]) == (status, codes)
    [row] = rows(table)
    assert (row["attempts"], row.get("due_at")) == (deaths + 1, None)
    assert [key.split("/")[0] for key in objects()] == (["media", "thumbnails"] if status == "READY" else [])


def test_a_death_is_counted_before_it_comes(test: Caller, table: Table) -> None:
    content = films.content("mp4 h264 large")
    upload = ask(test, "video/mp4", len(content)).body
    complete(put(upload, content))
    [message] = messages(runtime.configured().media_queue_url)
    counted: list[int] = []

    class Watched(Bucket):
        def begin(self, key: str, count: int) -> Object | None:
            counted.extend(row["attempts"] for row in rows(table))
            return super().begin(key, count)

    replace(runtime.processor(), bucket=Watched("herald-media")).process(MediaJob.from_body(message))

    assert counted == [1]


def test_a_document_says_its_pages(test: Caller) -> None:
    found = read(test, arrived(test, "application/pdf", files.pdf(3)))

    assert (found["status"], found["pageCount"], found["dimensions"]) == ("READY", 3, None)


def test_ready_and_its_event_are_one_write(test: Caller, table: Table) -> None:
    media_id = arrived(test)

    [told] = events(table)
    size = read(test, media_id)["sizeBytes"]
    assert told.type is EventType.MEDIA_UPLOADED
    assert told.facts == {
        "media_id": media_id,
        "filename": "photo.png",
        "content_type": "image/jpeg",
        "size_bytes": size,
    }


def test_nothing_is_left_but_the_result(test: Caller) -> None:
    media_id = arrived(test)

    assert [key.split("/")[0] for key in objects()] == ["media", "thumbnails"]
    assert all(f"/{media_id}/" in key for key in objects())


def test_a_second_put_with_the_same_url_never_changes_what_is_ready(test: Caller, table: Table) -> None:
    upload = ask(test).body
    complete(put(upload))
    process()
    before, url = rows(table), read(test, upload["mediaId"])["url"]
    content = requests.get(url, timeout=5).content

    complete(put(upload, files.picture("PNG", "L")))
    process()

    assert rows(table) == before
    assert requests.get(url, timeout=5).content == content
    assert [key.split("/")[0] for key in objects()] == ["media", "thumbnails"]


def test_s3_may_tell_of_it_twice(test: Caller, table: Table) -> None:
    upload = ask(test).body
    key = put(upload)
    complete(key, key)
    process()
    before = rows(table)

    complete(key, key)
    process()

    assert rows(table) == before


def test_a_message_that_comes_twice_does_its_work_once(test: Caller, table: Table) -> None:
    upload = ask(test).body
    complete(put(upload))
    [message] = messages(runtime.configured().media_queue_url)
    door("process_media").handler(sqs_event(message, message), CONTEXT)
    before = rows(table)

    door("process_media").handler(sqs_event(message), CONTEXT)

    assert rows(table) == before
    assert before[0]["attempts"] == 1


def test_a_clock_that_is_a_second_behind_delays_nothing(test: Caller) -> None:
    key = put(ask(test).body)
    complete(key)
    [message] = messages(runtime.configured().media_queue_url)

    processor(-timedelta(seconds=1)).process(MediaJob.from_body(message))

    assert [each.status for each in loaded_media(key)] == [MediaStatus.READY]


def swept(later: timedelta) -> int:
    """How many files the sweep sends so much later."""
    sweeps = replace(runtime.sweeps(), now=lambda: datetime.now(UTC) + later)
    return sweeps.release()["media"]


def test_a_worker_that_died_is_found_by_the_sweep(test: Caller, table: Table) -> None:
    key = put(ask(test).body)
    complete(key)
    messages(runtime.configured().media_queue_url)  # lost
    [found] = loaded_media(key)
    runtime.media_store().claim(media.claim(found, datetime.now(UTC), lease=LEASE))  # and its worker died

    assert swept(LEASE) == 0
    assert swept(LEASE + timedelta(seconds=6)) == 1

    [message] = messages(runtime.configured().media_queue_url)
    processor(LEASE + timedelta(seconds=6)).process(MediaJob.from_body(message))
    [settled] = loaded_media(key)
    assert (settled.status, settled.attempts) == (MediaStatus.READY, 2)


def test_a_file_that_no_worker_survives_fails_at_last(test: Caller) -> None:
    found = survived_by_nobody(put(ask(test).body), media.MAX_ATTEMPTS)

    shown = read(test, found.id)
    assert (shown["status"], [each["code"] for each in shown["validationResults"]]) == ("FAILED", ["UNREADABLE"])
    assert runtime.sweeps().release()["media"] == 0
    assert objects() == []


def test_a_file_that_two_workers_did_not_survive_is_ready_by_the_third(test: Caller) -> None:
    found = survived_by_nobody(put(ask(test).body), media.MAX_ATTEMPTS - 1)

    assert read(test, found.id)["status"] == "READY"


def survived_by_nobody(key: str, workers: int) -> Media:
    """An upload that so many workers began to look at, and died; then another one came."""
    complete(key)
    [found] = loaded_media(key)
    for attempt in range(workers):
        found = media.claim(found, datetime.now(UTC) + attempt * LEASE, lease=LEASE)
        runtime.media_store().claim(found)
    processor(4 * LEASE).process(MediaJob(owner=found.owner, media_id=found.id))
    return found


def test_a_worker_that_was_overtaken_leaves_nothing_behind(test: Caller, table: Table) -> None:
    key = put(ask(test).body)
    complete(key)
    [message] = messages(runtime.configured().media_queue_url)

    interrupted(lambda: processor(2 * LEASE).process(MediaJob.from_body(message))).process(MediaJob.from_body(message))

    [found] = loaded_media(key)
    assert (found.status, found.attempts) == (MediaStatus.READY, 2)
    assert objects() == [file_key(found), thumbnail_key(found)]


class Repeating(MediaStore):
    """Its answer is lost, so the call is made again, as AWS's client does by itself."""

    def settle(self, media: Media, *, events: Iterable[Event]) -> None:
        super().settle(media, events=events)
        super().settle(media, events=events)


def test_a_write_whose_answer_was_lost_takes_no_file_away(test: Caller, table: Table) -> None:
    key = put(ask(test).body)
    complete(key)
    [message] = messages(runtime.configured().media_queue_url)

    replace(runtime.processor(), store=Repeating(table)).process(MediaJob.from_body(message))

    [found] = loaded_media(key)
    assert found.status is MediaStatus.READY
    assert objects() == [file_key(found), thumbnail_key(found)]


def test_what_is_deleted_while_it_is_looked_at_stays_deleted(test: Caller, table: Table) -> None:
    upload = ask(test).body
    complete(put(upload))
    [message] = messages(runtime.configured().media_queue_url)

    interrupted(lambda: test("DELETE", f"/v1/media/{upload['mediaId']}")).process(MediaJob.from_body(message))

    assert (rows(table), objects()) == ([], [])


def test_an_upload_that_is_gone_before_it_was_looked_at_fails(test: Caller) -> None:
    upload = ask(test).body
    complete(key_of(upload))
    process()

    found = read(test, upload["mediaId"])
    assert (found["status"], [each["code"] for each in found["validationResults"]]) == ("FAILED", ["REPLACED"])


def test_an_upload_that_is_replaced_while_it_is_looked_at_fails(test: Caller) -> None:
    upload = ask(test).body
    key = put(upload)
    seen = runtime.bucket().begin(key, 16)
    assert seen is not None
    put(upload, PNG[:-1] + b"!")

    with pytest.raises(Replaced):
        runtime.bucket().read(seen, 0, seen.size)


@pytest.mark.parametrize(
    ("content_type", "content", "code"),
    [
        ("image/png", JPEG, "TYPE_MISMATCH"),
        ("image/jpeg", PNG, "TYPE_MISMATCH"),
        ("video/mp4", b"<html>", "UNSUPPORTED_TYPE"),
        ("image/png", b"", "EMPTY_FILE"),
        ("image/png", PNG[:-20], "TRUNCATED"),
        ("video/mp4", files.mp4(index=b""), "TRUNCATED"),
    ],
)
def test_what_is_not_what_it_was_declared_fails_and_says_why(
    test: Caller, table: Table, content_type: str, content: bytes, code: str
) -> None:
    found = read(test, arrived(test, content_type, content))

    assert (found["status"], found["url"]) == ("FAILED", None)
    assert [each["code"] for each in found["validationResults"]] == [code]
    assert found["validationResults"][0]["message"]
    assert list(events(table)) == []


def test_an_object_that_comes_after_its_media_was_deleted_is_deleted_too(test: Caller) -> None:
    upload = ask(test).body
    test("DELETE", f"/v1/media/{upload['mediaId']}")
    key = put(upload)

    complete(key)

    assert objects() == []


def test_an_object_that_is_no_upload_is_left_alone(aws: None) -> None:
    boto3.client("s3").put_object(Bucket="herald-media", Key="uploads/leftover from a migration.jpg", Body=JPEG)

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
    second = test("GET", f"/v1/media?status=ready&limit=2&cursor={first['pagination']['nextCursor']}").body

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
    assert later(DAY - timedelta(minutes=1)).read(media_id, owner).media.id == media_id
    assert later(DAY).page(owner, None, before=None, limit=20).media == []
    with pytest.raises(NotFoundError):
        later(DAY).read(media_id, owner)


def test_what_arrived_does_not_expire(test: Caller, table: Table) -> None:
    arrived(test)
    arrived(test, "image/jpeg", PNG)

    assert all("expires_at" not in row for row in rows(table))


def test_the_same_request_under_one_key_is_one_upload(test: Caller, table: Table) -> None:
    first, again = (ask(test, idempotency_key="photo-1") for _ in range(2))

    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(rows(table)) == 1
    assert ask(test, size=7, idempotency_key="photo-1").body["error"]["code"] == "IDEMPOTENCY_CONFLICT"


def test_a_key_needs_the_scope(live: Caller) -> None:
    made = live("POST", "/v1/api-keys", {"name": "reader", "scopes": ["media:read"], "mode": "test"}).body
    reader = Caller(made["key"])

    assert reader("GET", "/v1/media").status == 200
    assert ask(reader).body["error"]["details"] == {"requiredScope": "media:write"}

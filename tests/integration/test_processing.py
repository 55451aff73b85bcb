"""What arrived is looked at, made ready or refused, whoever dies over it."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

import pytest
import requests
from PIL import Image

from herald import runtime
from herald.actions.processing import Processor
from herald.aws.dynamodb import Table
from herald.aws.s3 import Bucket, Object, Replaced
from herald.domain import media
from herald.domain.events import Event, EventType
from herald.domain.jobs import LEASE, MediaJob
from herald.domain.media import Media, MediaStatus
from herald.store.event_rows import loaded
from herald.store.media import MediaStore, file_key, thumbnail_key
from tests import files, films
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, messages, sqs_event
from tests.integration.test_media import (
    JPEG,
    PNG,
    arrived,
    ask,
    complete,
    key_of,
    objects,
    process,
    promised,
    put,
    read,
    rows,
)


def loaded_media(key: str) -> list[Media]:
    """The media of that upload, as its store gives it."""
    found = runtime.media_store().get(*promised(key))
    return [found] if found else []


def events(table: Table) -> Iterator[Event]:
    for row in rows(table):
        yield from loaded(row.get("events", "[]"))


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


def test_what_arrived_is_processed_before_it_is_ready(test: Caller) -> None:
    upload = ask(test).body

    complete(put(upload))

    found = read(test, upload["mediaId"])
    assert (found["status"], found["url"], found["thumbnailUrl"]) == ("PROCESSING", None, None)


def test_a_png_is_ready_as_a_jpeg_with_a_thumbnail(test: Caller) -> None:
    found = read(test, arrived(test))

    made = requests.get(found["url"], timeout=5)
    assert (found["id"], found["status"], found["contentType"]) == (
        found["mediaId"],
        "READY",
        "image/jpeg",
    )
    assert (made.headers["Content-Type"], len(made.content)) == ("image/jpeg", found["sizeBytes"])
    assert found["dimensions"] == {"width": 61, "height": 33}
    assert Image.open(BytesIO(made.content)).format == "JPEG"
    assert Image.open(BytesIO(requests.get(found["thumbnailUrl"], timeout=5).content)).size == (
        61,
        33,
    )


def test_a_video_is_ready_as_it_came(test: Caller) -> None:
    content = files.mp4(at_the_end=True)

    found = read(test, arrived(test, "video/mp4", content))

    assert (found["status"], found["contentType"], found["sizeBytes"]) == (
        "READY",
        "video/mp4",
        len(content),
    )
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

    assert (found["status"], found["contentType"], found["validationResults"]) == (
        "READY",
        "video/quicktime",
        [],
    )
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
    """Kill whoever looks at a film when they ask for more of it, so many times.

    A fault in native code ends a worker in the same way.
    """

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


@pytest.mark.parametrize(
    ("deaths", "status", "codes"),
    [(1, "READY", []), (2, "READY", []), (3, "FAILED", ["UNREADABLE"])],
)
def test_the_third_death_of_a_film_ends_it(
    test: Caller, table: Table, deaths: int, status: str, codes: list[str]
) -> None:
    content = films.content("mp4 h264 large")
    upload = ask(test, "video/mp4", len(content)).body
    complete(put(upload, content))
    [message] = messages(runtime.configured().media_queue_url)

    deadly(deaths).process(MediaJob.from_body(message))

    found = read(test, upload["mediaId"])
    assert (found["status"], [each["code"] for each in found["validationResults"]]) == (
        status,
        codes,
    )
    [row] = rows(table)
    assert (row["attempts"], row.get("due_at")) == (deaths + 1, None)
    assert [key.split("/")[0] for key in objects()] == (
        ["media", "thumbnails"] if status == "READY" else []
    )


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

    replace(runtime.processor(), bucket=Watched("herald-media")).process(
        MediaJob.from_body(message)
    )

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


def test_a_second_put_with_the_same_url_never_changes_what_is_ready(
    test: Caller, table: Table
) -> None:
    upload = ask(test).body
    complete(put(upload))
    process()
    before = rows(table)
    url = read(test, upload["mediaId"])["url"]
    content = requests.get(url, timeout=5).content

    complete(put(upload, files.picture("PNG", "L")))
    process()

    assert rows(table) == before
    assert requests.get(url, timeout=5).content == content
    assert [key.split("/")[0] for key in objects()] == ["media", "thumbnails"]


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
    runtime.media_store().claim(
        media.claim(found, datetime.now(UTC), lease=LEASE)
    )  # and its worker died

    assert swept(LEASE) == 0
    assert swept(LEASE + timedelta(seconds=6)) == 1

    [message] = messages(runtime.configured().media_queue_url)
    processor(LEASE + timedelta(seconds=6)).process(MediaJob.from_body(message))
    [settled] = loaded_media(key)
    assert (settled.status, settled.attempts) == (MediaStatus.READY, 2)


def test_a_file_that_no_worker_survives_fails_at_last(test: Caller) -> None:
    found = survived_by_nobody(put(ask(test).body), media.MAX_ATTEMPTS)

    shown = read(test, found.id)
    assert (shown["status"], [each["code"] for each in shown["validationResults"]]) == (
        "FAILED",
        ["UNREADABLE"],
    )
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

    interrupted(lambda: processor(2 * LEASE).process(MediaJob.from_body(message))).process(
        MediaJob.from_body(message)
    )

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

    interrupted(lambda: test("DELETE", f"/v1/media/{upload['mediaId']}")).process(
        MediaJob.from_body(message)
    )

    assert (rows(table), objects()) == ([], [])


def test_an_upload_that_is_gone_before_it_was_looked_at_fails(test: Caller) -> None:
    upload = ask(test).body
    complete(key_of(upload))
    process()

    found = read(test, upload["mediaId"])
    assert (found["status"], [each["code"] for each in found["validationResults"]]) == (
        "FAILED",
        ["REPLACED"],
    )


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

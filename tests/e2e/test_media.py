"""An upload by the guide's three commands, with the object store's own judgement."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from tests import files, films
from tests.e2e.stack import Caller, until

PNG = files.picture("PNG", "RGBA")


def put(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(url, data=body, method="PUT", headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def settled(test: Caller, path: str) -> dict[str, Any]:
    """The media once it has been looked at."""
    found: dict[str, Any] = until(
        lambda: each if (each := test("GET", path).body)["status"] in {"READY", "FAILED"} else None
    )
    return found


def uploaded(test: Caller, content: bytes, content_type: str) -> dict[str, Any]:
    body = {"filename": "p", "contentType": content_type, "sizeBytes": len(content)}
    upload = test("POST", "/v1/media/upload", body).body
    assert put(upload["uploadUrl"], content, upload["uploadHeaders"]) == 200
    return settled(test, f"/v1/media/{upload['mediaId']}")


def seen(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        content: bytes = answer.read()
        return content


def test_a_png_becomes_a_jpeg_that_can_be_seen(test: Caller) -> None:
    media = uploaded(test, PNG, "image/png")

    assert (media["status"], media["contentType"]) == ("READY", "image/jpeg")
    content = seen(media["url"])
    assert (content[:3], len(content)) == (b"\xff\xd8\xff", media["sizeBytes"])
    assert seen(media["thumbnailUrl"])[:3] == b"\xff\xd8\xff"


def test_a_video_is_copied_inside_the_store(test: Caller) -> None:
    video = files.mp4(at_the_end=True, content=300_000)

    media = uploaded(test, video, "video/mp4")

    assert (media["status"], media["durationSeconds"], media["sizeBytes"]) == (
        "READY",
        2.0,
        len(video),
    )
    assert seen(media["url"]) == video


def test_a_phones_film_has_a_poster_that_can_be_seen(test: Caller) -> None:
    film = films.content("mov turned by 90")

    media = uploaded(test, film, "video/quicktime")

    assert (media["status"], media["durationSeconds"], media["dimensions"]) == (
        "READY",
        1.0,
        {"width": 90, "height": 160},
    )
    assert seen(media["url"]) == film
    assert seen(media["thumbnailUrl"])[:3] == b"\xff\xd8\xff"


def test_an_url_used_again_changes_nothing(test: Caller) -> None:
    body = {"filename": "p.png", "contentType": "image/png", "sizeBytes": len(PNG)}
    upload = test("POST", "/v1/media/upload", body).body
    put(upload["uploadUrl"], PNG, upload["uploadHeaders"])
    ready = settled(test, f"/v1/media/{upload['mediaId']}")
    before = seen(ready["url"])

    assert put(upload["uploadUrl"], bytes(len(PNG)), upload["uploadHeaders"]) == 200

    assert seen(ready["url"]) == before
    assert test("GET", f"/v1/media/{upload['mediaId']}").body["updatedAt"] == ready["updatedAt"]


def test_a_document_says_its_pages(test: Caller) -> None:
    assert uploaded(test, files.pdf(3), "application/pdf")["pageCount"] == 3


def test_a_registered_file_is_ready_at_once(test: Caller) -> None:
    body = {
        "url": "https://cdn.invalid/banner.jpg",
        "contentType": "image/jpeg",
        "filename": "banner.jpg",
    }

    made = test("POST", "/v1/media/register", body)

    assert (made.status, made.body["status"], made.body["url"]) == (201, "READY", body["url"])
    path = f"/v1/media/{made.body['id']}"
    found = until(lambda: each if (each := test("GET", path).body)["validationResults"] else None)
    assert [each["code"] for each in found["validationResults"]] == ["UNREACHABLE"]


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (PNG + b"x", {}),
        (PNG[:-1], {}),
        (PNG, {"Content-Type": "image/jpeg"}),
        (PNG, {"x-amz-server-side-encryption": "aws:kms"}),
    ],
)
def test_the_store_itself_refuses_anything_else(
    test: Caller, body: bytes, changed: dict[str, str]
) -> None:
    upload = test(
        "POST",
        "/v1/media/upload",
        {"filename": "p.png", "contentType": "image/png", "sizeBytes": len(PNG)},
    ).body

    assert put(upload["uploadUrl"], body, upload["uploadHeaders"] | changed) == 403


def test_bytes_of_another_type_fail_with_the_reason(test: Caller) -> None:
    upload = test(
        "POST",
        "/v1/media/upload",
        {"filename": "p.jpg", "contentType": "image/jpeg", "sizeBytes": len(PNG)},
    ).body
    put(upload["uploadUrl"], PNG, upload["uploadHeaders"])

    path = f"/v1/media/{upload['mediaId']}"
    media = settled(test, path)

    assert (media["status"], [each["code"] for each in media["validationResults"]]) == (
        "FAILED",
        ["TYPE_MISMATCH"],
    )


# ---------------------------------------------------------------------------- posts that carry them


def shown(test: Caller, account: str) -> dict[str, list[str]]:
    """The files of everything that is live in the sandbox, by its text."""
    page = test("GET", f"/v1/sandbox/posts?accountId={account}&limit=100").body
    return {each["content"]: [media["id"] for media in each["media"]] for each in page["data"]}


def test_a_picture_goes_out_with_its_post_and_each_part_with_its_own(test: Caller) -> None:
    account = test.connect("bluesky", username=uuid4().hex)
    first = uploaded(test, PNG, "image/png")["id"]
    second = uploaded(test, PNG, "image/png")["id"]
    body = {
        "content": "one",
        "accountIds": [account],
        "media": [{"id": first, "altText": "A glow."}],
        "threadPosts": [{"content": "two", "mediaIds": [second]}, {"content": "three"}],
        "firstComment": "first!",
        "publishNow": True,
    }
    key = uuid4().hex

    made = test("POST", "/v1/posts", body, idempotency_key=key)
    again = test("POST", "/v1/posts", body, idempotency_key=key)
    done = test.finished(made.body["id"])

    assert (made.status, again.body["id"], done["status"]) == (201, made.body["id"], "published")
    assert seen(done["media"][0]["url"])[:3] == b"\xff\xd8\xff"
    assert until(lambda: found if len(found := shown(test, account)) == 4 else None) == {
        "one": [first],
        "two": [second],
        "three": [],
        "first!": [],
    }


def test_many_posts_with_a_picture_and_one_without_it(test: Caller) -> None:
    account = test.connect("bluesky", username=uuid4().hex)
    picture = uploaded(test, PNG, "image/png")["id"]
    posts = [
        {"content": str(number), "accountIds": [account], "media": [each], "publishNow": True}
        for number, each in enumerate((picture, "media_" + "0" * 24, picture))
    ]

    answer = test("POST", "/v1/posts/bulk", {"posts": posts})

    assert (answer.status, [each["status"] for each in answer.body["results"]]) == (
        207,
        ["created", "failed", "created"],
    )
    for each in (0, 2):
        assert test.finished(answer.body["results"][each]["post"]["id"])["status"] == "published"
    assert shown(test, account) == {"0": [picture], "2": [picture]}


def test_what_a_post_needs_is_not_deleted_until_it_has_gone_out(test: Caller) -> None:
    account = test.connect("bluesky", username=uuid4().hex)
    picture = uploaded(test, PNG, "image/png")["id"]
    body = {
        "content": "",
        "accountIds": [account],
        "media": [picture],
        "scheduledFor": "2099-01-01T00:00:00Z",
    }
    post = test("POST", "/v1/posts", body).body

    refused = test("DELETE", f"/v1/media/{picture}")
    assert (refused.status, refused.body["error"]["details"]) == (
        409,
        {"status": "scheduled", "postId": post["id"]},
    )
    test("POST", f"/v1/posts/{post['id']}/publish")
    assert test.finished(post["id"])["status"] == "published"

    assert test("DELETE", f"/v1/media/{picture}").status == 200
    assert test("GET", f"/v1/posts/{post['id']}").body["media"] == [
        {"id": picture, "url": None, "type": None}
    ]


def test_a_failed_target_is_fixed_with_a_file_that_lies_elsewhere(test: Caller) -> None:
    account = test.connect("bluesky", username=uuid4().hex)
    picture = uploaded(test, PNG, "image/png")["id"]
    body = {
        "content": "#sandbox:media-rejected",
        "accountIds": [account],
        "media": [picture],
        "publishNow": True,
    }
    failed = test.finished(test("POST", "/v1/posts", body).body["id"])
    path = f"/v1/posts/{failed['id']}/platforms/{failed['platforms'][0]['postPlatformId']}/fix"

    fixed = test("POST", path, {"mediaUrl": "https://cdn.invalid/corrected.jpg", "content": "Anew"})

    assert (failed["status"], fixed.status, test.finished(failed["id"])["status"]) == (
        "failed",
        202,
        "published",
    )
    [[new]] = shown(test, account).values()
    assert test("GET", f"/v1/media/{new}").body["url"] == "https://cdn.invalid/corrected.jpg"

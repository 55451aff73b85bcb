"""Posts with media, from the wire and back: what names a file, what is shown, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from herald import runtime
from herald.actions.lifecycle import PostDetails
from herald.actions.posts import Edit, NewPost, Posts
from herald.api.voxburst.posts import body as rendered
from herald.aws.dynamodb import Key, Table, Update
from herald.domain import idempotency
from herald.domain.content import MediaRef, PostContent
from herald.domain.errors import ConflictError, PostChangedError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.media import ContentType, Dimensions, Finding, Flaw, Media, MediaStatus, Source
from herald.store.media import FEW, MediaStore
from herald.store.posts import PostStore
from tests.doors import door
from tests.integration.conftest import CONTEXT, Answer, Caller, drain, messages, owner_of, sqs_event
from tests.integration.test_posts import connect
from tests.integration.test_threads import hasty
from tests.integration.test_validation import ask, stored

__all__ = ["hasty"]

LATER = (datetime.now(UTC) + timedelta(days=1)).isoformat()
MISSING = "media_" + "0" * 24


def create(caller: Caller, account: str, **fields: Any) -> Answer:
    return caller("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]} | fields)


def made(caller: Caller, account: str, **fields: Any) -> dict[str, Any]:
    answer = create(caller, account, **fields)
    assert answer.status == 201, answer.body
    body: dict[str, Any] = answer.body
    return body


def refusal(answer: Answer) -> tuple[int, str, list[tuple[str, str]]]:
    error = answer.body["error"]
    problems = error.get("details", {}).get("errors", [])
    return answer.status, error["code"], [(each["field"], each["code"]) for each in problems]


def change(caller: Caller, media_id: str, **facts: Any) -> None:
    """What a look at the file found out."""
    found = vanish(caller, media_id)
    runtime.media_store().create(replace(found, **facts), response=None)


def vanish(caller: Caller, media_id: str) -> Media:
    """As no call of ours takes it away. Returns what was there."""
    store = runtime.media_store()
    found = store.get(media_id, owner_of(caller))
    assert found is not None
    assert store.delete(found)
    return found


@pytest.mark.parametrize("name", ["media", "mediaIds"])
def test_a_post_shows_its_media_as_the_library_does(test: Caller, account: str, name: str) -> None:
    first = stored(test)
    second = stored(test)

    post = made(test, account, **{name: [first, {"id": second, "altText": "A red ball."}]})

    shown = test("GET", f"/v1/posts/{post['id']}").body["media"]
    assert [each | {"url": ""} for each in shown] == [
        {"id": first, "url": "", "type": "image"},
        {"id": second, "url": "", "type": "image", "altText": "A red ball."},
    ]
    path = test("GET", f"/v1/media/{first}").body["url"].partition("?")[0]
    assert shown[0]["url"].startswith(path + "?")
    assert [each["id"] for each in post["media"]] == [first, second]
    assert [each["id"] for each in test("GET", "/v1/posts").body["data"][0]["media"]] == [
        first,
        second,
    ]


def test_a_media_id_goes_by_both_of_its_names(test: Caller, account: str) -> None:
    picture = stored(test)

    post = made(test, account, media=[{"mediaId": picture, "altText": " "}])

    assert [(each["id"], "altText" in each) for each in post["media"]] == [(picture, False)]


@pytest.mark.parametrize(
    ("types", "fields", "shown"),
    [
        ([], {}, "TEXT"),
        ([ContentType.JPEG], {}, "IMAGE"),
        ([ContentType.GIF], {}, "IMAGE"),
        ([ContentType.MP4], {}, "VIDEO"),
        ([ContentType.PDF], {}, "TEXT"),
        ([ContentType.JPEG, ContentType.JPEG], {}, "CAROUSEL"),
        ([ContentType.MP4], {"contentType": "reel"}, "REEL"),
        ([ContentType.JPEG], {"threadPosts": [{"content": "two"}]}, "THREAD"),
    ],
)
def test_a_type_that_nobody_named_follows_from_the_media(
    test: Caller, account: str, types: list[ContentType], fields: dict[str, Any], shown: str
) -> None:
    assert (
        made(test, account, media=[stored(test, each) for each in types], **fields)["contentType"]
        == shown
    )


def test_overrides_and_the_parts_of_a_thread_have_media_of_their_own(
    test: Caller, account: str
) -> None:
    everybodys = stored(test)
    own = stored(test)
    second = stored(test)

    post = made(
        test,
        account,
        media=[everybodys],
        platformOverrides={
            "TWITTER": {"media": [own]},
            "YOUTUBE": {"title": "A film", "media": []},
        },
        threadPosts=[
            {"content": "two", "mediaIds": [{"id": second, "altText": "Two."}]},
            {"content": "", "media": [own]},
        ],
    )

    assert [each["id"] for each in post["platformOverrides"]["TWITTER"]["media"]] == [own]
    assert post["platformOverrides"]["YOUTUBE"] == {"title": "A film", "media": []}
    assert [(each["content"], each["mediaIds"]) for each in post["threadPosts"]] == [
        ("two", [second]),
        ("", [own]),
    ]
    assert post["threadPosts"][0]["media"][0]["altText"] == "Two."
    assert test("GET", f"/v1/posts/{post['id']}").body["threadPosts"][1]["mediaIds"] == [own]


def test_a_part_that_repeats_the_content_brings_its_media(test: Caller, account: str) -> None:
    picture = stored(test)
    second = stored(test)

    post = made(
        test,
        account,
        threadPosts=[
            {"content": "Hello", "media": [picture]},
            {"content": "two", "media": [second]},
        ],
    )

    assert (
        [each["id"] for each in post["media"]],
        [each["mediaIds"] for each in post["threadPosts"]],
    ) == ([picture], [[second]])


def test_a_picture_alone_is_a_post_and_opens_a_thread(test: Caller, account: str) -> None:
    picture = stored(test)

    post = made(
        test,
        account,
        content="",
        media=[picture],
        threadPosts=[{"content": "two"}],
        scheduledFor=LATER,
    )

    assert (post["content"], post["status"], [each["content"] for each in post["threadPosts"]]) == (
        "",
        "scheduled",
        ["two"],
    )


@pytest.mark.parametrize("when", [{}, {"publishNow": True}])
def test_media_that_are_not_there_are_refused_wherever_they_are_named(
    test: Caller, live: Caller, account: str, when: dict[str, Any]
) -> None:
    foreign = stored(live)
    fields = {
        "media": [stored(test), MISSING],
        "platformOverrides": {"BLUESKY": {"media": [foreign]}},
        "threadPosts": [{"content": "two", "mediaIds": [MISSING]}],
    }

    assert refusal(create(test, account, **fields, **when)) == (
        400,
        "VALIDATION_ERROR",
        [
            ("mediaIds[1]", "MEDIA_NOT_FOUND"),
            ("platformOverrides.BLUESKY.media[0]", "MEDIA_NOT_FOUND"),
            ("threadPosts[0].mediaIds[0]", "MEDIA_NOT_FOUND"),
        ],
    )


@pytest.mark.parametrize(
    "status", [MediaStatus.PENDING, MediaStatus.PROCESSING, MediaStatus.FAILED]
)
def test_a_draft_waits_for_its_media_and_what_goes_out_does_not(
    test: Caller, account: str, status: MediaStatus
) -> None:
    picture = stored(test, status=status)

    draft = made(test, account, media=[picture])

    said = draft["validation"]["platforms"]["BLUESKY"]
    assert [(each["code"], each["field"]) for each in said["errors"]] == [
        ("MEDIA_NOT_READY", "mediaIds[0]")
    ]
    assert draft["media"] == [{"id": picture, "url": None, "type": "image"}]
    path = f"/v1/posts/{draft['id']}"
    refused = [
        create(test, account, media=[picture], scheduledFor=LATER),
        create(test, account, media=[picture], publishNow=True),
        test("POST", f"{path}/publish"),
        test("PATCH", path, {"scheduledFor": LATER}),
    ]
    assert [refusal(each)[:2] for each in refused] == [(422, "UNPROCESSABLE_ENTITY")] * 4
    assert refused[0].body["error"]["details"] == {"field": "mediaIds", "media": {picture: status}}
    change(test, picture, status=MediaStatus.READY)
    assert test("POST", f"{path}/publish").status == 202


def test_a_draft_that_waits_for_its_media_is_not_submitted(test: Caller, account: str) -> None:
    step = {"order": 1, "role": "legal", "approverIds": ["lea"], "required": True}
    test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": [step]}})
    picture = stored(test, status=MediaStatus.PENDING)
    path = f"/v1/posts/{made(test, account, media=[picture])['id']}"

    assert refusal(test("POST", f"{path}/submit"))[:2] == (422, "UNPROCESSABLE_ENTITY")
    change(test, picture, status=MediaStatus.READY)
    assert test("POST", f"{path}/submit").body["status"] == "pending_approval"
    assert [
        each["id"] for each in test("POST", f"{path}/approve", {"approverId": "lea"}).body["media"]
    ] == [picture]


def test_what_a_network_has_against_media_is_said_by_create_edit_and_publish_as_by_validate(
    test: Caller,
) -> None:
    account = connect(test, "instagram")
    tall = stored(test, dimensions=Dimensions(500, 1_000))
    plain = stored(test)
    [error] = ask(test, platforms=["INSTAGRAM"], mediaIds=[tall])["platforms"]["INSTAGRAM"][
        "errors"
    ]
    draft = made(test, account, media=[tall])
    planned = made(test, account, media=[plain], scheduledFor=LATER)

    refused = [
        create(test, account, media=[tall], publishNow=True),
        test("PATCH", f"/v1/posts/{planned['id']}", {"media": [tall]}),
        test("POST", f"/v1/posts/{draft['id']}/publish"),
    ]

    assert draft["validation"]["platforms"]["INSTAGRAM"]["errors"] == [error]
    assert error["code"] == "ASPECT_RATIO_INVALID"
    assert [each.body["error"]["details"]["errors"] for each in refused] == [[error]] * 3


def test_every_part_keeps_the_networks_rules_for_media(test: Caller, account: str) -> None:
    pictures = [stored(test) for _ in range(5)]

    refused = create(
        test, account, threadPosts=[{"content": "two", "mediaIds": pictures}], publishNow=True
    )

    assert refusal(refused) == (
        400,
        "VALIDATION_ERROR",
        [("threadPosts[0].mediaIds", "TOO_MANY_MEDIA")],
    )
    own = {"BLUESKY": {"media": pictures}}
    refused = create(test, account, platformOverrides=own, publishNow=True)
    assert refusal(refused)[2] == [("platformOverrides.BLUESKY.media", "TOO_MANY_MEDIA")]


def test_a_title_that_a_network_needs_is_kept(test: Caller) -> None:
    account = connect(test, "youtube")
    film = stored(test, ContentType.MP4, duration_seconds=20.5)

    untitled = create(test, account, media=[film], publishNow=True)
    titled = made(
        test,
        account,
        media=[film],
        publishNow=True,
        platformOverrides={"YOUTUBE": {"title": "A film"}},
    )

    assert refusal(untitled)[2] == [("platformOverrides.YOUTUBE.title", "TITLE_REQUIRED")]
    assert titled["platformOverrides"] == {"YOUTUBE": {"title": "A film"}}


def test_a_registered_file_that_turned_out_wrong_is_refused_once_that_is_known(
    test: Caller, account: str
) -> None:
    wrong = Finding(
        code=Flaw.TYPE_MISMATCH,
        message="The file was declared as image/jpeg, but its bytes are text.",
    )
    away = Finding(code=Flaw.UNREACHABLE, message="The file could not be read.")
    flawed = stored(test, source=Source.REGISTER, findings=(wrong,))
    unread = stored(test, source=Source.REGISTER, findings=(away,))

    refused = create(test, account, media=[flawed], publishNow=True)

    assert refusal(refused)[2] == [("mediaIds[0]", "MEDIA_REJECTED")]
    assert refused.body["error"]["message"] == wrong.message
    assert made(test, account, media=[unread], publishNow=True)["status"] == "publishing"


def test_an_edit_changes_media_and_leaves_them_when_it_names_none(
    test: Caller, account: str
) -> None:
    first = stored(test)
    second = stored(test)
    path = f"/v1/posts/{made(test, account, media=[first])['id']}"

    assert [
        each["id"] for each in test("PATCH", path, {"content": "Other words"}).body["media"]
    ] == [first]
    edited = test("PATCH", path, {"media": [{"id": second, "altText": "Two."}]}).body
    assert ([each["id"] for each in edited["media"]], edited["media"][0]["altText"]) == (
        [second],
        "Two.",
    )
    assert test("PATCH", path, {"mediaIds": [], "contentType": "TEXT"}).body["media"] == []
    assert refusal(test("PATCH", path, {"media": [MISSING]}))[2] == [
        ("mediaIds[0]", "MEDIA_NOT_FOUND")
    ]


def test_what_is_gone_since_stops_no_edit_of_something_else(test: Caller, account: str) -> None:
    picture = stored(test)
    path = f"/v1/posts/{made(test, account, media=[picture])['id']}"
    vanish(test, picture)

    edited = test("PATCH", path, {"content": "Other words"})

    assert (edited.status, edited.body["media"]) == (
        200,
        [{"id": picture, "url": None, "type": None}],
    )
    assert refusal(test("PATCH", path, {"scheduledFor": LATER}))[2] == [
        ("mediaIds[0]", "MEDIA_NOT_FOUND")
    ]


def test_the_same_key_with_other_media_is_another_request(test: Caller, account: str) -> None:
    first = stored(test)
    second = stored(test)
    body = {"content": "one", "accountIds": [account], "media": [first]}

    made = test("POST", "/v1/posts", body, idempotency_key="k")
    again = test("POST", "/v1/posts", body, idempotency_key="k")
    other = test("POST", "/v1/posts", body | {"media": [second]}, idempotency_key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (made.body, "true")
    assert (other.status, other.body["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_each_of_many_is_judged_with_its_media(test: Caller, account: str) -> None:
    picture = stored(test)
    pending = stored(test, status=MediaStatus.PENDING)
    posts = [
        {"content": "x", "accountIds": [account], "media": [each], "scheduledFor": LATER}
        for each in (picture, pending, MISSING)
    ]

    tried = test("POST", "/v1/posts/bulk", {"posts": posts, "dryRun": True}).body
    done = test("POST", "/v1/posts/bulk", {"posts": posts}).body

    assert [each["status"] for each in tried["results"]] == ["valid", "failed", "failed"]
    assert [each.get("error", {}).get("code") for each in done["results"]] == [
        None,
        "UNPROCESSABLE_ENTITY",
        "VALIDATION_ERROR",
    ]
    assert [each["id"] for each in done["results"][0]["post"]["media"]] == [picture]


def test_a_post_has_at_most_forty_files(test: Caller, account: str) -> None:
    thread = [{"content": "x", "mediaIds": [stored(test) for _ in range(4)]} for _ in range(10)]

    assert create(test, account, threadPosts=thread).status == 201
    assert refusal(create(test, account, threadPosts=thread, media=[stored(test)]))[2] == [
        ("mediaIds", "TOO_LONG")
    ]


# ------------------------------------------------------------------------------------ what goes out


def sent(caller: Caller, account: str) -> list[dict[str, Any]]:
    """What the network shows, in the order it came."""
    shown = caller("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]
    return sorted(shown, key=lambda each: each["publishedAt"])


def published(caller: Caller, account: str, **fields: Any) -> dict[str, Any]:
    """A post, as far as it got."""
    post = made(caller, account, publishNow=True, **fields)
    drain()
    body: dict[str, Any] = caller("GET", f"/v1/posts/{post['id']}").body
    return body


def test_media_go_out_with_what_they_show(test: Caller, account: str) -> None:
    first = stored(test)
    second = stored(test)

    post = published(test, account, media=[{"id": first, "altText": "A red ball."}, second])

    assert post["status"] == "published"
    [live] = sent(test, account)
    assert live["media"] == [
        {"id": first, "altText": "A red ball."},
        {"id": second, "altText": None},
    ]


def test_every_part_goes_out_with_its_own_and_a_comment_without(test: Caller, account: str) -> None:
    first = stored(test)
    second = stored(test)
    thread = [{"content": "two", "mediaIds": [second]}, {"content": "three"}]

    published(test, account, media=[first], threadPosts=thread, firstComment="first!")

    shown = {
        each["content"]: [media["id"] for media in each["media"]] for each in sent(test, account)
    }
    assert shown == {"Hello": [first], "two": [second], "three": [], "first!": []}


def test_a_network_gets_its_own_media(test: Caller, account: str) -> None:
    other = connect(test, "linkedin")
    everybodys = stored(test)
    own = stored(test)

    published(
        test,
        account,
        accountIds=[account, other],
        media=[everybodys],
        platformOverrides={"BLUESKY": {"media": [own]}},
    )

    assert [[each["id"] for each in live["media"]] for live in sent(test, account)] == [[own]]
    assert [[each["id"] for each in live["media"]] for live in sent(test, other)] == [[everybodys]]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (None, "was deleted"),
        (
            {
                "status": MediaStatus.FAILED,
                "findings": (Finding(code=Flaw.TRUNCATED, message="It breaks off."),),
            },
            "It breaks off.",
        ),
        (
            {
                "source": Source.REGISTER,
                "findings": (Finding(code=Flaw.TYPE_MISMATCH, message="It is text."),),
            },
            "It is text.",
        ),
        ({"status": MediaStatus.PROCESSING}, "is PROCESSING"),
    ],
)
def test_what_can_no_longer_be_sent_fails_for_good_with_the_reason(
    test: Caller, account: str, facts: dict[str, Any] | None, said: str
) -> None:
    fine = stored(test)
    picture = stored(test)
    post = made(
        test,
        account,
        media=[fine],
        threadPosts=[{"content": "two", "media": [picture]}],
        publishNow=True,
    )
    if facts is None:
        vanish(test, picture)
    else:
        change(test, picture, **facts)

    drain()

    [target] = test("GET", f"/v1/posts/{post['id']}").body["platforms"]
    assert (target["status"], target["error"]["code"], target["error"]["retryable"]) == (
        "failed",
        "MEDIA_REJECTED",
        False,
    )
    assert said in target["error"]["message"]
    assert target["attempts"] == 1
    assert [each["content"] for each in sent(test, account)] == ["Hello"]


def test_what_a_networks_rules_refuse_its_sandbox_refuses(test: Caller) -> None:
    account = connect(test, "instagram")
    picture = stored(test)
    post = made(test, account, media=[picture], publishNow=True)
    change(test, picture, dimensions=Dimensions(500, 1_000))

    drain()

    error = test("GET", f"/v1/posts/{post['id']}").body["platforms"][0]["error"]
    assert (error["code"], error["category"]) == ("ASPECT_RATIO_INVALID", "media")


def test_a_lost_answer_is_found_though_the_file_is_gone_by_then(
    hasty: None, test: Caller, account: str
) -> None:
    """What may be live is looked for before anything is said of its files."""
    picture = stored(test)
    post = made(
        test, account, content="Hello #sandbox:lost-answer", media=[picture], publishNow=True
    )
    [message] = messages(runtime.configured().publish_queue_url)
    door("publish_target").handler(sqs_event(message), CONTEXT)
    vanish(test, picture)

    while test("GET", f"/v1/posts/{post['id']}").body["status"] == "publishing":
        door("release_due").handler({}, CONTEXT)
        drain()

    assert test("GET", f"/v1/posts/{post['id']}").body["status"] == "published"
    assert [[each["id"] for each in live["media"]] for live in sent(test, account)] == [[picture]]


# -------------------------------------------------------------------------- what a post needs stays


def remove(caller: Caller, media_id: str) -> Answer:
    return caller("DELETE", f"/v1/media/{media_id}")


@pytest.mark.parametrize("named", ["media", "overrides", "thread"])
@pytest.mark.parametrize("when", [{"scheduledFor": LATER}, {"publishNow": True}])
def test_what_a_post_needs_is_not_deleted(
    test: Caller, account: str, when: dict[str, Any], named: str
) -> None:
    picture = stored(test)
    places: dict[str, dict[str, Any]] = {
        "media": {"media": [picture]},
        "overrides": {"platformOverrides": {"X": {"media": [picture]}}},
        "thread": {"threadPosts": [{"content": "two", "mediaIds": [picture]}]},
    }
    post = made(test, account, **places[named], **when)

    refused = remove(test, picture)

    assert (refused.status, refused.body["error"]["code"]) == (409, "CONFLICT")
    assert refused.body["error"]["details"] == {"status": post["status"], "postId": post["id"]}
    assert test("GET", f"/v1/media/{picture}").body["status"] == "READY"


def test_what_waits_for_approval_needs_its_media(test: Caller, account: str) -> None:
    step = {"order": 1, "role": "legal", "approverIds": ["lea"], "required": True}
    test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": [step]}})
    picture = stored(test)
    path = f"/v1/posts/{made(test, account, media=[picture])['id']}"
    test("POST", f"{path}/submit")

    assert remove(test, picture).body["error"]["details"]["status"] == "pending_approval"
    test("POST", f"{path}/reject")
    assert remove(test, picture).status == 200


def test_what_no_post_needs_any_more_is_deleted(test: Caller, account: str, table: Table) -> None:
    picture = stored(test)
    other = stored(test)
    made(test, account, media=[picture])
    called_off = made(test, account, media=[picture], scheduledFor=LATER)["id"]
    changed = made(test, account, media=[picture], scheduledFor=LATER)["id"]
    removed = made(test, account, media=[picture], scheduledFor=LATER)["id"]
    published(test, account, media=[picture])
    assert remove(test, picture).status == 409

    test("POST", f"/v1/posts/{called_off}/cancel")
    test("PATCH", f"/v1/posts/{changed}", {"media": [other]})
    test("DELETE", f"/v1/posts/{removed}")

    assert remove(test, picture).status == 200
    assert test("GET", f"/v1/media/{picture}").status == 404
    assert remove(test, picture).status == 404
    assert remove(test, other).status == 409
    assert test("GET", f"/v1/posts/{called_off}").body["media"] == [
        {"id": picture, "url": None, "type": None}
    ]


def test_an_edit_and_a_file_that_many_posts_name_are_remembered(
    test: Caller, account: str, table: Table
) -> None:
    logo = stored(test)
    posts = [made(test, account, scheduledFor=LATER)["id"] for _ in range(FEW + 3)]
    for each in posts:
        test("PATCH", f"/v1/posts/{each}", {"media": [logo]})
    row = table.get(("OWNER#" + str(owner_of(test)), f"MEDIA#{logo}"))
    assert row is not None
    assert len(row["posts"]) == FEW

    for each in posts[:-1]:
        test("POST", f"/v1/posts/{each}/cancel")

    assert remove(test, logo).body["error"]["details"]["postId"] == posts[-1]
    test("POST", f"/v1/posts/{posts[-1]}/cancel")
    assert remove(test, logo).status == 200
    assert table.query(Key("pk").eq(f"MEDIA#{logo}")).items == []


def while_deciding(happens: Callable[[], object]) -> IdempotentRequest[PostDetails]:
    """An act during which, between its decision and its write, something else happens."""

    def reply(seen: PostDetails) -> str:
        happens()
        return rendered(seen)

    return IdempotentRequest(
        201, reply, idempotency.identify("k", method="POST", path="/", body=None)
    )


def test_a_file_that_is_deleted_while_a_post_is_made_is_not_named(
    test: Caller, account: str
) -> None:
    picture = stored(test)
    words = PostContent(content="Hello", media=(MediaRef(media_id=picture),))
    owner = owner_of(test)
    act = while_deciding(lambda: remove(test, picture))

    with pytest.raises(PostChangedError):
        runtime.posts().create(
            NewPost(words=words, account_ids=[account], publish_now=True), owner, act
        )

    assert test("GET", "/v1/posts").body["data"] == []
    assert test("GET", f"/v1/media/{picture}").status == 404


def test_a_file_that_is_deleted_while_a_post_is_edited_is_not_named(
    test: Caller, account: str
) -> None:
    picture = stored(test)
    draft = made(test, account)
    lifecycle = runtime.lifecycle()

    class Meanwhile(PostStore):
        def change(self, *given: Any, **named: Any) -> None:
            remove(test, picture)
            super().change(*given, **named)

    edit = Posts(lifecycle=replace(lifecycle, store=Meanwhile(runtime.table()))).edit
    with pytest.raises(PostChangedError):
        edit(draft["id"], owner_of(test), Edit(media=(MediaRef(media_id=picture),)))

    assert test("GET", f"/v1/posts/{draft['id']}").body["media"] == []


def test_a_post_that_is_made_while_its_file_is_deleted_keeps_it(test: Caller, account: str) -> None:
    picture = stored(test)
    library = runtime.media()
    happenings = iter([partial(made, test, account, media=[picture], scheduledFor=LATER)])

    class Meanwhile(MediaStore):
        def retire(self, media: Media) -> None:
            for each in happenings:
                each()
            super().retire(media)

    with pytest.raises(ConflictError) as refused:
        replace(library, store=Meanwhile(runtime.table())).delete(picture, owner_of(test))

    assert refused.value.details["status"] == "scheduled"
    assert test("GET", f"/v1/media/{picture}").body["url"]


def test_a_deletion_that_stops_halfway_is_gone_on_with(test: Caller, account: str) -> None:
    picture = stored(test)
    store = runtime.media_store()
    found = store.get(picture, owner_of(test))
    assert found is not None

    store.retire(found)

    assert test("GET", f"/v1/media/{picture}").status == 404
    assert test("GET", "/v1/media").body["data"] == []
    assert refusal(create(test, account, media=[picture]))[2] == [
        ("mediaIds[0]", "MEDIA_NOT_FOUND")
    ]
    assert remove(test, picture).status == 200
    assert store.get(picture, owner_of(test)) is None


def test_a_media_told_of_once_is_not_told_of_again_when_a_post_names_it(
    test: Caller, account: str, table: Table
) -> None:
    picture = stored(test)
    key = ("OWNER#" + str(owner_of(test)), f"MEDIA#{picture}")
    table.update(Update(key=key, values={"events": "[]"}))

    made(test, account, media=[picture])

    row = table.get(key)
    assert row is not None
    assert "events" not in row


# -------------------------------------------------------------------------------- fixed with a file


def fixing(caller: Caller, post: dict[str, Any], body: object, **headers: str) -> Answer:
    [target] = post["platforms"]
    return caller(
        "POST", f"/v1/posts/{post['id']}/platforms/{target['postPlatformId']}/fix", body, **headers
    )


@pytest.fixture
def refused_picture(test: Caller, account: str) -> dict[str, Any]:
    """A post that failed for its picture's sake."""
    picture = stored(test)
    post = made(test, account, media=[{"id": picture, "altText": "A red ball."}], publishNow=True)
    change(test, picture, status=MediaStatus.FAILED)
    drain()
    failed: dict[str, Any] = test("GET", f"/v1/posts/{post['id']}").body
    assert failed["platforms"][0]["error"]["code"] == "MEDIA_REJECTED"
    return failed


def test_a_fix_with_a_file_that_lies_elsewhere_goes_out_with_it(
    test: Caller, account: str, refused_picture: dict[str, Any]
) -> None:
    messages(runtime.configured().media_queue_url)

    fixed = fixing(
        test, refused_picture, {"mediaUrl": "https://cdn.example.com/a/corrected.png?v=1"}
    )
    drain()

    assert (fixed.status, fixed.body["status"]) == (202, "publishing")
    assert test("GET", f"/v1/posts/{refused_picture['id']}").body["status"] == "published"
    found = next(
        each for each in test("GET", "/v1/media").body["data"] if each["source"] == "register"
    )
    assert (found["filename"], found["contentType"], found["status"]) == (
        "corrected.png",
        "image/png",
        "READY",
    )
    assert [each["media"] for each in messages(runtime.configured().media_queue_url)] == [
        found["id"]
    ]
    [live] = sent(test, account)
    assert live["media"] == [{"id": found["id"], "altText": "A red ball."}]


def test_a_fix_says_what_the_file_is_and_shows_when_asked(
    test: Caller, account: str, refused_picture: dict[str, Any]
) -> None:
    body = {
        "mediaUrl": "https://cdn.example.com/x",
        "contentType": "image/gif",
        "altText": "A ball.",
        "content": "Anew",
    }

    assert fixing(test, refused_picture, body).status == 202
    drain()

    [live] = sent(test, account)
    found = test("GET", f"/v1/media/{live['media'][0]['id']}").body
    assert (found["contentType"], live["media"][0]["altText"], live["content"]) == (
        "image/gif",
        "A ball.",
        "Anew",
    )


def test_a_file_that_a_fix_sends_is_needed_while_it_goes_out(
    test: Caller, refused_picture: dict[str, Any]
) -> None:
    fixing(test, refused_picture, {"mediaUrl": "https://cdn.example.com/x.jpg"})
    new = test("GET", "/v1/media?limit=1").body["data"][0]["id"]

    assert remove(test, new).body["error"]["details"]["postId"] == refused_picture["id"]
    drain()
    assert remove(test, new).status == 200


def test_a_fix_registers_its_file_once(test: Caller, refused_picture: dict[str, Any]) -> None:
    body = {"mediaUrl": "https://cdn.example.com/x.jpg"}

    first = fixing(test, refused_picture, body, idempotency_key="k")
    again = fixing(test, refused_picture, body, idempotency_key="k")

    assert (again.status, again.body) == (202, first.body)
    assert fixing(test, refused_picture, body).status == 409
    assert len(test("GET", "/v1/media").body["data"]) == 2


def test_a_link_that_leads_inside_is_refused_and_nothing_is_stored(
    test: Caller, refused_picture: dict[str, Any]
) -> None:
    refused = fixing(test, refused_picture, {"mediaUrl": "https://169.254.169.254/latest.jpg"})

    assert refusal(refused)[:2] == (422, "UNPROCESSABLE_ENTITY")
    assert len(test("GET", "/v1/media").body["data"]) == 1
    assert test("GET", f"/v1/posts/{refused_picture['id']}").body["status"] == "failed"


def test_the_part_that_failed_is_fixed_and_the_rest_keeps_its_files(
    test: Caller, account: str
) -> None:
    first = stored(test)
    second = stored(test)
    post = made(
        test,
        account,
        media=[first],
        threadPosts=[{"content": "two", "mediaIds": [second]}],
        publishNow=True,
    )
    vanish(test, second)
    drain()

    fixed = fixing(
        test,
        test("GET", f"/v1/posts/{post['id']}").body,
        {"mediaUrl": "https://cdn.example.com/x.jpg"},
    )
    drain()

    assert fixed.status == 202
    shown = [[each["id"] for each in live["media"]] for live in sent(test, account)]
    new = test("GET", "/v1/media?limit=1").body["data"][0]["id"]
    assert shown == [[first], [new]]


def test_other_media_for_a_failed_post_go_out_with_a_retry(
    test: Caller, account: str, refused_picture: dict[str, Any]
) -> None:
    other = stored(test)
    path = f"/v1/posts/{refused_picture['id']}"

    edited = test("PATCH", path, {"media": [other]})
    retried = test("POST", f"{path}/retry")
    drain()

    assert (edited.status, retried.status) == (200, 202)
    assert [[each["id"] for each in live["media"]] for live in sent(test, account)] == [[other]]

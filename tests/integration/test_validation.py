"""Validation and the platforms' limits through their doors."""

from dataclasses import replace
from typing import Any

import pytest

from herald import runtime
from herald.domain import ids
from herald.domain.media import ContentType, Dimensions, Media, MediaStatus
from tests.integration.conftest import Caller, owner_of
from tests.integration.test_posts import connect
from tests.networks.mastodon import FakeMastodon

LAUNCH = "Check out our new launch! 🚀"


def ask(caller: Caller, **body: Any) -> Any:
    answer = caller("POST", "/v1/posts/validate", {"content": LAUNCH, **body})
    assert answer.status == 200, answer.body
    return answer.body


def codes(said: Any, platform: str) -> list[str]:
    return [each["code"] for each in said["platforms"][platform]["errors"]]


def stored(caller: Caller, content_type: ContentType = ContentType.JPEG, **facts: Any) -> str:
    """A READY file of that caller's."""
    now = runtime.now()
    media = Media(
        id=ids.new("media", now),
        owner=owner_of(caller),
        filename="f",
        content_type=content_type,
        size_bytes=204_800,
        status=MediaStatus.READY,
        dimensions=Dimensions(1_080, 1_080),
        created_at=now,
        updated_at=now,
    )
    runtime.media_store().create(replace(media, **facts), response=None)
    return media.id


def test_the_guides_example_is_answered_as_the_guide_says(test: Caller) -> None:
    assert ask(test, platforms=["INSTAGRAM", "TWITTER"], mediaIds=[stored(test)]) == {
        "valid": True,
        "platforms": {
            "INSTAGRAM": {"valid": True, "errors": [], "warnings": []},
            "TWITTER": {
                "valid": True,
                "errors": [],
                "warnings": [
                    {
                        "code": "NO_HASHTAGS",
                        "message": "Posts with hashtags typically get more reach on Twitter",
                    }
                ],
            },
        },
    }


def test_an_error_says_everything(test: Caller) -> None:
    said = ask(test, content="a" * 312, platforms=["twitter"])

    [error] = said["platforms"]["TWITTER"]["errors"]
    assert said["valid"] is False
    assert error["remediation"]
    assert {name: error[name] for name in error if name != "remediation"} == {
        "code": "CONTENT_TOO_LONG",
        "message": "Content exceeds maximum length for Twitter (280 characters)",
        "rule": "twitter.text",
        "field": "content",
        "platform": "TWITTER",
        "maxLength": 280,
        "actualLength": 312,
    }


def test_create_says_the_same(test: Caller) -> None:
    account = connect(test, "twitter")
    [error] = ask(test, content="a" * 312, platforms=["TWITTER"])["platforms"]["TWITTER"]["errors"]

    answer = test(
        "POST", "/v1/posts", {"content": "a" * 312, "accountIds": [account], "publishNow": True}
    )

    assert answer.body["error"]["details"]["errors"] == [error]


def test_a_network_that_needs_media_says_so_at_creation_too(test: Caller) -> None:
    account = connect(test, "instagram")

    answer = test(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}
    )

    assert answer.status == 400
    assert [each["code"] for each in answer.body["error"]["details"]["errors"]] == [
        "MEDIA_REQUIRED"
    ]
    assert codes(ask(test, platforms=["INSTAGRAM"]), "INSTAGRAM") == ["MEDIA_REQUIRED"]


@pytest.mark.parametrize("name", ["X", "x", "Twitter", "TWITTER"])
def test_x_and_twitter_are_one(test: Caller, name: str) -> None:
    assert list(ask(test, platforms=[name, "TWITTER"])["platforms"]) == ["TWITTER"]


@pytest.mark.parametrize("alias", ["overrides", "platformOverrides"])
def test_an_override_is_judged_instead(test: Caller, alias: str) -> None:
    said = ask(
        test,
        content="a" * 312,
        platforms=["TWITTER", "BLUESKY"],
        **{alias: {"twitter": {"content": "short #x"}}},
    )

    assert said["platforms"]["TWITTER"] == {"valid": True, "errors": [], "warnings": []}
    assert codes(said, "BLUESKY") == ["CONTENT_TOO_LONG"]


def test_an_override_may_have_other_media_and_a_title(test: Caller) -> None:
    film = stored(test, ContentType.MP4, duration_seconds=20.5)
    own = {"YOUTUBE": {"title": "A film", "media": [film]}}

    said = ask(
        test, platforms=["YOUTUBE", "INSTAGRAM"], mediaIds=[stored(test)], platformOverrides=own
    )

    assert said["valid"] is True
    assert codes(ask(test, platforms=["YOUTUBE"], mediaIds=[film]), "YOUTUBE") == ["TITLE_REQUIRED"]


def test_media_are_judged_by_their_records(test: Caller) -> None:
    tall = stored(test, dimensions=Dimensions(500, 1_000))
    png = stored(test, ContentType.PNG, size_bytes=9 * 1024 * 1024)

    said = ask(test, platforms=["INSTAGRAM", "LINKEDIN"], mediaIds=[tall, png])

    instagram = said["platforms"]["INSTAGRAM"]
    assert [(each["code"], each["field"]) for each in instagram["errors"]] == [
        ("ASPECT_RATIO_INVALID", "mediaIds[0]")
    ]
    assert {
        (each["code"], each["field"]) for each in instagram["warnings"]
    } == {  # it is sent a JPEG that fits
        ("MEDIA_TYPE_UNSUPPORTED", "mediaIds[1]"),
        ("MEDIA_TOO_LARGE", "mediaIds[1]"),
    }
    assert said["platforms"]["LINKEDIN"]["valid"] is True


def test_media_that_are_unknown_foreign_or_not_ready_are_problems(
    test: Caller, live: Caller
) -> None:
    upload = {"filename": "f.jpg", "contentType": "image/jpeg", "sizeBytes": 10}
    pending = test("POST", "/v1/media/upload", upload).body["mediaId"]
    foreign = stored(live)

    said = ask(
        test, platforms=["LINKEDIN"], mediaIds=["media_abc1234567890abc12345678", foreign, pending]
    )

    assert codes(said, "LINKEDIN") == ["MEDIA_NOT_FOUND", "MEDIA_NOT_FOUND", "MEDIA_NOT_READY"]


def test_an_unknown_duration_is_not_judged_but_said(test: Caller) -> None:
    said = ask(test, platforms=["BLUESKY"], mediaIds=[stored(test, ContentType.MP4)])

    assert said["valid"] is True
    assert [each["code"] for each in said["platforms"]["BLUESKY"]["warnings"]] == [
        "MEDIA_NOT_MEASURED"
    ]


def test_named_accounts_bring_their_platform_and_their_own_limits(test: Caller) -> None:
    first = connect(test, "mastodon")
    second = connect(test, "mastodon", "other")
    allow(test, first, 1_000)

    assert codes(ask(test, content="a" * 800, platforms=["MASTODON"]), "MASTODON") == [
        "CONTENT_TOO_LONG"
    ]
    assert (
        ask(test, content="a" * 800, accountIds=[first])["platforms"]["MASTODON"]["valid"] is True
    )
    assert codes(ask(test, content="a" * 800, accountIds=[first, second]), "MASTODON") == [
        "CONTENT_TOO_LONG"
    ]


def test_an_accounts_own_limit_counts_when_a_post_is_made_and_changed(test: Caller) -> None:
    account = connect(test, "mastodon")
    allow(test, account, 1_000)

    made = test(
        "POST",
        "/v1/posts",
        {"content": "a" * 800, "accountIds": [account], "scheduledFor": "2099-01-01T00:00:00Z"},
    )
    refused = test("PATCH", f"/v1/posts/{made.body['id']}", {"content": "a" * 1_001})

    assert made.status == 201
    assert (refused.status, refused.body["error"]["details"]["maxLength"]) == (400, 1_000)


def test_an_instances_own_limit_is_learnt_when_its_account_is_connected(live: Caller) -> None:
    with FakeMastodon(runtime.now, max_characters=1_000) as instance:
        fields = {"instanceUrl": instance.url, "accessToken": instance.person().token}
        account = live("POST", "/v1/accounts/connect/mastodon", fields).body["account"]["id"]

    assert ask(live, content="a" * 1_000, accountIds=[account])["valid"] is True
    [error] = ask(live, content="a" * 1_001, accountIds=[account])["platforms"]["MASTODON"][
        "errors"
    ]
    assert (error["rule"], error["maxLength"]) == ("mastodon.text", 1_000)


def allow(caller: Caller, account_id: str, longest: int) -> None:
    """As an instance of its own making would."""
    store = runtime.account_store()
    owner = owner_of(caller)
    account = store.get_many(owner, [account_id])[account_id]
    store.save(replace(account, limits={"max_text": longest}), {})


BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"body"}),
    ({"platforms": []}, {"body"}),
    ({"platforms": ["MYSPACE", 1]}, {"platforms[0]", "platforms[1]"}),
    ({"platforms": ["X"], "content": None}, {"content"}),
    ({"platforms": ["X"], "content": "x" * 10_001}, {"content"}),
    (
        {"platforms": ["X"], "mediaIds": ["media_1", "acc_" + "0" * 24]},
        {"mediaIds[0]", "mediaIds[1]"},
    ),
    ({"platforms": ["X"], "mediaIds": "media_1"}, {"mediaIds"}),
    ({"platforms": ["X"], "contentType": "POEM"}, {"contentType"}),
    (
        {"platforms": ["X"], "platformOverrides": {"X": {"content": 1, "title": 2}}},
        {"content", "title"},
    ),
    ({"accountIds": ["acc_" + "0" * 24]}, {"accountIds[0]"}),
    (
        {"accountIds": ["acc_1"], "platforms": ["Y"], "content": 1},
        {"accountIds[0]", "platforms[0]", "content"},
    ),
]


@pytest.mark.parametrize(("body", "fields"), BAD)
def test_a_bad_body_is_told_everything(
    test: Caller, body: dict[str, Any], fields: set[str]
) -> None:
    answer = test("POST", "/v1/posts/validate", {"content": LAUNCH} | body)

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    said = {
        each["field"].removeprefix("platformOverrides.X.")
        for each in answer.body["error"]["details"]["errors"]
    }
    assert said == fields


def test_nothing_is_stored_and_reading_suffices(test: Caller) -> None:
    made = test(
        "POST", "/v1/api-keys", {"name": "r", "scopes": ["posts:read"], "mode": "test"}
    ).body["key"]

    ask(Caller(made), platforms=["X"])

    assert test("GET", "/v1/posts").body["data"] == []
    writer = test(
        "POST", "/v1/api-keys", {"name": "w", "scopes": ["media:read"], "mode": "test"}
    ).body["key"]
    assert (
        Caller(writer)("POST", "/v1/posts/validate", {"content": "x", "platforms": ["X"]}).status
        == 403
    )

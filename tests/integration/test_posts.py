"""Posts through their doors, on a table made from the template."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from herald import runtime
from tests.integration.conftest import Caller, drain, messages

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def connect(caller: Caller, platform: str, username: str = "brand") -> str:
    answer = caller("POST", f"/v1/accounts/connect/{platform}", {"username": username})
    assert answer.status == 201
    identifier: str = answer.body["account"]["id"]
    return identifier


def publish(caller: Caller, post: dict[str, Any]) -> dict[str, Any]:
    """Hand what is queued to the publish function; then the post."""
    drain()
    found: dict[str, Any] = caller("GET", f"/v1/posts/{post['id']}").body
    return found


def test_without_a_time_a_post_is_a_draft_and_nothing_is_sent(test: Caller, account: str) -> None:
    answer = test("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]})

    assert answer.status == 201
    assert (answer.body["status"], answer.body["platforms"][0]["status"]) == ("draft", "pending")
    assert messages(runtime.configured().publish_queue_url) == []
    del answer.body["validation"]  # it is of the new draft alone
    assert test("GET", f"/v1/posts/{answer.body['id']}").body == answer.body


def test_overrides_change_the_words_for_one_platform(test: Caller, account: str) -> None:
    other = connect(test, "twitter")
    body = {
        "content": "long",
        "accountIds": [account, other],
        "publishNow": True,
        "platformOverrides": {"TWITTER": {"content": "short"}},
    }

    publish(test, test("POST", "/v1/posts", body).body)

    assert test("GET", f"/v1/sandbox/posts?accountId={other}").body["data"][0]["content"] == "short"
    assert (
        test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"][0]["content"] == "long"
    )


def test_platforms_alone_name_their_active_accounts(test: Caller, account: str) -> None:
    gone = connect(test, "bluesky", "gone")
    test("DELETE", f"/v1/accounts/{gone}")

    post = test("POST", "/v1/posts", {"content": "Hello", "platforms": ["BlueSky"]}).body

    assert [each["accountId"] for each in post["platforms"]] == [account]


def test_a_draft_is_published_on_request_and_only_once(test: Caller, account: str) -> None:
    post = test("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]}).body

    first = test("POST", f"/v1/posts/{post['id']}/publish")
    second = test("POST", f"/v1/posts/{post['id']}/publish")

    assert (first.status, first.body["status"]) == (202, "publishing")
    assert (second.status, second.body["error"]["code"], second.body["error"]["details"]) == (
        409,
        "CONFLICT",
        {"status": "publishing"},
    )
    assert publish(test, post)["status"] == "published"


@pytest.mark.parametrize("body", [{"content": "one"}, {"content": "one", "publishNow": True}])
def test_the_same_idempotency_key_makes_one_post(
    test: Caller, account: str, body: dict[str, Any]
) -> None:
    body |= {"accountIds": [account]}

    first = test("POST", "/v1/posts", body, idempotency_key="k-1")
    again = test("POST", "/v1/posts", dict(reversed(body.items())), idempotency_key="k-1")

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(test("GET", "/v1/posts").body["data"]) == 1


def test_a_repeat_gets_its_first_answer_even_when_it_would_be_refused_by_now(
    test: Caller, account: str
) -> None:
    body = {"content": "one", "accountIds": [account], "publishNow": True}
    first = test("POST", "/v1/posts", body, idempotency_key="k-1")
    test("DELETE", f"/v1/accounts/{account}")

    assert test("POST", "/v1/posts", body, idempotency_key="k-1").body == first.body
    assert test("POST", "/v1/posts", body, idempotency_key="k-2").status == 422
    assert test("POST", "/v1/posts", body | {"content": "two"}, idempotency_key="k-1").status == 409


def test_the_same_key_with_another_body_conflicts(test: Caller, account: str) -> None:
    test("POST", "/v1/posts", {"content": "one", "accountIds": [account]}, idempotency_key="k-1")

    answer = test(
        "POST", "/v1/posts", {"content": "two", "accountIds": [account]}, idempotency_key="k-1"
    )

    assert (answer.status, answer.body["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")


@pytest.mark.parametrize("key", ["", "k" * 256, "caf\u00e9", "a\nb"])
def test_a_bad_idempotency_key_is_refused(test: Caller, account: str, key: str) -> None:
    answer = test(
        "POST", "/v1/posts", {"content": "one", "accountIds": [account]}, idempotency_key=key
    )

    assert (answer.status, answer.body["error"]["code"]) == (400, "IDEMPOTENCY_INVALID_KEY")


def test_a_key_belongs_to_its_workspace_and_mode(live: Caller, test: Caller, account: str) -> None:
    other = connect(live, "sandbox")
    test("POST", "/v1/posts", {"content": "one", "accountIds": [account]}, idempotency_key="k-1")

    assert (
        live(
            "POST", "/v1/posts", {"content": "one", "accountIds": [other]}, idempotency_key="k-1"
        ).status
        == 201
    )


def test_test_data_and_live_data_never_meet(live: Caller, test: Caller, account: str) -> None:
    post = test("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]}).body

    assert live("GET", f"/v1/posts/{post['id']}").status == 404
    assert live("GET", f"/v1/accounts/{account}").status == 404
    assert live("GET", "/v1/posts").body["data"] == []
    assert live("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]}).status == 400


def test_lists_are_newest_first_full_and_complete(test: Caller, account: str) -> None:
    made = [
        test("POST", "/v1/posts", {"content": str(n), "accountIds": [account]}).body["id"]
        for n in range(7)
    ]

    seen, path = [], "/v1/posts?limit=3"
    while path:
        page = test("GET", path).body
        assert len(page["data"]) == 3 or not page["pagination"]["hasMore"]
        seen += [post["id"] for post in page["data"]]
        cursor = page["pagination"]["next_cursor"]
        path = f"/v1/posts?limit=3&cursor={cursor}" if cursor else ""

    assert sorted(seen) == sorted(made)
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize(
    ("between", "count"),
    [
        ("from=0001-01-01T00:00:00Z", 1),
        ("to=9999-12-31T23:59:59.999Z", 1),
        ("from=9999-12-31T23:59:59.999Z", 0),
        ("to=0001-01-01T00:00:00Z", 0),
        ("from=2099-01-01T00:00:00Z&to=2020-01-01T00:00:00Z", 0),
    ],
)
def test_a_list_takes_every_time_there_is(
    test: Caller, account: str, between: str, count: int
) -> None:
    test("POST", "/v1/posts", {"content": "x", "accountIds": [account]})

    listed = test("GET", f"/v1/posts?{between}")

    assert (listed.status, len(listed.body["data"])) == (200, count)


BAD = [
    ({}, {"content", "body"}),
    ({"content": None, "accountIds": ["$"]}, {"content"}),
    ({"content": 42, "accountIds": ["$"]}, {"content"}),
    ({"content": ["x"], "accountIds": ["$"]}, {"content"}),
    ({"content": "x" * 10_001, "accountIds": ["$"]}, {"content"}),
    ({"content": "x"}, {"body"}),
    ({"content": "x", "accountIds": []}, {"body"}),
    ({"content": "x", "accountIds": "$"}, {"accountIds"}),
    ({"content": "x", "accountIds": ["acc_abc123"]}, {"accountIds[0]"}),
    ({"content": "x", "accountIds": [7]}, {"accountIds[0]"}),
    ({"content": "x", "accountIds": ["acc_" + "0" * 24]}, {"accountIds[0]"}),
    ({"content": "x", "accountIds": ["$", "$"]}, {"accountIds"}),
    ({"content": "x", "platforms": ["MYSPACE"]}, {"platforms[0]"}),
    ({"content": "x", "accountIds": ["$"], "scheduledFor": "tomorrow"}, {"scheduledFor"}),
    (
        {"content": "x", "accountIds": ["$"], "scheduledFor": "2099-01-01T00:00:00"},
        {"scheduledFor"},
    ),
    ({"content": "x", "accountIds": ["$"], "scheduledFor": 4070908800}, {"scheduledFor"}),
    (
        {"content": "x", "accountIds": ["$"], "scheduledFor": "2099-13-01T00:00:00Z"},
        {"scheduledFor"},
    ),
    ({"content": "x", "accountIds": ["$"], "publishNow": "yes"}, {"publishNow"}),
    (
        {
            "content": "x",
            "accountIds": ["$"],
            "publishNow": True,
            "scheduledFor": "2099-01-01T00:00:00Z",
        },
        {"body"},
    ),
    ({"content": "x", "accountIds": ["$"], "contentType": "POEM"}, {"contentType"}),
    ({"content": "x", "accountIds": ["$"], "media": ["media_1", 1]}, {"media[0]", "media[1]"}),
    ({"content": "x", "accountIds": ["$"], "mediaIds": "media_1"}, {"mediaIds"}),
    ({"content": "x", "accountIds": ["$"], "media": [{"altText": "a"}]}, {"media[0].id"}),
    (
        {
            "content": "x",
            "accountIds": ["$"],
            "media": [{"id": "media_" + "0" * 24, "altText": "a" * 1501}],
        },
        {"media[0].altText"},
    ),
    ({"content": "x", "accountIds": ["$"], "media": ["media_" + "0" * 24]}, {"mediaIds[0]"}),
    (
        {"content": "x", "accountIds": ["$"], "threadPosts": [{"content": "", "mediaIds": []}]},
        {"threadPosts[0]"},
    ),
    ({"content": "x", "accountIds": ["$"], "tags": "a"}, {"tags"}),
    ({"content": "x", "accountIds": ["$"], "tags": [1]}, {"tags[0]"}),
    ({"content": "x", "accountIds": ["$"], "metadata": []}, {"metadata"}),
    (
        {"content": "x", "accountIds": ["$"], "platformOverrides": {"TWITTER": "x"}},
        {"platformOverrides.TWITTER"},
    ),
    (
        {"content": "x", "accountIds": ["$"], "platformOverrides": {"MYSPACE": {}}},
        {"platformOverrides.MYSPACE"},
    ),
    (
        {
            "content": "x",
            "accountIds": ["$"],
            "platformOverrides": {"YOUTUBE": {"title": "x" * 1_001}},
        },
        {"platformOverrides.YOUTUBE.title"},
    ),
    (
        {"content": 1, "accountIds": ["x"], "scheduledFor": "x", "tags": 1},
        {"content", "accountIds[0]", "scheduledFor", "tags"},
    ),
    ({"content": "", "accountIds": ["$"], "publishNow": True}, {"content"}),
    ({"content": "x" * 301, "accountIds": ["$"], "publishNow": True}, {"content"}),
]


@pytest.mark.parametrize(
    ("body", "fields"), BAD, ids=[str(sorted(fields)) + str(n) for n, (_, fields) in enumerate(BAD)]
)
def test_a_bad_body_is_told_everything_and_nothing_is_stored(
    test: Caller, account: str, body: dict[str, Any], fields: set[str]
) -> None:
    named = body.get("accountIds")
    body = body | (
        {"accountIds": [account if each == "$" else each for each in named]}
        if isinstance(named, list)
        else {}
    )

    answer = test("POST", "/v1/posts", body, idempotency_key="k-1")

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    errors = answer.body["error"]["details"]["errors"]
    assert {each["field"] for each in errors} <= fields
    assert answer.body["error"]["details"]["field"] == errors[0]["field"]
    assert all(each["message"] and each["code"] for each in errors)
    assert test("GET", "/v1/posts").body["data"] == []
    assert messages(runtime.configured().publish_queue_url) == []


def test_every_wrong_field_is_told_at_once(test: Caller) -> None:
    answer = test(
        "POST", "/v1/posts", {"content": 1, "accountIds": ["x", 2], "scheduledFor": "x", "tags": 1}
    )

    assert [each["field"] for each in answer.body["error"]["details"]["errors"]] == [
        "content",
        "accountIds[0]",
        "accountIds[1]",
        "scheduledFor",
        "tags",
    ]


def test_a_rule_names_platform_and_lengths(test: Caller) -> None:
    account = connect(test, "twitter")

    answer = test(
        "POST", "/v1/posts", {"content": "a" * 312, "accountIds": [account], "publishNow": True}
    )

    assert (
        answer.body["error"]["message"]
        == "Content exceeds maximum length for Twitter (280 characters)"
    )
    details = answer.body["error"]["details"]
    assert {name: details[name] for name in ("field", "platform", "maxLength", "actualLength")} == {
        "field": "content",
        "platform": "TWITTER",
        "maxLength": 280,
        "actualLength": 312,
    }


def test_a_draft_may_break_the_rules_until_it_is_published(test: Caller) -> None:
    account = connect(test, "twitter")
    draft = test("POST", "/v1/posts", {"content": "a" * 312, "accountIds": [account]})

    answer = test("POST", f"/v1/posts/{draft.body['id']}/publish")

    assert (draft.status, answer.status, answer.body["error"]["code"]) == (
        201,
        400,
        "VALIDATION_ERROR",
    )
    assert test("GET", f"/v1/posts/{draft.body['id']}").body["status"] == "draft"


def test_a_new_draft_is_told_what_the_networks_would_say(test: Caller, account: str) -> None:
    body = {"content": "a" * 301, "accountIds": [account]}

    told = test("POST", "/v1/posts", body, idempotency_key="draft").body
    again = test("POST", "/v1/posts", body, idempotency_key="draft").body
    fine = test("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]}).body

    assert told["validation"]["valid"] is False
    assert [each["code"] for each in told["validation"]["platforms"]["BLUESKY"]["errors"]] == [
        "CONTENT_TOO_LONG"
    ]
    assert again == told
    assert fine["validation"]["valid"] is True
    assert "validation" not in test("GET", f"/v1/posts/{fine['id']}").body


@pytest.mark.parametrize("raw", ["{", "nope", '{"content": "\x08"}', "[" * 100_000])
def test_a_body_that_is_no_json_is_a_bad_request(test: Caller, raw: str) -> None:
    answer = test("POST", "/v1/posts", raw)

    assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("raw", ["[]", '"text"', "null", "3"])
def test_a_body_that_is_no_object_is_told_so(test: Caller, raw: str) -> None:
    assert test("POST", "/v1/posts", raw).body["error"]["code"] == "VALIDATION_ERROR"


def test_a_body_over_one_megabyte_is_too_large(test: Caller) -> None:
    answer = test("POST", "/v1/posts", {"content": "x" * 1024 * 1024})

    assert (answer.status, answer.body["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_texts_that_are_too_much_together_are_told_so(test: Caller, account: str) -> None:
    part = {"content": "\u00e9" * 10_000}
    new = {"content": "\u00e9", "threadPosts": [part] * 13, "accountIds": [account]}

    made = test("POST", "/v1/posts", new, idempotency_key="all at once")
    fitting = test(
        "POST", "/v1/posts", {**new, "threadPosts": [part] * 12}, idempotency_key="all at once"
    )
    post = fitting.body["id"]
    more = test("PATCH", f"/v1/posts/{post}", {"threadPosts": [part] * 13})
    rehearsed = test("POST", "/v1/posts/bulk", {"posts": [new], "dryRun": True})

    assert [(each.status, each.body["error"]["code"]) for each in (made, more)] == [
        (413, "PAYLOAD_TOO_LARGE")
    ] * 2
    assert fitting.status == 201, "nothing was kept of what was refused"
    assert rehearsed.body["results"][0]["error"]["code"] == "PAYLOAD_TOO_LARGE"
    assert len(test("GET", f"/v1/posts/{post}").body["threadPosts"]) == 12


def test_a_time_in_the_past_cannot_be_done(test: Caller, account: str) -> None:
    answer = test(
        "POST",
        "/v1/posts",
        {"content": "x", "accountIds": [account], "scheduledFor": "2020-01-01T00:00:00Z"},
    )

    assert (answer.status, answer.body["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY")


AT = {"scheduledFor": "2099-06-15T14:00:00", "timezone": "Europe/Berlin"}


def test_a_local_time_is_read_in_its_zone(test: Caller, account: str) -> None:
    body = {
        "content": "x",
        "accountIds": [account],
        "scheduledFor": "2099-06-15T14:00:00",
        "timezone": "America/New_York",
    }

    post = test("POST", "/v1/posts", body).body
    moved = test(
        "PATCH",
        f"/v1/posts/{post['id']}",
        {"scheduledFor": "2099-12-15T14:00:00", "timezone": "America/New_York"},
    ).body

    assert post["scheduledFor"] == "2099-06-15T18:00:00.000Z"
    assert moved["scheduledFor"] == "2099-12-15T19:00:00.000Z"


@pytest.mark.parametrize("name", ["scheduledFor", "scheduledAt"])
def test_the_vendors_command_line_means_utc_unless_a_timezone_is_named(
    test: Caller, account: str, name: str
) -> None:
    body = {"content": "x", "accountIds": [account], name: "2099-06-15 14:00"}

    plain = test("POST", "/v1/posts", body).body
    zoned = test("POST", "/v1/posts", body | {"timezone": "Europe/Berlin"}).body
    moved = test("PATCH", f"/v1/posts/{zoned['id']}", {name: "2099-06-16 09:30"}).body

    assert plain["scheduledFor"] == "2099-06-15T14:00:00.000Z"
    assert zoned["scheduledFor"] == "2099-06-15T12:00:00.000Z"
    assert moved["scheduledFor"] == "2099-06-16T09:30:00.000Z"


@pytest.mark.parametrize(
    "time",
    [
        "2099-06-15T14:00:00",
        "2099-06-15T14:00",
        "2099-06-15 14:00:00",
        "2099-06-15",
        "2099-06-15  14:00",
        "2099-06-15 14:00\n",
    ],
)
def test_every_other_time_without_a_zone_is_refused(test: Caller, account: str, time: str) -> None:
    answer = test(
        "POST", "/v1/posts", {"content": "x", "accountIds": [account], "scheduledFor": time}
    )

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, "scheduledFor")


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (
            AT | {"scheduledFor": "2026-03-29T02:30:00"},
            "scheduledFor",
            "2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00",
        ),
        (
            AT | {"scheduledFor": "2026-10-25T02:30:00"},
            "scheduledFor",
            "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00",
        ),
        (AT | {"timezone": None}, "scheduledFor", "has no time zone"),
        (AT | {"timezone": "Mars/Base"}, "timezone", "IANA"),
        (AT | {"timezone": 7}, "timezone", "IANA"),
    ],
)
def test_a_local_time_that_is_none_or_two_is_refused(
    test: Caller, account: str, body: dict[str, Any], field: str, said: str
) -> None:
    answer = test("POST", "/v1/posts", {"content": "x", "accountIds": [account]} | body)

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    [error] = answer.body["error"]["details"]["errors"]
    assert error["field"] == field
    assert said in error["message"]


def test_a_disconnected_account_cannot_post(test: Caller, account: str) -> None:
    test("DELETE", f"/v1/accounts/{account}")

    answer = test(
        "POST", "/v1/posts", {"content": "x", "accountIds": [account], "publishNow": True}
    )

    assert (answer.status, answer.body["error"]["details"]) == (422, {"accountIds": [account]})


def test_a_number_that_was_kept_and_json_does_not_have_is_null(test: Caller, account: str) -> None:
    post = test(
        "POST", "/v1/posts", {"content": "x", "accountIds": [account], "metadata": {"a": 1, "b": 2}}
    ).body
    table = boto3.resource("dynamodb").Table("herald")
    [row] = [each for each in table.scan()["Items"] if "metadata" in each]
    table.put_item(Item=row | {"metadata": '{"a": Infinity, "b": [NaN, 2]}'})

    assert test("GET", "/v1/posts").body["data"][0]["metadata"] == {"a": None, "b": [None, 2]}
    assert test("GET", f"/v1/posts/{post['id']}").body["metadata"] == {"a": None, "b": [None, 2]}


def test_metadata_has_a_limit(test: Caller, account: str) -> None:
    answer = test(
        "POST",
        "/v1/posts",
        {"content": "x", "accountIds": [account], "metadata": {"k": "v" * 5_000}},
    )

    assert (answer.status, answer.body["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY")


def test_unicode_survives(test: Caller, account: str) -> None:
    text = "naïve 日本語 👨‍👩‍👧‍👦 \u202e rtl \t tab \r\n line \u2028 line"

    post = test(
        "POST",
        "/v1/posts",
        {"content": text, "accountIds": [account], "metadata": {"ключ": "✓"}, "tags": ["🏷"]},
    ).body

    found = test("GET", f"/v1/posts/{post['id']}").body
    assert (found["content"], found["metadata"], found["tags"]) == (text, {"ключ": "✓"}, ["🏷"])


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v1/posts/post_xyz789", 400), ("/v1/posts/post_" + "0" * 24, 404), ("/v1/posts/%00", 400)],
)
def test_a_post_that_is_not_there(test: Caller, path: str, code: int) -> None:
    assert test("GET", path).status == code

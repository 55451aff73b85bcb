"""Options for one network alone: judged by that network's declaration, kept, shown, and sent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from herald import runtime
from herald.domain.accounts import Account, Platform
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import PublishJob
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms.registry import Registry
from tests.integration.conftest import Caller, owner_of
from tests.networks.mastodon import FakeMastodon, Person

PRIVATE = {
    "visibility": "private",
    "spoilerText": "The end of the film",
    "sensitive": True,
    "language": "de",
}


@pytest.fixture
def instance() -> Iterator[FakeMastodon]:
    with FakeMastodon(runtime.now) as instance:
        yield instance


@pytest.fixture
def person(instance: FakeMastodon) -> Person:
    return instance.person()


@pytest.fixture
def registry() -> Registry:
    return Registry(Client(Guard(["127.0.0.1"])), runtime.sandbox_ledger(), runtime.now)


@pytest.fixture
def account(live: Caller, instance: FakeMastodon, person: Person, registry: Registry) -> Account:
    connect = replace(runtime.accounts(), registry=registry).connect
    fields = {"instance_url": instance.url, "access_token": person.token}
    return connect(Platform.MASTODON, fields, owner_of(live), request=IdempotentRequest())


def publish(post: Any, account: Account, registry: Registry) -> None:
    """Let a worker do all that is due of the post."""
    publisher = replace(runtime.publisher(), registry=registry)
    for target in runtime.lifecycle().find(post["id"], account.owner)[0].tasks.values():
        publisher.publish(
            PublishJob(
                owner=account.owner, post_id=post["id"], target_id=target.id, account_id=account.id
            )
        )


def test_options_reach_the_network_with_every_part(
    live: Caller, account: Account, instance: FakeMastodon, person: Person, registry: Registry
) -> None:
    new = {
        "content": "He was dead all along.",
        "threadPosts": [{"content": "And so was she."}],
        "firstComment": "Sorry.",
        "accountIds": [account.id],
        "publishNow": True,
        "platformOverrides": {"MASTODON": PRIVATE},
    }

    post = live("POST", "/v1/posts", new).body
    for _ in range(3):
        publish(post, account, registry)

    assert post["platformOverrides"] == {"MASTODON": PRIVATE}
    shown = instance.visible(person)
    assert len(shown) == 3
    assert {(each.visibility, each.spoiler_text, each.language) for each in shown} == {
        ("private", "The end of the film", "de")
    }


def test_a_value_that_is_not_declared_is_refused_with_the_choices(
    live: Caller, account: Account
) -> None:
    override = {"visibility": "friends", "sensitive": "yes", "language": "German"}
    body = {
        "content": "Hello",
        "accountIds": [account.id],
        "platformOverrides": {"MASTODON": override},
    }

    answer = live("POST", "/v1/posts", body)

    said = {each["field"]: each["message"] for each in answer.body["error"]["details"]["errors"]}
    mastodon = "platformOverrides.MASTODON"
    assert said == {
        f"{mastodon}.visibility": (
            f"{mastodon}.visibility: must be one of public, unlisted, private"
        ),
        f"{mastodon}.sensitive": f"{mastodon}.sensitive must be true or false",
        f"{mastodon}.language": f"{mastodon}.language must match ^[a-z]{{2,3}}(-[A-Za-z]{{2,4}})?$",
    }


def test_an_option_of_another_platform_is_ignored_and_named(live: Caller, account: Account) -> None:
    override = {
        "MASTODON": {"languages": ["de"], "visibility": "unlisted"},
        "BLUESKY": {"visibility": "unlisted"},
    }

    answer = live(
        "POST",
        "/v1/posts",
        {"content": "Hello", "accountIds": [account.id], "platformOverrides": override},
    )

    assert answer.body["platformOverrides"] == {"MASTODON": {"visibility": "unlisted"}}
    ignored = answer.headers["X-Herald-Ignored-Fields"]
    assert ignored == "platformOverrides.MASTODON.languages, platformOverrides.BLUESKY.visibility"


def test_a_warning_takes_of_the_texts_room(test: Caller) -> None:
    body = {
        "content": "a" * 490,
        "platforms": ["MASTODON"],
        "threadPosts": [{"content": "b" * 490}],
    }
    warned = {**body, "platformOverrides": {"MASTODON": {"spoilerText": "c" * 11}}}

    fits = test("POST", "/v1/posts/validate", body).body
    said = test("POST", "/v1/posts/validate", warned).body

    assert fits["valid"]
    errors = said["platforms"]["MASTODON"]["errors"]
    assert [(each["field"], each["actualLength"]) for each in errors] == [
        ("content", 501),
        ("threadPosts[0].content", 501),
    ]


def test_the_platforms_list_their_options(test: Caller) -> None:
    said = {each["platform"]: each["options"] for each in test("GET", "/v1/platforms").body["data"]}

    assert {
        name: [each["name"] for each in options] for name, options in said.items() if options
    } == {
        "youtube": ["title"],
        "tiktok": ["title"],
        "pinterest": ["title", "boardId"],
        "bluesky": ["languages"],
        "mastodon": ["visibility", "spoilerText", "sensitive", "language"],
    }
    assert said["mastodon"][0] == {
        "name": "visibility",
        "type": "string",
        "choices": ["public", "unlisted", "private"],
        "pattern": None,
        "max": None,
        "description": (
            "Who sees it: everybody, everybody but not in the public timelines, or followers alone."
        ),
        "sourceUrl": "https://docs.joinmastodon.org/methods/statuses/#create",
        "verifiedAt": "2026-11-27",
    }

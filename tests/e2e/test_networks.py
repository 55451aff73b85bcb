"""Real publishing from the running stack: to a real Bluesky server, and to a Mastodon.

The Mastodon honours Idempotency-Key.
"""

from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from tests import files
from tests.bluesky.fixtures import Pds, Person
from tests.e2e.stack import Caller, until
from tests.e2e.test_media import uploaded
from tests.networks.consents import decided
from tests.networks.mastodon import FakeMastodon, Fault, Step


def test_a_user_of_mastodon_consents_and_herald_posts_for_them_until_they_are_disconnected(
    live: Caller, mastodon: FakeMastodon
) -> None:
    person = mastodon.person()
    asked = live("POST", "/v1/accounts/connect/mastodon", {"instanceUrl": mastodon.url})

    landing = requests.get(decided(asked.body["authorizationUrl"]), timeout=30)

    listed = live("GET", "/v1/accounts?platform=mastodon&limit=100").body["data"]
    account = max(listed, key=lambda each: each["updatedAt"])
    assert (landing.status_code, account["username"]) == (200, "alice@social.example")
    body = {"content": "With consent", "accountIds": [account["id"]], "publishNow": True}
    assert live.finished(live("POST", "/v1/posts", body).body["id"])["status"] == "published"
    assert len(mastodon.visible(person)) == 1
    live("DELETE", f"/v1/accounts/{account['id']}")
    assert len(mastodon.revoked) == 1


def test_a_post_is_on_a_real_bluesky_server_once(live: Caller, pds: Pds, person: Person) -> None:
    account = live.connect(
        "bluesky", identifier=person.handle, appPassword=person.app_password, instanceUrl=pds.url
    )
    text = f"Hello from herald #{uuid4().hex[:8]} https://example.com"

    post = live(
        "POST", "/v1/posts", {"content": text, "accountIds": [account], "publishNow": True}
    ).body
    done = live.finished(post["id"])

    assert done["status"] == "published", done
    [record] = pds.posts(person.did)
    assert record["value"]["text"] == text
    assert record["uri"] == done["platforms"][0]["platformPostId"]
    assert done["platforms"][0]["platformPostUrl"].startswith(
        f"https://bsky.app/profile/{person.handle}/post/"
    )


def test_a_wrong_password_is_told_when_connecting(live: Caller, pds: Pds, person: Person) -> None:
    body = {"identifier": person.handle, "appPassword": "not-the-password", "instanceUrl": pds.url}

    answer = live("POST", "/v1/accounts/connect/bluesky", body)

    assert answer.status == 422
    assert "not-the-password" not in str(answer.body)


@pytest.mark.parametrize("faults", [[], [Fault.PROCESS_THEN_DROP], [Fault.PROCESS_THEN_500]])
def test_a_post_is_on_mastodon_once_whatever_happens_to_the_answer(
    live: Caller, mastodon: FakeMastodon, faults: list[Fault]
) -> None:
    person = mastodon.person()
    account = live.connect("mastodon", instanceUrl=mastodon.url, accessToken=person.token)
    mastodon.fail(Step.CREATE, *faults)

    post = live(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}
    ).body
    done = live.finished(post["id"])

    assert done["status"] == "published", done
    assert len(mastodon.visible(person)) == 1
    assert done["platforms"][0]["platformPostId"] == mastodon.visible(person)[0].id


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.UNAVAILABLE])
def test_what_mastodon_may_still_be_working_on_is_looked_for_and_not_sent_again(
    live: Caller, mastodon: FakeMastodon, fault: Fault
) -> None:
    person = mastodon.person()
    account = live.connect("mastodon", instanceUrl=mastodon.url, accessToken=person.token)
    mastodon.fail(Step.CREATE, fault)
    before = len(mastodon.asked)

    post = live(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}
    ).body
    until(lambda: [each.step for each in mastodon.asked[before:]].count(Step.LIST) >= 3)

    [target] = live("GET", f"/v1/posts/{post['id']}").body["platforms"]
    assert target["status"] == "unknown"
    assert [each.step for each in mastodon.asked[before:]].count(Step.CREATE) == 1
    assert mastodon.visible(person) == []


def test_a_revoked_token_fails_the_target_and_marks_the_account(
    live: Caller, mastodon: FakeMastodon
) -> None:
    person = mastodon.person("bob")
    account = live.connect("mastodon", instanceUrl=mastodon.url, accessToken=person.token)
    mastodon.revoked.add(person.token)

    post = live(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}
    ).body
    done = live.finished(post["id"])

    assert (done["status"], done["platforms"][0]["error"]["code"]) == (
        "failed",
        "ACCOUNT_DISCONNECTED",
    )
    assert live("GET", f"/v1/accounts/{account}").body["status"] == "error"
    assert person.token not in str(done)


def test_a_thread_and_its_first_comment_are_one_conversation_until_they_are_deleted(
    live: Caller, pds: Pds, person: Person
) -> None:
    account = live.connect(
        "bluesky", identifier=person.handle, appPassword=person.app_password, instanceUrl=pds.url
    )
    parts = [{"content": "Two."}, {"content": "Three."}]
    body = {
        "content": "One.",
        "accountIds": [account],
        "threadPosts": parts,
        "firstComment": "Well said.",
        "publishNow": True,
    }

    post = live("POST", "/v1/posts", body).body
    done = live.finished(post["id"])
    target = until(lambda: followed(live, post["id"], "firstComment"))

    assert (done["status"], target["firstComment"]["status"]) == ("published", "published")
    records = {record["uri"]: record["value"] for record in pds.posts(person.did)}
    chain = [target["platformPostId"], *(part["platformPostId"] for part in target["threadPosts"])]
    assert [records[uri]["text"] for uri in chain] == ["One.", "Two.", "Three."]
    assert [records[uri]["reply"]["parent"]["uri"] for uri in chain[1:]] == chain[:-1]
    assert records[target["firstComment"]["platformPostId"]]["reply"]["parent"]["uri"] == chain[0]
    assert len(records) == 4

    assert (
        live("POST", f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True}).status
        == 200
    )
    assert until(lambda: followed(live, post["id"], "deletion"))["deletion"]["status"] == "deleted"
    assert pds.posts(person.did) == []


def test_a_picture_is_on_both_networks_made_to_fit_and_with_its_words(
    live: Caller, pds: Pds, person: Person, mastodon: FakeMastodon
) -> None:
    somebody = mastodon.person("carol")
    accounts = [
        live.connect(
            "bluesky",
            identifier=person.handle,
            appPassword=person.app_password,
            instanceUrl=pds.url,
        ),
        live.connect("mastodon", instanceUrl=mastodon.url, accessToken=somebody.token),
    ]
    noise = files.encoded(
        Image.effect_noise((1_400, 1_000), 90).convert("RGB"), "JPEG", quality=97
    )  # more than Bluesky takes
    picture = uploaded(live, noise, "image/jpeg")["mediaId"]
    mastodon.polls = 1

    body = {
        "content": "Look.",
        "accountIds": accounts,
        "media": [{"id": picture, "altText": "Noise."}],
        "publishNow": True,
    }
    done = live.finished(live("POST", "/v1/posts", body).body["id"])

    assert done["status"] == "published", done
    [record] = pds.posts(person.did)
    [shown] = record["value"]["embed"]["images"]
    assert (shown["alt"], shown["image"]["size"] <= 1_000_000, len(noise) > 1_000_000) == (
        "Noise.",
        True,
        True,
    )
    [status] = mastodon.visible(somebody)
    assert [(each.description, each.data == noise) for each in status.files] == [("Noise.", True)]


def followed(caller: Caller, post_id: str, follow_up: str) -> Any:
    """The post's one target, once its follow-up came to an end."""
    [target] = caller("GET", f"/v1/posts/{post_id}").body["platforms"]
    return (
        target
        if target[follow_up]
        and target[follow_up]["status"] in {"published", "failed", "skipped", "deleted"}
        else None
    )

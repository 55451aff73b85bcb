"""Real publishing from the running stack: to a real Bluesky server, and to a Mastodon that honours Idempotency-Key."""

from uuid import uuid4

import pytest

from tests.bluesky.fixtures import Pds, Person
from tests.e2e.stack import Caller
from tests.networks.mastodon import FakeMastodon, Fault, Step


def test_a_post_is_on_a_real_bluesky_server_once(live: Caller, pds: Pds, person: Person) -> None:
    account = live.connect("bluesky", identifier=person.handle, appPassword=person.app_password, instanceUrl=pds.url)
    text = f"Hello from herald #{uuid4().hex[:8]} https://example.com"

    post = live("POST", "/v1/posts", {"content": text, "accountIds": [account], "publishNow": True}).body
    done = live.finished(post["id"])

    assert done["status"] == "published", done
    [record] = pds.posts(person.did)
    assert record["value"]["text"] == text
    assert record["uri"] == done["platforms"][0]["platformPostId"]
    assert done["platforms"][0]["platformPostUrl"].startswith(f"https://bsky.app/profile/{person.handle}/post/")


def test_a_wrong_password_is_told_when_connecting(live: Caller, pds: Pds, person: Person) -> None:
    body = {"identifier": person.handle, "appPassword": "not-the-password", "instanceUrl": pds.url}

    answer = live("POST", "/v1/accounts/connect/bluesky", body)

    assert answer.status == 422
    assert "not-the-password" not in str(answer.body)


@pytest.mark.parametrize("faults", [[], [Fault.PROCESS_THEN_DROP], [Fault.PROCESS_THEN_500], [Fault.DROP], [Fault.UNAVAILABLE]])
def test_a_post_is_on_mastodon_once_whatever_happens_to_the_answer(
    live: Caller, mastodon: FakeMastodon, faults: list[Fault]
) -> None:
    person = mastodon.person()
    account = live.connect("mastodon", instanceUrl=mastodon.url, accessToken=person.token)
    mastodon.fail(Step.CREATE, *faults)

    post = live("POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}).body
    done = live.finished(post["id"])

    assert done["status"] == "published", done
    assert len(mastodon.visible(person)) == 1
    assert done["platforms"][0]["platformPostId"] == mastodon.visible(person)[0].id


def test_a_revoked_token_fails_the_target_and_marks_the_account(live: Caller, mastodon: FakeMastodon) -> None:
    person = mastodon.person("bob")
    account = live.connect("mastodon", instanceUrl=mastodon.url, accessToken=person.token)
    mastodon.revoked.add(person.token)

    post = live("POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}).body
    done = live.finished(post["id"])

    assert (done["status"], done["platforms"][0]["error"]["code"]) == ("failed", "ACCOUNT_DISCONNECTED")
    assert live("GET", f"/v1/accounts/{account}").body["status"] == "error"
    assert person.token not in str(done)

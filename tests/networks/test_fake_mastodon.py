"""The fake instance is faithful: an independent client of Mastodon can use it.

That also holds when it misbehaves.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import mastodon
import pytest
import requests

from tests import files
from tests.networks.consents import decided, query_of
from tests.networks.mastodon import Clock, FakeMastodon, Fault, Person, Step


@pytest.fixture
def client(instance: FakeMastodon, person: Person) -> Iterator[mastodon.Mastodon]:
    with requests.Session() as session:
        yield connected(instance, person.token, session)


def connected(instance: FakeMastodon, token: str, session: requests.Session) -> mastodon.Mastodon:
    return mastodon.Mastodon(
        access_token=token,
        api_base_url=instance.url,
        version_check_mode="created",
        ratelimit_method="throw",
        request_timeout=10,
        session=session,
    )


def test_it_says_who_and_where_it_is(client: mastodon.Mastodon, person: Person) -> None:
    me = client.account_verify_credentials()
    where = client.instance_v2()

    assert (me.id, me.acct, me.display_name) == (person.id, "alice", "Alice")
    assert (where.domain, where.configuration.statuses.max_characters) == ("social.example", 500)
    assert client.retrieve_mastodon_version() == "4.3.8"


def test_a_status_is_posted_read_listed_and_deleted(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    posted = client.status_post("Grüße <b>\n\nzwei", visibility="unlisted")

    assert client.status(posted.id).content == "<p>Grüße &lt;b&gt;</p><p>zwei</p>"
    assert client.status_source(posted.id).text == "Grüße <b>\n\nzwei"
    assert [
        status.id for status in client.account_statuses(person.id, exclude_reblogs=True, limit=40)
    ] == [posted.id]
    assert [(status.text, status.visibility) for status in instance.visible(person)] == [
        ("Grüße <b>\n\nzwei", "unlisted")
    ]
    client.status_delete(posted.id)
    assert instance.visible(person) == []
    with pytest.raises(mastodon.MastodonNotFoundError):
        client.status(posted.id)


def test_a_key_gives_the_same_status_whatever_the_text(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    first = client.status_post("one", idempotency_key="k")
    again = client.status_post("two", idempotency_key="k")
    other = client.status_post("two", idempotency_key="l")

    assert again.id == first.id != other.id
    assert [status.text for status in instance.visible(person)] == ["one", "two"]


def test_a_key_is_remembered_only_after_the_status_was_made(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    instance.now = clock = Clock(datetime.now(UTC))
    instance.key_delay = timedelta(seconds=2)
    first = client.status_post("one", idempotency_key="k")
    again = client.status_post("one", idempotency_key="k")
    clock.move(timedelta(seconds=2))
    third = client.status_post("one", idempotency_key="k")

    assert first.id != again.id == third.id
    assert len(instance.visible(person)) == 2


def test_a_worker_that_dies_leaves_the_status_without_its_key(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    instance.fail(Step.CREATE, Fault.PROCESS_THEN_DIE)

    with pytest.raises(mastodon.MastodonNetworkError):
        client.status_post("one", idempotency_key="k")
    client.status_post("one", idempotency_key="k")

    assert len(instance.visible(person)) == 2


def test_a_request_that_is_still_worked_on_makes_its_status_later(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    instance.now = clock = Clock(datetime.now(UTC))
    instance.fail(Step.CREATE, Fault.STALL)

    with pytest.raises(mastodon.MastodonNetworkError):
        client.status_post("one", idempotency_key="k")
    assert instance.visible(person) == []
    second = client.status_post("one", idempotency_key="k")
    clock.move(instance.stall)

    assert [status.text for status in instance.visible(person)] == ["one", "one"]
    assert (
        client.status_post("one", idempotency_key="k").id != second.id
    )  # the last one to end has the key


def test_a_key_whose_status_was_deleted_finds_nothing(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    posted = client.status_post("one", idempotency_key="k")
    client.status_delete(posted.id)

    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        client.status_post("one", idempotency_key="k")
    assert instance.visible(person) == []


@pytest.mark.parametrize("cap", [20, 24])
def test_a_page_is_no_longer_than_the_instance_allows(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person, cap: int
) -> None:
    instance.page_cap = cap
    ids = [instance.write(person, f"post {number}").id for number in range(50)]

    first = client.account_statuses(person.id, limit=40)

    assert len(first) == cap
    assert [str(status.id) for status in client.fetch_remaining(first)] == ids[::-1]


def test_a_status_is_listed_later_than_it_is_there(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    instance.now = clock = Clock(datetime.now(UTC))
    instance.lag = timedelta(seconds=30)
    posted = client.status_post("one")

    assert client.account_statuses(person.id) == []
    assert client.status(posted.id).id == posted.id
    clock.move(instance.lag)
    assert [status.id for status in client.account_statuses(person.id)] == [posted.id]


def test_a_file_is_uploaded_polled_and_attached_once(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    instance.polls = 1
    file = client.media_post(
        files.picture("JPEG"), "image/jpeg", description="Grüße", synchronous=False
    )

    with pytest.raises(mastodon.MastodonAPIError, match="not finished processing"):
        client.status_post("x", media_ids=[file.id])
    assert (file.url, client.media(file.id).url, client.media(file.id).url is None) == (
        None,
        None,
        False,
    )
    posted = client.status_post("", media_ids=[file.id])

    assert [(each.id, each.description) for each in posted.media_attachments] == [
        (file.id, "Grüße")
    ]
    with pytest.raises(mastodon.MastodonNotFoundError):
        client.media(file.id)
    with pytest.raises(mastodon.MastodonAPIError, match="already attached"):
        client.status_post("x", media_ids=[file.id])
    assert len(instance.visible(person)) == 1
    client.status_delete(posted.id)
    assert client.media(file.id).id == file.id  # it may be used again


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (["JPEG"] * 5, "more than 4"),
        (["video", "JPEG"], "already contains images"),
        ([], "can't be blank"),
    ],
)
def test_files_that_do_not_go_together_are_refused(
    client: mastodon.Mastodon, kinds: list[str], words: str
) -> None:
    found = [
        client.media_post(files.mp4(), "video/mp4")
        if kind == "video"
        else client.media_post(files.picture(kind), "image/jpeg")
        for kind in kinds
    ]

    with pytest.raises(mastodon.MastodonAPIError, match=words):
        client.status_post("", media_ids=found or None)


def test_files_that_are_too_large_or_none_are_refused(
    instance: FakeMastodon, client: mastodon.Mastodon
) -> None:
    with pytest.raises(mastodon.MastodonAPIError, match="content type is invalid"):
        client.media_post(b"text", "image/jpeg")
    instance.max_image_bytes = 100
    with pytest.raises(mastodon.MastodonAPIError, match="less than 100"):
        client.media_post(files.picture("JPEG"), "image/jpeg")


def test_lists_are_paged_by_id(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    ids = [instance.write(person, f"post {number}").id for number in range(5)]
    instance.write(person, "a boost", reblog=True)

    first = client.account_statuses(person.id, exclude_reblogs=True, limit=3)
    second = client.fetch_next(first)

    assert second is not None
    assert [str(status.id) for status in [*first, *second]] == ids[::-1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "can't be blank"),
        ("x" * 501, "character limit of 500"),
        ("https://a.b/ " + "x" * 477, "limit"),
    ],
)
def test_a_text_that_breaks_the_rules_is_refused(
    client: mastodon.Mastodon, text: str, words: str
) -> None:
    with pytest.raises(mastodon.MastodonAPIError, match=words) as caught:
        client.status_post(text)
    assert caught.value.args[1] == 422


def test_a_link_counts_23(client: mastodon.Mastodon) -> None:
    assert client.status_post("https://example.com/" + "x" * 600)


def test_tokens_are_checked(
    instance: FakeMastodon, client: mastodon.Mastodon, person: Person
) -> None:
    reader = instance.person("bob", frozenset({"profile"}))
    instance.revoked.add(person.token)

    with pytest.raises(mastodon.MastodonUnauthorizedError, match="revoked"):
        client.account_verify_credentials()
    with requests.Session() as session:
        with pytest.raises(mastodon.MastodonAPIError, match="outside the authorized scopes"):
            connected(instance, reader.token, session).status_post("x")
        with pytest.raises(mastodon.MastodonUnauthorizedError, match="invalid"):
            connected(instance, "nobody's", session).account_verify_credentials()


@pytest.mark.parametrize(
    ("fault", "error", "posted"),
    [
        (Fault.DROP, mastodon.MastodonNetworkError, 0),
        (Fault.UNAVAILABLE, mastodon.MastodonServiceUnavailableError, 0),
        (Fault.RATE_LIMIT, mastodon.MastodonRatelimitError, 0),
        (Fault.UNAUTHORIZED, mastodon.MastodonUnauthorizedError, 0),
        (Fault.PROCESS_THEN_DROP, mastodon.MastodonNetworkError, 1),
        (Fault.PROCESS_THEN_500, mastodon.MastodonInternalServerError, 1),
        (Fault.PROCESS_THEN_TRUNCATE, mastodon.MastodonError, 1),
    ],
)
def test_faults_are_what_they_say(
    instance: FakeMastodon,
    client: mastodon.Mastodon,
    fault: Fault,
    error: type[Exception],
    posted: int,
) -> None:
    [person] = instance.people
    instance.fail(Step.CREATE, fault)

    with pytest.raises(error):
        client.status_post("x")

    assert len(instance.visible(person)) == posted
    client.status_post("y")  # one fault, one request
    assert len(instance.visible(person)) == posted + 1


def test_it_can_refuse_connections_and_come_back(
    instance: FakeMastodon, client: mastodon.Mastodon
) -> None:
    with instance.refusing(), pytest.raises(mastodon.MastodonNetworkError):
        client.account_verify_credentials()

    assert client.account_verify_credentials()


REDIRECT = "https://app.example.com/connected"
SCOPES = ["profile", "read:statuses", "write:statuses", "write:media"]


def asking(instance: FakeMastodon) -> tuple[mastodon.Mastodon, str]:
    """Register an app. Return its client, and where a person consents."""
    client_id, client_secret = mastodon.Mastodon.create_app(
        "herald", scopes=SCOPES, redirect_uris=REDIRECT, api_base_url=instance.url
    )
    client = mastodon.Mastodon(client_id, client_secret, api_base_url=instance.url)
    address = client.auth_request_url(
        redirect_uris=REDIRECT, scopes=SCOPES, state="s", allow_http=True
    )
    return client, address


def test_an_app_is_registered_and_a_person_consents_posts_and_takes_it_back(
    instance: FakeMastodon, person: Person
) -> None:
    client, address = asking(instance)

    answer = query_of(decided(address))
    client.log_in(code=answer["code"], redirect_uri=REDIRECT, scopes=SCOPES, allow_http=True)
    posted = client.status_post("With consent")

    assert answer["state"] == "s"
    assert [status.id for status in instance.visible(person)] == [posted.id]
    client.revoke_access_token(allow_http=True)
    with pytest.raises(mastodon.MastodonUnauthorizedError):
        connected(instance, instance.people[-1].token, requests.Session()).me()


def test_a_person_who_denies_is_sent_back_without_a_code(
    instance: FakeMastodon, person: Person
) -> None:
    _, address = asking(instance)

    assert query_of(decided(address, "deny")) == {"error": "access_denied", "state": "s"}


@pytest.mark.parametrize("wrong", ["code", "secret", "redirect", "again"])
def test_a_code_works_once_for_its_client_and_its_address(
    instance: FakeMastodon, person: Person, wrong: str
) -> None:
    client, address = asking(instance)
    code = query_of(decided(address))["code"]
    secret = "x" if wrong == "secret" else client.client_secret
    other = mastodon.Mastodon(client.client_id, secret, api_base_url=instance.url)
    if wrong == "again":
        client.log_in(code=code, redirect_uri=REDIRECT, scopes=SCOPES, allow_http=True)

    with pytest.raises(mastodon.MastodonIllegalArgumentError):
        other.log_in(
            code="x" if wrong == "code" else code,
            redirect_uri="https://evil.example/" if wrong == "redirect" else REDIRECT,
            scopes=SCOPES,
            allow_http=True,
        )


def test_an_app_that_is_forgotten_cannot_ask(instance: FakeMastodon) -> None:
    _, address = asking(instance)
    instance.doorkeeper.forget_clients()

    assert requests.get(address, timeout=10).status_code == 401

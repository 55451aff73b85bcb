"""The Mastodon connector against the fake instance, over real HTTP. What the instance shows is the truth."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain.accounts import Account, Mode, Owner, Platform, Secret
from herald.domain.errors import (
    AccountError,
    ContentError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
    UnavailableError,
    UnprocessableError,
    ValidationError,
)
from herald.domain.outcomes import Published
from herald.net.client import Body, Client, Response
from herald.net.guard import Guard
from herald.platforms.mastodon import Mastodon
from herald.platforms.protocol import Absent, Draft, LostAnswerError, Reply, Session, Undecided
from tests.networks.mastodon import Clock, FakeMastodon, Fault, Person, Step
from tests.outgoing import no_file

START = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
DRAFT = Draft(key="pp_1:0", text="Grüße from the test 🐘\nhttps://example.com/")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Hasty:
    """A client that waits for nobody."""

    client: Client
    seconds: float = 0.1

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | Body = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        return self.client.send(method, url, headers=headers, body=body, timeout=self.seconds, max_bytes=max_bytes)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def instance(clock: Clock) -> Iterator[FakeMastodon]:
    with FakeMastodon(clock) as instance:
        yield instance


@pytest.fixture
def person(instance: FakeMastodon) -> Person:
    return instance.person()


@pytest.fixture
def connector(clock: Clock) -> Mastodon:
    return Mastodon(Client(Guard(["127.0.0.1"])), clock)


@pytest.fixture
def session(instance: FakeMastodon, person: Person) -> Session:
    return session_of(instance, person)


def session_of(instance: FakeMastodon, person: Person) -> Session:
    account = Account(
        id="acc_1",
        owner=Owner("ws_1", Mode.LIVE),
        platform=Platform.MASTODON,
        remote_id=f"{person.id}@{instance.domain}",
        username=f"{person.username}@{instance.domain}",
        host=instance.url,
        created_at=START,
        updated_at=START,
    )
    return Session(account, {"accessToken": Secret(person.token)}, keep=lambda _new: pytest.fail("nothing to keep"), file=no_file)


@pytest.fixture
def lose(instance: FakeMastodon, connector: Mastodon, session: Session) -> Callable[[Fault], Mapping[str, str]]:
    """Commit with a fault that loses the answer; returns the handle."""

    def commit(fault: Fault) -> Mapping[str, str]:
        handle = connector.prepare(DRAFT, session, handle={})
        instance.fail(Step.CREATE, fault)
        with pytest.raises(LostAnswerError):
            connector.commit(DRAFT, session, handle=handle)
        return handle

    return commit


# ------------------------------------------------------------------------------------------------------------------ connecting


@pytest.mark.parametrize("shape", ["{}", "{}/", "{}/@alice"])
def test_a_token_connects_the_account_it_belongs_to(
    instance: FakeMastodon, connector: Mastodon, person: Person, shape: str
) -> None:
    profile, credentials = connector.connect({"instanceUrl": shape.format(instance.url), "accessToken": person.token})

    assert (profile.remote_id, profile.username, profile.host) == ("1@social.example", "alice@social.example", instance.url)
    assert (profile.display_name, profile.avatar_url) == ("Alice", "https://social.example/avatars/1.png")
    assert dict(credentials) == {"accessToken": person.token}
    assert person.token not in repr(credentials)


def test_an_instances_own_limits_come_with_the_account(clock: Clock, connector: Mastodon) -> None:
    with FakeMastodon(clock, max_characters=5_000) as instance:
        profile, _ = connector.connect({"instanceUrl": instance.url, "accessToken": instance.person().token})

    assert profile.limits == {
        "max_text": 5_000,
        "max_media": 4,
        "max_image_bytes": 16_777_216,
        "max_image_pixels": 33_177_600,
        "max_video_bytes": 103_809_024,
        "max_video_pixels": 8_294_400,
    }


@pytest.mark.parametrize("step", [Step.VERIFY, Step.INSTANCE])
def test_an_instance_that_is_away_is_no_fault_of_the_token(
    instance: FakeMastodon, connector: Mastodon, person: Person, step: Step
) -> None:
    instance.fail(step, Fault.UNAVAILABLE)

    with pytest.raises(UnavailableError):
        connector.connect({"instanceUrl": instance.url, "accessToken": person.token})


def test_a_token_the_instance_refuses_does_not_connect(instance: FakeMastodon, connector: Mastodon, person: Person) -> None:
    blind = instance.person("bob", frozenset({"write:statuses"}))
    instance.revoked.add(person.token)

    for token, words in ((person.token, "revoked"), (blind.token, "scopes"), ("made-up", "invalid")):
        with pytest.raises(UnprocessableError, match=words) as caught:
            connector.connect({"instanceUrl": instance.url, "accessToken": token})
        assert token not in caught.value.message


def test_missing_and_malformed_fields_are_all_named(connector: Mastodon) -> None:
    with pytest.raises(ValidationError) as caught:
        connector.connect({"accessToken": " "})
    assert [problem.field for problem in caught.value.problems] == ["instanceUrl", "accessToken"]
    for fields in (
        {"instanceUrl": "https://", "accessToken": "x"},
        {"instanceUrl": "https://user@social.example", "accessToken": "x"},
        {"instanceUrl": "https://[social", "accessToken": "x"},
        {"instanceUrl": "file://social/etc", "accessToken": "x"},
        {"instanceUrl": "https://127.1", "accessToken": "x"},
        {"instanceUrl": "https://127.0.0.1\\@social.example", "accessToken": "x"},
        {"instanceUrl": "https://social.example", "accessToken": "a\r\nb"},
        {"instanceUrl": "https://social.example", "accessToken": "pässword"},
    ):
        with pytest.raises(ValidationError):
            connector.connect(fields)


@pytest.mark.parametrize("address", ["http://127.0.0.2", "https://169.254.169.254", "http://social.example"])
def test_an_address_that_may_not_be_called_does_not_connect(clock: Clock, address: str) -> None:
    connector = Mastodon(Client(Guard(["127.0.0.1"], lookup=lambda _host, _port: ["93.184.215.14"])), clock)

    with pytest.raises(UnprocessableError, match="may not be called"):
        connector.connect({"instanceUrl": address, "accessToken": "x"})


# ------------------------------------------------------------------------------------------------------------------ publishing


def test_a_post_is_public_and_keeps_its_text(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    live = connector.commit(DRAFT, session, handle=connector.prepare(DRAFT, session, handle={}))

    [status] = instance.visible(person)
    assert (status.text, status.visibility) == (DRAFT.text, "public")
    assert live == Published(platform_post_id=status.id, url=f"https://social.example/@alice/{status.id}")


def test_a_part_of_a_thread_answers_the_one_before_it(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    opening, before = instance.write(person, "one"), instance.write(person, "two")
    part = replace(DRAFT, reply=Reply(root=opening.id, parent=before.id))

    connector.commit(part, session, handle=connector.prepare(part, session, handle={}))

    assert instance.visible(person)[-1].answered == before.id


def test_an_answer_to_what_is_gone_is_refused_for_good(connector: Mastodon, session: Session) -> None:
    part = replace(DRAFT, reply=Reply(root="404", parent="404"))

    with pytest.raises(PermanentError):
        connector.commit(part, session, handle=connector.prepare(part, session, handle={}))


@pytest.mark.parametrize("fault", [Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_500, Fault.DROP])
def test_a_deletion_may_be_repeated_until_it_is_gone(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session, fault: Fault
) -> None:
    status = instance.write(person, "one")
    instance.fail(Step.DELETE, fault)

    with pytest.raises(TransientError):
        connector.delete(status.id, session)
    connector.delete(status.id, session)
    connector.delete(status.id, session)

    assert instance.visible(person) == []


def test_a_deletion_that_is_refused_says_so(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    status = instance.write(person, "one")
    instance.fail(Step.DELETE, Fault.UNAUTHORIZED)

    with pytest.raises(AccountError):
        connector.delete(status.id, session)


def test_the_key_is_the_targets_own_and_stays(instance: FakeMastodon, connector: Mastodon, session: Session) -> None:
    handle = connector.prepare(DRAFT, session, handle={})

    assert connector.prepare(DRAFT, session, handle=handle) == handle
    others = [connector.prepare(replace(DRAFT, key=key), session, handle=handle) for key in ("pp_1:1", "pp_2:0")]
    assert len({each["idempotencyKey"] for each in (handle, *others)}) == 3


@pytest.mark.parametrize(("fault", "kind"), [(Fault.RATE_LIMIT, PlatformRateError), (Fault.UNAUTHORIZED, AccountError)])
def test_a_definite_no_leaves_nothing(
    instance: FakeMastodon, connector: Mastodon, session: Session, fault: Fault, kind: type[PublishError]
) -> None:
    handle = connector.prepare(DRAFT, session, handle={})
    instance.fail(Step.CREATE, fault)

    with pytest.raises(kind) as caught:
        connector.commit(DRAFT, session, handle=handle)

    assert instance.visible(instance.people[0]) == []
    assert caught.value.retry_after == (300 if fault is Fault.RATE_LIMIT else None)
    connector.commit(DRAFT, session, handle=handle)
    assert len(instance.visible(instance.people[0])) == 1


def test_a_text_that_is_too_long_is_the_texts_problem(instance: FakeMastodon, connector: Mastodon, session: Session) -> None:
    draft = Draft(key="pp_1:0", text="x" * 501)

    with pytest.raises(ContentError, match="limit of 500") as caught:
        connector.commit(draft, session, handle=connector.prepare(draft, session, handle={}))
    assert caught.value.target_code == "CONTENT_TOO_LONG"


def test_a_revoked_or_narrow_token_is_the_accounts_problem(instance: FakeMastodon, connector: Mastodon, person: Person) -> None:
    reader = session_of(instance, instance.person("bob", frozenset({"profile", "read:statuses"})))
    instance.revoked.add(person.token)

    for session, words in ((session_of(instance, person), "revoked"), (reader, "scopes")):
        with pytest.raises(AccountError, match=words):
            connector.commit(DRAFT, session, handle=connector.prepare(DRAFT, session, handle={}))


def test_a_refused_connection_has_no_effect(instance: FakeMastodon, connector: Mastodon, session: Session) -> None:
    with instance.refusing(), pytest.raises(TransientError, match="connection refused"):
        connector.commit(DRAFT, session, handle=connector.prepare(DRAFT, session, handle={}))


# ---------------------------------------------------------------------------------------------------- lost answers, in the hour

PROCESSED = [Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_500, Fault.PROCESS_THEN_TRUNCATE]
NOT_PROCESSED = [Fault.DROP, Fault.UNAVAILABLE]


@pytest.mark.parametrize("fault", PROCESSED + NOT_PROCESSED)
def test_within_the_hour_looking_makes_exactly_one_post(
    instance: FakeMastodon, connector: Mastodon, session: Session, lose: Callable[[Fault], Mapping[str, str]], fault: Fault
) -> None:
    handle = lose(fault)

    found = connector.find(DRAFT, session, handle=handle)

    [status] = instance.visible(instance.people[0])
    assert isinstance(found, Published)
    assert found.platform_post_id == status.id
    assert len({asked.key for asked in instance.asked}) == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.PROCESS_THEN_HANG])
def test_an_instance_that_hangs_leaves_the_outcome_open(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, fault: Fault
) -> None:
    handle = connector.prepare(DRAFT, session, handle={})
    instance.fail(Step.CREATE, fault)

    with pytest.raises(LostAnswerError, match="timed out"):
        Mastodon(Hasty(Client(Guard(["127.0.0.1"])), 1), clock).commit(DRAFT, session, handle=handle)
    found = connector.find(DRAFT, session, handle=handle)

    assert [status.id for status in instance.visible(instance.people[0])] == [found.platform_post_id]  # type: ignore[union-attr]


@pytest.mark.parametrize("fault", [*Fault])
def test_a_look_that_fails_decides_nothing(
    instance: FakeMastodon, session: Session, clock: Clock, lose: Callable[[Fault], Mapping[str, str]], fault: Fault
) -> None:
    handle = lose(Fault.PROCESS_THEN_DROP)
    instance.fail(Step.CREATE, fault)

    found = Mastodon(Hasty(Client(Guard(["127.0.0.1"]))), clock).find(DRAFT, session, handle=handle)

    assert isinstance(found, Undecided)
    assert len(instance.visible(instance.people[0])) == 1


def test_a_text_refused_on_looking_was_refused_before(instance: FakeMastodon, connector: Mastodon, session: Session) -> None:
    draft = Draft(key="pp_1:0", text="x" * 501)
    handle = connector.prepare(draft, session, handle={})
    instance.fail(Step.CREATE, Fault.PROCESS_THEN_DROP)
    with pytest.raises(LostAnswerError):
        connector.commit(draft, session, handle=handle)

    assert connector.find(draft, session, handle=handle) == Absent()


# ------------------------------------------------------------------------------------------------------------ after the hour


@pytest.mark.parametrize("fault", PROCESSED)
def test_after_the_hour_the_post_is_found_among_others(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, lose: Callable[[Fault], Mapping[str, str]], fault: Fault
) -> None:
    [person] = instance.people or [instance.person()]
    handle = lose(fault)
    instance.write(person, DRAFT.text, reblog=True)
    for number in range(90):  # more than two pages
        instance.write(person, f"something else {number}")
    clock.move(2 * HOUR)

    found = connector.find(DRAFT, session_of(instance, person), handle=handle)

    [ours] = [status for status in instance.visible(person) if status.text == DRAFT.text and not status.reblog]
    assert isinstance(found, Published)
    assert found.platform_post_id == ours.id
    assert [asked.step for asked in instance.asked].count(Step.CREATE) == 1  # looking never posts


def test_after_the_hour_the_same_text_elsewhere_in_a_thread_is_another_post(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, session: Session, person: Person
) -> None:
    opening = instance.write(person, DRAFT.text)
    part = replace(DRAFT, reply=Reply(root=opening.id, parent=opening.id))
    handle = connector.prepare(part, session, handle={})
    clock.move(2 * HOUR)

    assert connector.find(part, session, handle=handle) == Absent()


@pytest.mark.parametrize("fault", NOT_PROCESSED)
def test_after_the_hour_what_is_not_there_is_absent_and_may_go_again(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, fault: Fault
) -> None:
    [person] = instance.people
    instance.write(person, DRAFT.text)  # the same words, from an hour before
    clock.move(HOUR)
    handle = connector.prepare(DRAFT, session, handle={})
    instance.fail(Step.CREATE, fault)
    with pytest.raises(LostAnswerError):
        connector.commit(DRAFT, session, handle=handle)
    clock.move(2 * HOUR)

    assert connector.find(DRAFT, session, handle=handle) == Absent()
    connector.commit(DRAFT, session, handle=handle)
    assert [status.text for status in instance.visible(person)] == [DRAFT.text] * 2


def test_after_the_hour_two_posts_with_this_text_decide_nothing(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Callable[[Fault], Mapping[str, str]]
) -> None:
    handle = lose(Fault.PROCESS_THEN_DROP)
    instance.write(instance.people[0], f"  {DRAFT.text}\n")
    clock.move(2 * HOUR)

    assert isinstance(connector.find(DRAFT, session, handle=handle), Undecided)


def test_after_the_hour_too_many_posts_decide_nothing(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Callable[[Fault], Mapping[str, str]]
) -> None:
    handle = lose(Fault.DROP)
    for number in range(220):
        instance.write(instance.people[0], f"something else {number}")
    clock.move(2 * HOUR)

    assert isinstance(connector.find(DRAFT, session, handle=handle), Undecided)


@pytest.mark.parametrize("step", [Step.LIST, Step.SOURCE])
@pytest.mark.parametrize("fault", [*Fault])
def test_after_the_hour_a_look_that_fails_decides_nothing(
    instance: FakeMastodon,
    session: Session,
    clock: Clock,
    lose: Callable[[Fault], Mapping[str, str]],
    *,
    step: Step,
    fault: Fault,
) -> None:
    handle = lose(Fault.PROCESS_THEN_DROP)
    clock.move(2 * HOUR)
    instance.fail(step, fault)

    found = Mastodon(Hasty(Client(Guard(["127.0.0.1"]))), clock).find(DRAFT, session, handle=handle)

    assert isinstance(found, Undecided)

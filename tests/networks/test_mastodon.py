"""The Mastodon connector against the fake instance, over real HTTP.

What the instance shows is the truth.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain.accounts import Account, Platform
from herald.domain.errors import (
    AccountError,
    ContentError,
    GoneError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
    UnavailableError,
    UnprocessableError,
    ValidationError,
)
from herald.domain.media import ContentType, Media
from herald.domain.outcomes import Preparing, Published
from herald.domain.owners import Mode, Owner, Secret
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms.mastodon.account import MastodonAccounts
from herald.platforms.mastodon.publish import OVER, Mastodon
from herald.platforms.protocol import (
    Absent,
    Attached,
    LostAnswerError,
    Outgoing,
    Publication,
    ReplyTo,
    Session,
    Undecided,
)
from tests import files
from tests.fakes.http import hasty
from tests.networks.mastodon import PUBLISHING, Clock, FakeMastodon, Fault, Person, Step
from tests.outgoing import giving, media, no_file, outgoing

START = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
PUBLICATION = Publication(key="pp_1:0", text="Grüße from the test 🐘\nhttps://example.com/")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OPTIONS = {
    "visibility": "private",
    "spoiler_text": "The end of the film",
    "sensitive": True,
    "language": "de",
}
NEW: Mapping[str, str] = {}


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def instance(clock: Clock) -> Iterator[FakeMastodon]:
    with FakeMastodon(clock) as instance:
        yield instance


@pytest.fixture
def accounts(clock: Clock) -> MastodonAccounts:
    return MastodonAccounts(Client(Guard(["127.0.0.1"])), clock)


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
    return Session(
        account,
        {"accessToken": Secret(person.token)},
        keep=lambda _new: pytest.fail("nothing to keep"),
        file=no_file,
    )


@pytest.fixture
def lose(
    instance: FakeMastodon, connector: Mastodon, session: Session
) -> Callable[[Fault], Mapping[str, str]]:
    """Commit with a fault that loses the answer; returns the handle."""

    def commit(fault: Fault) -> Mapping[str, str]:
        handle = prepared(connector, PUBLICATION, session)
        instance.fail(Step.CREATE, fault)
        with pytest.raises(LostAnswerError):
            connector.commit(PUBLICATION, session, handle=handle)
        return handle

    return commit


def prepared(
    connector: Mastodon, publication: Publication, session: Session, handle: Mapping[str, str] = NEW
) -> Mapping[str, str]:
    ready = connector.prepare(publication, session, handle=handle)
    assert not isinstance(ready, Preparing)
    return ready


# --------------------------------------------------------------------------------------- connecting


@pytest.mark.parametrize("shape", ["{}", "{}/", "{}/@alice"])
def test_a_token_connects_the_account_it_belongs_to(
    instance: FakeMastodon, accounts: MastodonAccounts, person: Person, shape: str
) -> None:
    profile, credentials = accounts.connect(
        {"instance_url": shape.format(instance.url), "access_token": person.token}
    )

    assert (profile.remote_id, profile.username, profile.host) == (
        "1@social.example",
        "alice@social.example",
        instance.url,
    )
    assert profile.url == f"{instance.url}/@alice"
    assert (profile.display_name, profile.avatar_url) == (
        "Alice",
        "https://social.example/avatars/1.png",
    )
    assert dict(credentials) == {"accessToken": person.token}
    assert person.token not in repr(credentials)


def test_an_instances_own_limits_come_with_the_account(
    clock: Clock, accounts: MastodonAccounts
) -> None:
    with FakeMastodon(clock, max_characters=5_000) as instance:
        profile, _ = accounts.connect(
            {"instance_url": instance.url, "access_token": instance.person().token}
        )

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
    instance: FakeMastodon, accounts: MastodonAccounts, person: Person, step: Step
) -> None:
    instance.fail(step, Fault.UNAVAILABLE)

    with pytest.raises(UnavailableError):
        accounts.connect({"instance_url": instance.url, "access_token": person.token})


def test_a_token_the_instance_refuses_does_not_connect(
    instance: FakeMastodon, accounts: MastodonAccounts, person: Person
) -> None:
    blind = instance.person("bob", frozenset({"write:statuses"}))
    instance.revoked.add(person.token)

    for token, words in (
        (person.token, "revoked"),
        (blind.token, "scopes"),
        ("made-up", "invalid"),
    ):
        with pytest.raises(UnprocessableError, match=words) as caught:
            accounts.connect({"instance_url": instance.url, "access_token": token})
        assert token not in caught.value.message


def test_missing_and_malformed_fields_are_all_named(accounts: MastodonAccounts) -> None:
    with pytest.raises(ValidationError) as caught:
        accounts.connect({"access_token": " "})
    assert [problem.path for problem in caught.value.problems] == [
        ("instance_url",),
        ("access_token",),
    ]
    for fields in (
        {"instance_url": "https://", "access_token": "x"},
        {"instance_url": "https://user@social.example", "access_token": "x"},
        {"instance_url": "https://[social", "access_token": "x"},
        {"instance_url": "file://social/etc", "access_token": "x"},
        {"instance_url": "https://127.1", "access_token": "x"},
        {"instance_url": "https://127.0.0.1\\@social.example", "access_token": "x"},
        {"instance_url": "https://social.example", "access_token": "a\r\nb"},
        {"instance_url": "https://social.example", "access_token": "pässword"},
    ):
        with pytest.raises(ValidationError):
            accounts.connect(fields)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.2", "https://169.254.169.254", "http://social.example"]
)
def test_an_address_that_may_not_be_called_does_not_connect(clock: Clock, address: str) -> None:
    accounts = MastodonAccounts(
        Client(Guard(["127.0.0.1"], lookup=lambda _host, _port: ["93.184.215.14"])), clock
    )

    with pytest.raises(UnprocessableError, match="may not be called"):
        accounts.connect({"instance_url": address, "access_token": "x"})


# --------------------------------------------------------------------------------------- publishing


def test_a_post_is_public_and_keeps_its_text(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    live = connector.commit(PUBLICATION, session, handle=prepared(connector, PUBLICATION, session))

    [status] = instance.visible(person)
    assert (status.text, status.visibility) == (PUBLICATION.text, "public")
    assert live == Published(
        platform_post_id=status.id, url=f"https://social.example/@alice/{status.id}"
    )


def test_options_say_who_sees_it_behind_which_warning_and_in_which_language(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    publication = replace(PUBLICATION, options=OPTIONS)

    connector.commit(publication, session, handle=prepared(connector, publication, session))

    [status] = instance.visible(person)
    assert (status.text, status.visibility, status.spoiler_text) == (
        PUBLICATION.text,
        "private",
        "The end of the film",
    )
    assert (status.sensitive, status.language) == (True, "de")


def test_an_option_of_another_network_is_not_sent(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    publication = replace(
        PUBLICATION, options={"title": "A title", "status": "other words", "in_reply_to_id": "1"}
    )

    connector.commit(publication, session, handle=prepared(connector, publication, session))

    [status] = instance.visible(person)
    assert (status.text, status.visibility, status.answered) == (PUBLICATION.text, "public", None)


@pytest.mark.parametrize("fault", [Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_DIE])
def test_a_post_with_options_is_found_after_a_lost_answer(
    instance: FakeMastodon, connector: Mastodon, session: Session, fault: Fault
) -> None:
    publication = replace(PUBLICATION, options=OPTIONS)
    handle = prepared(connector, publication, session)
    instance.fail(Step.CREATE, fault)
    with pytest.raises(LostAnswerError):
        connector.commit(publication, session, handle=handle)

    one_live(instance, connector.find(publication, session, handle=handle))


def test_a_part_of_a_thread_answers_the_one_before_it(
    instance: FakeMastodon, connector: Mastodon, person: Person, session: Session
) -> None:
    opening = instance.write(person, "one")
    before = instance.write(person, "two")
    part = replace(PUBLICATION, reply=ReplyTo(root=opening.id, parent=before.id))

    connector.commit(part, session, handle=prepared(connector, part, session))

    assert instance.visible(person)[-1].answered == before.id


def test_an_answer_to_what_is_gone_is_refused_for_good(
    connector: Mastodon, session: Session
) -> None:
    part = replace(PUBLICATION, reply=ReplyTo(root="404", parent="404"))

    with pytest.raises(PermanentError):
        connector.commit(part, session, handle=prepared(connector, part, session))


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


def test_the_key_is_the_targets_own_and_stays(
    instance: FakeMastodon, connector: Mastodon, session: Session
) -> None:
    handle = prepared(connector, PUBLICATION, session)

    assert connector.prepare(PUBLICATION, session, handle=handle) == {**handle, "sends": "2"}
    others = [
        prepared(connector, replace(PUBLICATION, key=key), session, handle)
        for key in ("pp_1:1", "pp_2:0")
    ]
    assert len({each["idempotencyKey"] for each in (handle, *others)}) == 3


@pytest.mark.parametrize(
    ("fault", "kind"), [(Fault.RATE_LIMIT, PlatformRateError), (Fault.UNAUTHORIZED, AccountError)]
)
def test_a_definite_no_leaves_nothing(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    fault: Fault,
    kind: type[PublishError],
) -> None:
    handle = prepared(connector, PUBLICATION, session)
    instance.fail(Step.CREATE, fault)

    with pytest.raises(kind) as caught:
        connector.commit(PUBLICATION, session, handle=handle)

    assert instance.visible(instance.people[0]) == []
    assert caught.value.retry_after == (300 if fault is Fault.RATE_LIMIT else None)
    connector.commit(PUBLICATION, session, handle=handle)
    assert len(instance.visible(instance.people[0])) == 1


def test_a_text_that_is_too_long_is_the_texts_problem(
    instance: FakeMastodon, connector: Mastodon, session: Session
) -> None:
    publication = Publication(key="pp_1:0", text="x" * 501)

    with pytest.raises(ContentError, match="limit of 500") as caught:
        connector.commit(publication, session, handle=prepared(connector, publication, session))
    assert caught.value.target_code == "CONTENT_TOO_LONG"


def test_a_revoked_or_narrow_token_is_the_accounts_problem(
    instance: FakeMastodon, connector: Mastodon, person: Person
) -> None:
    reader = session_of(instance, instance.person("bob", frozenset({"profile", "read:statuses"})))
    instance.revoked.add(person.token)

    for session, words in ((session_of(instance, person), "revoked"), (reader, "scopes")):
        with pytest.raises(AccountError, match=words):
            connector.commit(PUBLICATION, session, handle=prepared(connector, PUBLICATION, session))


def test_a_refused_connection_has_no_effect(
    instance: FakeMastodon, connector: Mastodon, session: Session
) -> None:
    with instance.refusing(), pytest.raises(TransientError, match="connection refused"):
        connector.commit(PUBLICATION, session, handle=prepared(connector, PUBLICATION, session))


# -------------------------------------------------------------------------------------------- files

RED = media("red")
BLUE = media("blue")
CLIP = media("clip", ContentType.MP4)
FILES = {
    RED.id: outgoing(files.picture("JPEG")),
    BLUE.id: outgoing(files.picture("GIF"), ContentType.GIF),
    CLIP.id: outgoing(files.mp4(), ContentType.MP4),
}
WITH_FILES = replace(
    PUBLICATION, media=(Attached(media=RED, alt='Rød "square"'), Attached(media=BLUE))
)


@pytest.fixture
def filed(session: Session) -> Session:
    return replace(session, file=giving(FILES))


def asked(instance: FakeMastodon, step: Step) -> int:
    return [each.step for each in instance.asked].count(step)


def test_files_go_with_the_post_as_they_are_and_with_their_words(
    instance: FakeMastodon, connector: Mastodon, person: Person, filed: Session
) -> None:
    connector.commit(WITH_FILES, filed, handle=prepared(connector, WITH_FILES, filed))

    [status] = instance.visible(person)
    assert [(each.name, each.description) for each in status.files] == [
        ("file.jpg", 'Rød "square"'),
        ("file.gif", None),
    ]
    assert [each.data for each in status.files] == [
        b"".join(FILES[each.id].body.chunks()) for each in (RED, BLUE)
    ]


def test_a_picture_needs_no_text(
    instance: FakeMastodon, connector: Mastodon, person: Person, filed: Session
) -> None:
    publication = replace(WITH_FILES, text="")

    connector.commit(publication, filed, handle=prepared(connector, publication, filed))

    assert len(instance.visible(person)[0].files) == 2


def test_a_video_is_waited_for_until_the_instance_has_worked_on_it(
    instance: FakeMastodon, connector: Mastodon, person: Person, filed: Session
) -> None:
    instance.polls = 2
    publication = replace(PUBLICATION, media=(Attached(media=CLIP),))
    handle: Mapping[str, str] = {}

    for _ in range(3):
        found = connector.prepare(publication, filed, handle=handle)
        assert isinstance(found, Preparing)
        assert found.error.target_code == "MEDIA_REJECTED"
        handle = found.handle
    connector.commit(publication, filed, handle=prepared(connector, publication, filed, handle))

    assert (asked(instance, Step.UPLOAD), asked(instance, Step.FILE)) == (1, 3)
    assert [each.kind for each in instance.visible(person)[0].files] == ["video"]


def test_what_the_instance_cannot_work_on_is_a_matter_of_the_file(
    instance: FakeMastodon, connector: Mastodon, filed: Session
) -> None:
    instance.polls = 1
    waiting = connector.prepare(WITH_FILES, filed, handle={})
    assert isinstance(waiting, Preparing)
    instance.files[0].broken = True

    with pytest.raises(MediaError, match="Error processing"):
        connector.prepare(WITH_FILES, filed, handle=waiting.handle)


@pytest.mark.parametrize(
    ("limit", "words"), [("max_image_bytes", "must be less than"), ("max_body", "Too Large")]
)
def test_a_file_that_is_too_large_there_is_a_matter_of_the_file(
    instance: FakeMastodon, connector: Mastodon, filed: Session, limit: str, words: str
) -> None:
    setattr(instance, limit, 100)

    with pytest.raises(MediaError, match=words):
        connector.prepare(WITH_FILES, filed, handle={})


def test_a_file_of_an_unknown_kind_is_a_matter_of_the_file(
    connector: Mastodon, session: Session
) -> None:
    publication = replace(PUBLICATION, media=(Attached(media=RED),))

    with pytest.raises(MediaError, match="content type is invalid"):
        connector.prepare(
            publication, replace(session, file=giving({RED.id: outgoing(b"text")})), handle={}
        )


def test_files_stay_after_a_definite_no_and_are_not_uploaded_again(
    instance: FakeMastodon, connector: Mastodon, person: Person, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    instance.fail(Step.CREATE, Fault.RATE_LIMIT)
    with pytest.raises(PlatformRateError):
        connector.commit(WITH_FILES, filed, handle=handle)

    connector.commit(WITH_FILES, filed, handle=prepared(connector, WITH_FILES, filed, handle))

    assert asked(instance, Step.UPLOAD) == 2
    assert len(instance.visible(person)) == 1


def test_a_file_the_instance_has_forgotten_is_uploaded_again(
    instance: FakeMastodon, connector: Mastodon, person: Person, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    forgotten = instance.files.pop(1)

    again = prepared(connector, WITH_FILES, filed, handle)
    connector.commit(WITH_FILES, filed, handle=again)

    [status] = instance.visible(person)
    assert [each.name for each in status.files] == ["file.jpg", "file.gif"]
    assert forgotten not in status.files
    assert asked(instance, Step.UPLOAD) == 3


def test_uploads_that_take_too_long_are_gone_on_with_where_they_stopped(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, session: Session
) -> None:
    def slow(each: Media) -> Outgoing:
        clock.move(timedelta(seconds=50))
        return FILES[each.id]

    waiting = connector.prepare(WITH_FILES, replace(session, file=slow), handle={})
    assert isinstance(waiting, Preparing)
    connector.prepare(WITH_FILES, replace(session, file=slow), handle=waiting.handle)

    assert [each.name for each in instance.files] == ["file.jpg", "file.gif"]


@pytest.mark.parametrize(
    "fault", [Fault.DROP, Fault.UNAVAILABLE, Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_500]
)
@pytest.mark.parametrize("step", [Step.UPLOAD, Step.FILE])
def test_an_upload_that_fails_is_tried_again_and_posts_nothing(
    instance: FakeMastodon,
    connector: Mastodon,
    person: Person,
    filed: Session,
    *,
    step: Step,
    fault: Fault,
) -> None:
    handle = prepared(connector, WITH_FILES, filed) if step is Step.FILE else NEW
    instance.fail(step, fault)

    with pytest.raises(TransientError):
        connector.prepare(WITH_FILES, filed, handle=handle)

    assert instance.visible(person) == []
    connector.commit(WITH_FILES, filed, handle=prepared(connector, WITH_FILES, filed, handle))
    assert len(instance.visible(person)) == 1


def test_a_token_that_may_not_upload_is_the_accounts_problem(
    instance: FakeMastodon, connector: Mastodon
) -> None:
    narrow = session_of(instance, instance.person("bob", PUBLISHING - {"write:media"}))

    with pytest.raises(AccountError, match="scopes"):
        connector.prepare(WITH_FILES, replace(narrow, file=giving(FILES)), handle={})


@pytest.mark.parametrize("passed", [timedelta(), OVER, 2 * HOUR])
@pytest.mark.parametrize(
    "fault", [Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_500, Fault.DROP, Fault.UNAVAILABLE]
)
def test_looking_tells_by_the_files_whether_a_post_is_there_and_posts_nothing(
    instance: FakeMastodon,
    connector: Mastodon,
    clock: Clock,
    person: Person,
    filed: Session,
    *,
    fault: Fault,
    passed: timedelta,
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    instance.fail(Step.CREATE, fault)
    with pytest.raises(LostAnswerError):
        connector.commit(WITH_FILES, filed, handle=handle)
    instance.write(person, PUBLICATION.text)  # the same words, without files
    clock.move(passed)

    found = connector.find(WITH_FILES, filed, handle=handle)

    live = [status.id for status in instance.visible(person) if status.files]
    if live:
        assert found == Published(
            platform_post_id=live[0], url=f"https://social.example/@alice/{live[0]}"
        )
    else:
        assert type(found) is (Absent if passed else Undecided)
    assert asked(instance, Step.CREATE) == 1


def test_files_that_are_still_to_be_had_say_nothing_while_the_request_is_worked_on(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, person: Person, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    instance.fail(Step.CREATE, Fault.STALL)
    with pytest.raises(LostAnswerError):
        connector.commit(WITH_FILES, filed, handle=handle)

    clock.move(instance.stall - SECOND)
    assert isinstance(connector.find(WITH_FILES, filed, handle=handle), Undecided)
    clock.move(SECOND)

    [status] = instance.visible(person)
    found = connector.find(WITH_FILES, filed, handle=handle)
    assert isinstance(found, Published)
    assert found.platform_post_id == status.id


def test_a_post_with_files_that_its_author_deleted_is_not_sent_again(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, person: Person, filed: Session
) -> None:
    """Its files are free again, as if nothing had ever had them."""
    handle = prepared(connector, WITH_FILES, filed)
    instance.fail(Step.CREATE, Fault.PROCESS_THEN_DROP)
    with pytest.raises(LostAnswerError):
        connector.commit(WITH_FILES, filed, handle=handle)
    instance.delete(person, instance.visible(person)[0].id)
    clock.move(OVER)

    assert connector.find(WITH_FILES, filed, handle=handle) == Absent()
    with pytest.raises(GoneError) as caught:
        connector.commit(WITH_FILES, filed, handle=prepared(connector, WITH_FILES, filed, handle))

    assert caught.value.target_code == "OUTCOME_UNKNOWN"
    assert instance.visible(person) == []


def test_a_file_that_was_deleted_here_meanwhile_changes_nothing_of_what_is_looked_for(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, person: Person, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    instance.fail(Step.CREATE, Fault.DROP)
    with pytest.raises(LostAnswerError):
        connector.commit(WITH_FILES, filed, handle=handle)
    clock.move(OVER)

    assert connector.find(replace(WITH_FILES, media=()), filed, handle=handle) == Absent()
    assert instance.visible(person) == []


def test_files_that_are_gone_without_a_post_decide_nothing(
    instance: FakeMastodon, connector: Mastodon, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    instance.files.clear()

    assert isinstance(connector.find(WITH_FILES, filed, handle=handle), Undecided)


def test_files_that_an_earlier_send_took_are_not_sent_with_another(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, person: Person, filed: Session
) -> None:
    handle = prepared(connector, WITH_FILES, filed)
    connector.commit(WITH_FILES, filed, handle=handle)
    clock.move(2 * HOUR)  # the key is forgotten

    with pytest.raises(LostAnswerError, match="already attached"):
        connector.commit(WITH_FILES, filed, handle=handle)

    assert len(instance.visible(person)) == 1
    assert isinstance(connector.find(WITH_FILES, filed, handle=handle), Published)


# ------------------------------------------------------------------------ lost answers, in the hour

PROCESSED = [
    Fault.PROCESS_THEN_DROP,
    Fault.PROCESS_THEN_500,
    Fault.PROCESS_THEN_TRUNCATE,
    Fault.PROCESS_THEN_DIE,
]
NOT_PROCESSED = [Fault.DROP, Fault.UNAVAILABLE]
Lose = Callable[[Fault], Mapping[str, str]]


def one_live(instance: FakeMastodon, found: object) -> None:
    """What was found is the only post there is."""
    [status] = instance.visible(instance.people[0])
    assert isinstance(found, Published)
    assert found.platform_post_id == status.id


@pytest.mark.parametrize("fault", PROCESSED)
def test_what_is_there_is_found_by_looking_and_nothing_is_sent(
    instance: FakeMastodon, connector: Mastodon, session: Session, lose: Lose, fault: Fault
) -> None:
    handle = lose(fault)

    one_live(instance, connector.find(PUBLICATION, session, handle=handle))
    assert asked(instance, Step.CREATE) == 1


@pytest.mark.parametrize("fault", NOT_PROCESSED)
def test_what_is_not_there_goes_again_only_when_the_first_request_is_over(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    fault: Fault,
) -> None:
    handle = lose(fault)

    clock.move(OVER - SECOND)
    assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)
    clock.move(SECOND)
    assert connector.find(PUBLICATION, session, handle=handle) == Absent()

    assert asked(instance, Step.CREATE) == 1
    one_live(
        instance,
        connector.commit(
            PUBLICATION, session, handle=prepared(connector, PUBLICATION, session, handle)
        ),
    )
    assert len({asked.key for asked in instance.asked if asked.step is Step.CREATE}) == 1


@pytest.mark.parametrize("fault", NOT_PROCESSED)
def test_a_second_send_is_waited_for_as_the_first_was(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    fault: Fault,
) -> None:
    handle = lose(fault)
    clock.move(OVER)
    instance.fail(Step.CREATE, Fault.STALL)
    again = prepared(connector, PUBLICATION, session, handle)
    with pytest.raises(LostAnswerError):
        connector.commit(PUBLICATION, session, handle=again)

    assert isinstance(connector.find(PUBLICATION, session, handle=again), Undecided)
    clock.move(instance.stall)
    one_live(instance, connector.find(PUBLICATION, session, handle=again))


@pytest.mark.parametrize("stall", [1, 60, 90])
def test_a_request_that_is_still_worked_on_makes_no_second_post(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    stall: int,
) -> None:
    instance.stall = stall * SECOND
    handle = lose(Fault.STALL)

    for _ in range(stall):
        assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)
        clock.move(SECOND)

    one_live(instance, connector.find(PUBLICATION, session, handle=handle))


@pytest.mark.parametrize("fault", PROCESSED)
@pytest.mark.parametrize("lag", [1, 30, 200])
def test_a_post_that_is_listed_late_is_waited_for(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    fault: Fault,
    lag: int,
) -> None:
    instance.lag = lag * SECOND
    handle = lose(fault)

    clock.move((lag - 1) * SECOND)
    assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)
    clock.move(SECOND)

    one_live(instance, connector.find(PUBLICATION, session, handle=handle))


def test_a_second_send_may_be_answered_with_the_first_post(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    instance.lag = HOUR
    handle = lose(Fault.PROCESS_THEN_DROP)
    clock.move(OVER)

    assert connector.find(PUBLICATION, session, handle=handle) == Absent()
    one_live(
        instance,
        connector.commit(
            PUBLICATION, session, handle=prepared(connector, PUBLICATION, session, handle)
        ),
    )


def test_after_a_second_send_a_first_one_that_ended_meanwhile_is_noticed(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    instance.stall, instance.key_delay = OVER + SECOND, HOUR
    handle = lose(Fault.STALL)
    clock.move(OVER)
    assert connector.find(PUBLICATION, session, handle=handle) == Absent()
    again = prepared(connector, PUBLICATION, session, handle)
    clock.move(SECOND)

    with pytest.raises(LostAnswerError, match="several posts"):
        connector.commit(PUBLICATION, session, handle=again)

    assert isinstance(connector.find(PUBLICATION, session, handle=again), Undecided)


def test_when_the_look_after_a_second_send_fails_it_is_looked_for_again(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    handle = prepared(connector, PUBLICATION, session, lose(Fault.DROP))
    instance.fail(Step.LIST, Fault.UNAVAILABLE)

    with pytest.raises(LostAnswerError):
        connector.commit(PUBLICATION, session, handle=handle)

    one_live(instance, connector.find(PUBLICATION, session, handle=handle))


def test_a_post_that_its_author_deleted_is_not_sent_again(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    handle = lose(Fault.PROCESS_THEN_DROP)
    [person] = instance.people
    instance.delete(person, instance.visible(person)[0].id)
    clock.move(OVER)

    assert connector.find(PUBLICATION, session, handle=handle) == Absent()
    with pytest.raises(GoneError) as caught:
        connector.commit(
            PUBLICATION, session, handle=prepared(connector, PUBLICATION, session, handle)
        )

    assert (caught.value.target_code, caught.value.retryable) == ("OUTCOME_UNKNOWN", False)
    assert instance.visible(person) == []


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.PROCESS_THEN_HANG])
def test_an_instance_that_hangs_leaves_the_outcome_open(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, fault: Fault
) -> None:
    handle = prepared(connector, PUBLICATION, session)
    instance.fail(Step.CREATE, fault)

    with pytest.raises(LostAnswerError, match="timed out"):
        Mastodon(hasty(Client(Guard(["127.0.0.1"])), 1), clock).commit(
            PUBLICATION, session, handle=handle
        )
    clock.move(OVER)
    found = connector.find(PUBLICATION, session, handle=handle)

    live = [status.id for status in instance.visible(instance.people[0])]
    assert (
        [found.platform_post_id] == live
        if isinstance(found, Published)
        else (found, live) == (Absent(), [])
    )


def test_a_text_that_was_refused_is_found_to_be_absent(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock
) -> None:
    publication = Publication(key="pp_1:0", text="x" * 501)
    handle = prepared(connector, publication, session)
    instance.fail(Step.CREATE, Fault.PROCESS_THEN_DROP)
    with pytest.raises(LostAnswerError):
        connector.commit(publication, session, handle=handle)
    clock.move(OVER)

    assert connector.find(publication, session, handle=handle) == Absent()


# --------------------------------------------------------------------------------- whose post it is


def knowing(session: Session, *known: str) -> Session:
    """The same, where these posts are known to be another target's."""
    return replace(session, others=lambda ids: frozenset(known) & frozenset(ids))


@pytest.mark.parametrize("fault", [*PROCESSED, *NOT_PROCESSED])
def test_an_equal_post_of_another_target_is_not_ours(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    fault: Fault,
) -> None:
    [person] = instance.people
    other = instance.write(person, PUBLICATION.text)
    clock.move(60 * SECOND)
    handle = lose(fault)
    clock.move(OVER)

    found = connector.find(PUBLICATION, knowing(session, other.id), handle=handle)

    live = [status.id for status in instance.visible(person) if status != other]
    assert (
        [found.platform_post_id] == live
        if isinstance(found, Published)
        else (found, live) == (Absent(), [])
    )


def test_an_equal_post_that_nobody_knows_decides_nothing(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    instance.write(instance.people[0], PUBLICATION.text)
    handle = lose(Fault.PROCESS_THEN_DROP)

    assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)


def test_an_equal_post_with_a_file_is_not_one_without(
    instance: FakeMastodon,
    connector: Mastodon,
    person: Person,
    session: Session,
    filed: Session,
    *,
    lose: Lose,
) -> None:
    with_files = replace(WITH_FILES, key="pp_2:0")
    connector.commit(with_files, filed, handle=prepared(connector, with_files, filed))

    handle = lose(Fault.PROCESS_THEN_DROP)

    [ours] = [status for status in instance.visible(person) if not status.files]
    found = connector.find(PUBLICATION, session, handle=handle)
    assert isinstance(found, Published)
    assert found.platform_post_id == ours.id


def test_an_equal_post_from_long_after_the_send_is_not_ours(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    handle = lose(Fault.DROP)
    clock.move(HOUR)
    instance.write(instance.people[0], PUBLICATION.text)

    assert connector.find(PUBLICATION, session, handle=handle) == Absent()


@pytest.mark.parametrize("cap", [20, 24, 40])
@pytest.mark.parametrize("others", [0, 1, 20, 24, 40, 60])
def test_pages_are_turned_until_the_search_is_over(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Lose,
    *,
    cap: int,
    others: int,
) -> None:
    instance.page_cap = cap
    handle = lose(Fault.PROCESS_THEN_DROP)
    for number in range(others):
        instance.write(instance.people[0], f"something else {number}")
    clock.move(OVER)

    found = connector.find(PUBLICATION, session, handle=handle)

    assert isinstance(found, Published)
    assert found.platform_post_id == instance.visible(instance.people[0])[0].id


def test_a_search_turns_no_page_beyond_its_beginning(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, lose: Lose
) -> None:
    for number in range(90):
        instance.write(instance.people[0], f"something else {number}")
    clock.move(HOUR)
    handle = lose(Fault.DROP)

    connector.find(PUBLICATION, session, handle=handle)

    assert asked(instance, Step.LIST) == 1


# ----------------------------------------------------------------------------------- after the hour


@pytest.mark.parametrize("fault", PROCESSED)
def test_after_the_hour_the_post_is_found_among_others(
    instance: FakeMastodon,
    connector: Mastodon,
    clock: Clock,
    lose: Callable[[Fault], Mapping[str, str]],
    fault: Fault,
) -> None:
    [person] = instance.people or [instance.person()]
    handle = lose(fault)
    instance.write(person, PUBLICATION.text, reblog=True)
    for number in range(90):  # more than two pages
        instance.write(person, f"something else {number}")
    clock.move(2 * HOUR)

    found = connector.find(PUBLICATION, session_of(instance, person), handle=handle)

    [ours] = [
        status
        for status in instance.visible(person)
        if status.text == PUBLICATION.text and not status.reblog
    ]
    assert isinstance(found, Published)
    assert found.platform_post_id == ours.id
    assert [asked.step for asked in instance.asked].count(Step.CREATE) == 1  # looking never posts


def test_after_the_hour_the_same_text_elsewhere_in_a_thread_is_another_post(
    instance: FakeMastodon, connector: Mastodon, clock: Clock, session: Session, person: Person
) -> None:
    opening = instance.write(person, PUBLICATION.text)
    part = replace(PUBLICATION, reply=ReplyTo(root=opening.id, parent=opening.id))
    handle = prepared(connector, part, session)
    clock.move(2 * HOUR)

    assert connector.find(part, session, handle=handle) == Absent()


@pytest.mark.parametrize("fault", NOT_PROCESSED)
def test_after_the_hour_what_is_not_there_is_absent_and_may_go_again(
    instance: FakeMastodon, connector: Mastodon, session: Session, clock: Clock, fault: Fault
) -> None:
    [person] = instance.people
    instance.write(person, PUBLICATION.text)  # the same words, from an hour before
    clock.move(HOUR)
    handle = prepared(connector, PUBLICATION, session)
    instance.fail(Step.CREATE, fault)
    with pytest.raises(LostAnswerError):
        connector.commit(PUBLICATION, session, handle=handle)
    clock.move(2 * HOUR)

    assert connector.find(PUBLICATION, session, handle=handle) == Absent()
    connector.commit(PUBLICATION, session, handle=handle)
    assert [status.text for status in instance.visible(person)] == [PUBLICATION.text] * 2


def test_after_the_hour_two_posts_with_this_text_decide_nothing(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Callable[[Fault], Mapping[str, str]],
) -> None:
    handle = lose(Fault.PROCESS_THEN_DROP)
    instance.write(instance.people[0], f"  {PUBLICATION.text}\n")
    clock.move(2 * HOUR)

    assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)


def test_after_the_hour_too_many_posts_decide_nothing(
    instance: FakeMastodon,
    connector: Mastodon,
    session: Session,
    clock: Clock,
    lose: Callable[[Fault], Mapping[str, str]],
) -> None:
    handle = lose(Fault.DROP)
    for number in range(220):
        instance.write(instance.people[0], f"something else {number}")
    clock.move(2 * HOUR)

    assert isinstance(connector.find(PUBLICATION, session, handle=handle), Undecided)


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

    found = Mastodon(hasty(Client(Guard(["127.0.0.1"])), 0.1), clock).find(
        PUBLICATION, session, handle=handle
    )

    assert isinstance(found, Undecided)

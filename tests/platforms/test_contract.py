"""What every connector promises the publisher, asked of each in the registry before its fake."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from herald.domain.accounts import Platform
from herald.domain.errors import HeraldError, PublishError, ValidationError
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.owners import Mode
from herald.domain.platforms import NETWORKS
from herald.net.client import Client, Response
from herald.net.guard import Guard
from herald.platforms.protocol import Absent, LostAnswerError, Publication, Undecided
from herald.platforms.registry import Registry
from tests.fakes.http import reply
from tests.fakes.ledger import Memory
from tests.networks.mastodon import Clock
from tests.platforms.stages import NOW, PUBLICATION, STAGES, Stage

OF_A_SEND = {"readyAt", "sends"}  # what a handle notes of the send that it was made for
TALKING = [platform for platform in STAGES if platform is not Platform.SANDBOX]


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param]() as stage:
        yield stage


@pytest.fixture(params=TALKING)
def talking(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """One that sends something."""
    with STAGES[request.param]() as stage:
        yield stage


def prepared(
    stage: Stage, publication: Publication = PUBLICATION, handle: dict[str, str] | None = None
) -> dict[str, str]:
    found = stage.connector.prepare(publication, stage.session, handle=handle or {})
    assert not isinstance(found, Preparing)
    return dict(found)


def committed(stage: Stage, publication: Publication = PUBLICATION) -> Published:
    found = stage.connector.commit(publication, stage.session, handle=prepared(stage, publication))
    assert isinstance(found, Published)
    return found


def secrets_of(stage: Stage) -> list[str]:
    """The texts that nobody may see: those that were stored, and those that the user gave."""
    given = [stage.fields[name] for name in stage.secret]
    return [*map(str, stage.session.credentials.values()), *given] if stage.trouble else []


def echoing(stage: Stage, status: int) -> Response:
    """An answer that says every secret back."""
    words = " ".join(secrets_of(stage))
    return reply(status, {"error": words, "message": words})


def test_every_connector_of_the_registry_keeps_the_contract() -> None:
    registry = Registry(Client(Guard([])), Memory(), Clock(NOW))

    assert {platform for platform in Platform if registry.connects(platform, Mode.LIVE)} == set(
        STAGES
    )


def test_a_key_is_chosen_once(stage: Stage) -> None:
    first = prepared(stage)
    stage.clock.move(timedelta(minutes=1))
    again = prepared(stage, handle=first)

    assert first["key"] == PUBLICATION.key
    assert {name: again[name] for name in first if name not in OF_A_SEND} == {
        name: value for name, value in first.items() if name not in OF_A_SEND
    }


def test_another_key_is_another_publication(stage: Stage) -> None:
    first = prepared(stage)
    other = replace(PUBLICATION, key="pp_1:1")

    handle = prepared(stage, other, first)

    assert handle["key"] == other.key
    assert handle.items() - first.items() >= {("key", other.key)}


def test_nothing_is_live_before_the_handle_is_kept(stage: Stage) -> None:
    handle = prepared(stage)

    assert stage.live() == 0
    assert not isinstance(
        stage.connector.find(PUBLICATION, stage.session, handle=handle), Published | Accepted
    )
    assert isinstance(stage.connector.commit(PUBLICATION, stage.session, handle=handle), Published)
    assert stage.live() == 1


def test_a_handle_is_text_that_json_can_keep(stage: Stage) -> None:
    handle = prepared(stage)

    assert json.loads(json.dumps(handle)) == handle
    assert all(isinstance(part, str) for pair in handle.items() for part in pair)


def test_what_went_live_without_an_answer_is_found(stage: Stage) -> None:
    handle = prepared(stage)
    publication = stage.lose_answer(PUBLICATION)
    with pytest.raises(LostAnswerError):
        stage.connector.commit(publication, stage.session, handle=handle)

    kept = json.loads(json.dumps(handle))
    found = stage.connector.find(publication, stage.session, handle=kept)

    assert stage.live() == 1
    assert isinstance(found, Published if stage.finds else Undecided)
    assert isinstance(found, Undecided) or found.platform_post_id


def test_what_never_arrived_is_not_found(stage: Stage) -> None:
    handle = prepared(stage)
    publication = stage.lose_request(PUBLICATION)
    with pytest.raises(LostAnswerError):
        stage.connector.commit(publication, stage.session, handle=handle)

    assert isinstance(
        stage.connector.find(publication, stage.session, handle=handle), Absent | Undecided
    )
    assert stage.live() == 0


def test_deleting_twice_is_harmless(stage: Stage) -> None:
    live = committed(stage)
    assert stage.live() == 1

    for _ in range(2):
        stage.connector.delete(live.platform_post_id, stage.session)
        assert stage.live() == 0


@pytest.mark.parametrize("status", [400, 402, 409, 418, 451])
def test_an_error_that_nobody_knows_is_a_publish_error(talking: Stage, status: int) -> None:
    handle = prepared(talking)
    assert talking.trouble
    talking.trouble.say_instead(
        reply(status, {"error": "SomethingNew", "message": "Something new"})
    )

    with pytest.raises(PublishError) as caught:
        talking.connector.commit(PUBLICATION, talking.session, handle=handle)

    assert caught.value.target_code == "PUBLISH_ERROR"
    assert talking.live() == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 422, 429, 500, 503])
def test_no_secret_is_in_what_a_commit_says(talking: Stage, status: int) -> None:
    handle = prepared(talking)
    assert talking.trouble
    talking.trouble.say_instead(echoing(talking, status))
    try:
        talking.connector.commit(PUBLICATION, talking.session, handle=handle)
    except (HeraldError, LostAnswerError) as error:
        said = f"{error} {error!r} {vars(error)}"
        assert not [secret for secret in secrets_of(talking) if secret in said]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 422, 429, 500, 503])
def test_no_secret_is_in_what_a_deletion_says(talking: Stage, status: int) -> None:
    live = committed(talking)
    assert talking.trouble
    talking.trouble.say_instead(echoing(talking, status))
    try:
        talking.connector.delete(live.platform_post_id, talking.session)
    except HeraldError as error:
        said = f"{error} {error!r} {vars(error)}"
        assert not [secret for secret in secrets_of(talking) if secret in said]


def test_no_secret_is_in_what_anything_looks_like(talking: Stage) -> None:
    handle = prepared(talking)
    shown = [
        talking.connector,
        talking.accounts,
        talking.session,
        talking.accounts.connect(talking.fields),
        handle,
    ]
    live = committed(talking)

    said = " ".join(map(repr, [*shown, live]))

    assert not [secret for secret in secrets_of(talking) if secret in said]


def test_a_field_that_is_missing_is_named(talking: Stage) -> None:
    with pytest.raises(ValidationError) as caught:
        talking.accounts.connect({})

    needed = [
        field for field in NETWORKS[talking.session.account.platform].connect if field.required
    ]
    assert {problem.path for problem in caught.value.problems} >= {
        (field.name,) for field in needed
    }


def test_what_connects_is_declared_and_what_is_declared_connects(stage: Stage) -> None:
    declared = {field.name: field for field in NETWORKS[stage.session.account.platform].connect}

    assert set(stage.fields) <= set(declared)
    assert {name for name, field in declared.items() if field.secret} == stage.secret

"""A user of an instance consents, or does not. The instance is a fake that Mastodon.py can use."""

import mastodon
import pytest

from herald.domain.accounts import Account, Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode, Owner, Secret
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms import mastodon as package
from herald.platforms.connecting import Consent, ConsentAnswer, ConsentRequest, Profile
from herald.platforms.mastodon.account import MastodonAccounts
from herald.platforms.mastodon.consent import MastodonConsent
from herald.platforms.protocol import Credentials
from tests.fakes.apps import RememberedApps
from tests.networks.conftest import now
from tests.networks.consents import decided, query_of
from tests.networks.mastodon import FakeMastodon, Person, Step

REDIRECT = "https://app.example.com/connected"
HTTP = Client(Guard(["127.0.0.1"]))


@pytest.fixture
def apps() -> RememberedApps:
    return RememberedApps()


@pytest.fixture
def connector(apps: RememberedApps, person: Person) -> MastodonConsent:
    return MastodonConsent(HTTP, apps, now)


def ask(connector: MastodonConsent, instance: FakeMastodon, state: str = "s") -> Consent:
    fields = {"instance_url": instance.url}
    return connector.ask(ConsentRequest(state=Secret(state), redirect_uri=REDIRECT, fields=fields))


def finish(
    connector: MastodonConsent, consent: Consent, code: str, redirect_uri: str = REDIRECT
) -> tuple[Profile, Credentials]:
    answer = ConsentAnswer(code=Secret(code), redirect_uri=redirect_uri, secrets=consent.secrets)
    return connector.finish(answer)


def account_at(instance: FakeMastodon, remote_id: str) -> Account:
    return Account(
        id="acc_1",
        owner=Owner("ws_1", Mode.LIVE),
        platform=Platform.MASTODON,
        remote_id=remote_id,
        username="alice",
        host=instance.url,
        created_at=now(),
        updated_at=now(),
    )


def steps(instance: FakeMastodon) -> list[Step]:
    return [asked.step for asked in instance.asked]


def test_a_user_consents_and_the_account_can_post(
    instance: FakeMastodon, connector: MastodonConsent, person: Person
) -> None:
    consent = ask(connector, instance)
    back = query_of(decided(consent.url))

    profile, credentials = finish(connector, consent, back["code"])

    assert back["state"] == "s"
    assert (profile.remote_id, profile.username) == (
        f"{person.id}@social.example",
        "alice@social.example",
    )
    client = mastodon.Mastodon(
        access_token=credentials["accessToken"],
        api_base_url=instance.url,
        version_check_mode="none",
    )
    client.status_post("By a token of herald's")
    assert len(instance.visible(person)) == 1


def test_herald_registers_once_at_an_instance_for_its_address(
    instance: FakeMastodon, connector: MastodonConsent
) -> None:
    for state in "abc":
        ask(connector, instance, state)

    assert steps(instance).count(Step.APPS) == 1


def test_an_app_that_the_instance_has_forgotten_is_registered_anew(
    instance: FakeMastodon, connector: MastodonConsent
) -> None:
    ask(connector, instance)
    instance.doorkeeper.forget_clients()

    consent = ask(connector, instance)

    assert steps(instance).count(Step.APPS) == 2
    assert finish(connector, consent, query_of(decided(consent.url))["code"])


def test_an_app_that_is_forgotten_in_the_middle_is_told_and_not_used_again(
    instance: FakeMastodon, connector: MastodonConsent, apps: RememberedApps
) -> None:
    consent = ask(connector, instance)
    back = query_of(decided(consent.url))
    instance.doorkeeper.forget_clients()

    with pytest.raises(UnprocessableError, match="Connect the account again"):
        finish(connector, consent, back["code"])

    assert apps.get(Platform.MASTODON, instance.url, REDIRECT) is None


def test_an_old_instance_grants_what_it_has(
    instance: FakeMastodon, connector: MastodonConsent
) -> None:
    instance.doorkeeper.knows_profile = False
    consent = ask(connector, instance)

    profile, _ = finish(connector, consent, query_of(decided(consent.url))["code"])

    assert profile.username == "alice@social.example"


def test_a_user_who_grants_too_little_is_told_what_is_missing_and_keeps_no_token(
    instance: FakeMastodon, connector: MastodonConsent
) -> None:
    instance.doorkeeper.unticked = frozenset({"write:media", "write:statuses"})
    consent = ask(connector, instance)
    back = query_of(decided(consent.url))

    with pytest.raises(UnprocessableError, match="write:media, write:statuses is missing"):
        finish(connector, consent, back["code"])

    assert instance.doorkeeper.tokens == {}


@pytest.mark.parametrize("wrong", ["code", "redirect", "verifier", "again"])
def test_a_code_is_good_for_one_exchange_of_its_own_consent(
    instance: FakeMastodon, connector: MastodonConsent, wrong: str
) -> None:
    consent = ask(connector, instance)
    other = ask(connector, instance, "other")
    code = query_of(decided(consent.url))["code"]
    if wrong == "again":
        finish(connector, consent, code)

    with pytest.raises(UnprocessableError, match="invalid"):
        finish(
            connector,
            other if wrong == "verifier" else consent,
            "guessed" if wrong == "code" else code,
            "https://evil.example/" if wrong == "redirect" else REDIRECT,
        )


def test_a_disconnect_revokes_the_token_that_herald_got(
    instance: FakeMastodon, connector: MastodonConsent
) -> None:
    consent = ask(connector, instance)
    profile, credentials = finish(connector, consent, query_of(decided(consent.url))["code"])
    account = account_at(instance, profile.remote_id)

    for _ in range(2):  # a token that is gone is no error
        package.account_connector(HTTP, now).revoke(account, credentials)

    assert instance.revoked == {credentials["accessToken"]}


def test_a_token_that_its_user_made_stays_the_users(instance: FakeMastodon, person: Person) -> None:
    accounts = MastodonAccounts(HTTP, now)
    account = account_at(instance, "1")

    accounts.revoke(account, {"accessToken": Secret(person.token)})

    assert steps(instance) == []


def test_no_secret_is_shown(instance: FakeMastodon, connector: MastodonConsent) -> None:
    consent = ask(connector, instance)
    back = query_of(decided(consent.url))
    answer = ConsentAnswer(
        code=Secret(back["code"]), redirect_uri=REDIRECT, secrets=consent.secrets
    )
    found = connector.finish(answer)
    instance.doorkeeper.forget_clients()
    try:
        connector.finish(answer)
    except UnprocessableError as error:
        told = f"{error!r} {error.message} {error.details}"

    shown = f"{consent!r} {answer!r} {found!r} {told}"
    secrets = [back["code"], found[1]["accessToken"], *consent.secrets.values()]
    secrets.remove(consent.secrets["host"])
    secrets.remove(consent.secrets["scopes"])
    assert not [secret for secret in secrets if secret in shown]

"""Which connector an account gets."""

import pytest

from herald.domain.accounts import Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode
from herald.platforms.bluesky.account import BlueskyAccounts
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.mastodon.account import MastodonAccounts
from herald.platforms.mastodon.publish import Mastodon
from herald.platforms.registry import Registry
from herald.platforms.sandbox.account import SandboxAccounts
from herald.platforms.sandbox.publish import Sandbox
from tests.fakes.http import Scripted, reply
from tests.fakes.ledger import Memory
from tests.unit.platforms.conftest import NOW, account_on

LIVE = {
    Platform.BLUESKY: (BlueskyAccounts, Bluesky),
    Platform.MASTODON: (MastodonAccounts, Mastodon),
    Platform.SANDBOX: (SandboxAccounts, Sandbox),
}


@pytest.fixture
def registry() -> Registry:
    return Registry(Scripted(lambda _request: reply(500)), Memory(), lambda: NOW)


@pytest.mark.parametrize("platform", Platform)
def test_in_test_mode_every_network_is_its_sandbox(registry: Registry, platform: Platform) -> None:
    connector = registry.connector(account_on(platform, Mode.TEST))

    assert isinstance(connector, Sandbox)
    accounts = registry.account_connector(platform, Mode.TEST)
    assert accounts.connect({"username": "a"})[0].remote_id == f"sandbox:{platform}:a"


@pytest.mark.parametrize("platform", LIVE)
def test_a_live_account_gets_its_network(registry: Registry, platform: Platform) -> None:
    accounts, publishing = LIVE[platform]

    assert type(registry.account_connector(platform, Mode.LIVE)) is accounts
    assert type(registry.connector(account_on(platform))) is publishing
    assert registry.connects(platform, Mode.LIVE)


@pytest.mark.parametrize("platform", [platform for platform in Platform if platform not in LIVE])
def test_other_networks_are_there_in_test_mode_only_and_say_which_key_to_use(
    registry: Registry, platform: Platform
) -> None:
    words = r"is there in test mode only: connect it with your test key \(vb_test_…\)\.$"

    with pytest.raises(UnprocessableError, match=words):
        registry.account_connector(platform, Mode.LIVE)
    with pytest.raises(UnprocessableError, match=words):
        registry.connector(account_on(platform))
    assert not registry.connects(platform, Mode.LIVE)

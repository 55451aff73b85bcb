"""Which connector an account gets."""

import pytest

from herald.domain.accounts import Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode
from herald.platforms.bluesky import Bluesky
from herald.platforms.mastodon import Mastodon
from herald.platforms.registry import Registry
from herald.platforms.sandbox import Sandbox
from tests.fakes.http import Scripted, reply
from tests.unit.platforms.conftest import NOW, account_on
from tests.unit.platforms.test_sandbox import Memory

LIVE = {Platform.BLUESKY: Bluesky, Platform.MASTODON: Mastodon, Platform.SANDBOX: Sandbox}


@pytest.fixture
def registry() -> Registry:
    return Registry(Scripted(lambda _request: reply(500)), Memory(), lambda: NOW)


@pytest.mark.parametrize("platform", Platform)
def test_in_test_mode_every_network_is_its_sandbox(registry: Registry, platform: Platform) -> None:
    connector = registry.connector(account_on(platform, Mode.TEST))

    assert isinstance(connector, Sandbox)
    assert connector.connect({"username": "a"})[0].remote_id == f"sandbox:{platform}:a"


@pytest.mark.parametrize("platform", LIVE)
def test_a_live_account_gets_its_network(registry: Registry, platform: Platform) -> None:
    assert type(registry.connector(account_on(platform))) is LIVE[platform]


@pytest.mark.parametrize("platform", [platform for platform in Platform if platform not in LIVE])
def test_other_networks_are_there_in_test_mode_only_and_say_which_key_to_use(registry: Registry, platform: Platform) -> None:
    with pytest.raises(UnprocessableError, match=r"is there in test mode only: connect it with your test key \(vb_test_…\)\.$"):
        registry.connector_for(platform, Mode.LIVE)

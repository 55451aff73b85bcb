"""Connecting an account of the sandbox."""

from herald.domain.accounts import Platform
from herald.platforms.sandbox.account import SandboxAccounts


def test_anybody_may_connect_and_a_name_is_who_one_is() -> None:
    sandbox = SandboxAccounts(Platform.INSTAGRAM)

    named = [sandbox.connect({"username": "alice"})[0] for _ in range(2)]
    unnamed = [sandbox.connect({})[0] for _ in range(2)]

    assert named[0] == named[1]
    assert named[0].username == "alice"
    assert unnamed[0].remote_id != unnamed[1].remote_id
    assert (
        SandboxAccounts(Platform.TWITTER).connect({"username": "alice"})[0].remote_id
        != named[0].remote_id
    )

"""Who owns what, and what no log may show."""

from herald.domain.owners import Mode, Owner, Secret


def test_an_owner_is_written_with_its_mode() -> None:
    assert str(Owner("ws_1", Mode.TEST)) == "ws_1#test"
    assert Owner("ws_1", Mode.TEST) != Owner("ws_1", Mode.LIVE)


def test_a_secret_is_a_text_that_no_repr_shows() -> None:
    secret = Secret("whsec_1")

    assert secret == "whsec_1"
    assert "whsec_1" not in repr({"secret": secret})

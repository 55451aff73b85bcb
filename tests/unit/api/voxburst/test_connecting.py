"""The bodies that connect an account."""

from herald.api.voxburst.connecting import ConnectAccount, ConnectNamed
from herald.domain.accounts import Platform
from herald.domain.platforms import NETWORKS


def test_the_bodies_take_every_field_that_a_platform_declares() -> None:
    declared = {field.name for platform in Platform for field in NETWORKS[platform].connect}

    assert set(ConnectAccount.model_fields) == declared | {"redirect_uri"}
    assert set(ConnectNamed.model_fields) == declared | {"redirect_uri", "platform"}


def test_a_connector_gets_what_was_named_by_our_names() -> None:
    body = ConnectNamed.model_validate(
        {"platform": "bluesky", "identifier": "a.test", "appPassword": "abcd"}
    )

    assert body.fields() == {"identifier": "a.test", "app_password": "abcd"}


def test_a_secret_is_in_no_repr() -> None:
    body = ConnectAccount.model_validate({"identifier": "a.test", "appPassword": "abcd-efgh"})

    assert "a.test" in repr(body)
    assert "abcd-efgh" not in repr(body)

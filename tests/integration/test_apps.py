"""Registered apps in the table: sealed, and one for each server and redirect address."""

import json

import boto3
import pytest

from herald import runtime
from herald.domain.accounts import Platform
from herald.domain.apps import App
from herald.domain.owners import Mode, Owner, Secret
from herald.store.apps import OwnedApps

OWNER = Owner("ws_1", Mode.LIVE)
SERVER, REDIRECT = "https://social.example", "https://app.example/"
FIRST = App(client_id="first", client_secret=Secret("s3cret"), scopes=("profile", "write"))
SECOND = App(client_id="second", client_secret=Secret("other"), scopes=())


@pytest.fixture
def store(aws: None) -> OwnedApps:
    return runtime.app_store().of(OWNER)


def test_the_first_that_is_kept_counts(store: OwnedApps) -> None:
    assert store.get(Platform.MASTODON, SERVER, REDIRECT) is None
    assert store.keep(Platform.MASTODON, SERVER, REDIRECT, FIRST) == FIRST
    assert store.keep(Platform.MASTODON, SERVER, REDIRECT, SECOND) == FIRST
    assert store.get(Platform.MASTODON, SERVER, REDIRECT) == FIRST


@pytest.mark.parametrize(
    "place",
    [
        (Platform.BLUESKY, SERVER, REDIRECT),
        (Platform.MASTODON, f"{SERVER}:8443", REDIRECT),
        (Platform.MASTODON, SERVER, f"{REDIRECT}x"),
    ],
)
def test_another_place_has_another_app(store: OwnedApps, place: tuple[Platform, str, str]) -> None:
    store.keep(Platform.MASTODON, SERVER, REDIRECT, FIRST)

    assert store.get(*place) is None


def test_another_owner_has_another_app(store: OwnedApps) -> None:
    store.keep(Platform.MASTODON, SERVER, REDIRECT, FIRST)

    for other in (Owner("ws_1", Mode.TEST), Owner("ws_2", Mode.LIVE)):
        assert runtime.app_store().of(other).get(Platform.MASTODON, SERVER, REDIRECT) is None


def test_an_app_is_forgotten_unless_another_has_replaced_it(store: OwnedApps) -> None:
    store.keep(Platform.MASTODON, SERVER, REDIRECT, FIRST)

    store.forget(Platform.MASTODON, SERVER, REDIRECT, SECOND)
    assert store.get(Platform.MASTODON, SERVER, REDIRECT) == FIRST
    for _ in range(2):
        store.forget(Platform.MASTODON, SERVER, REDIRECT, FIRST)
    assert store.get(Platform.MASTODON, SERVER, REDIRECT) is None


def test_the_secret_is_sealed(store: OwnedApps) -> None:
    store.keep(Platform.MASTODON, SERVER, REDIRECT, FIRST)

    [row] = boto3.client("dynamodb").scan(TableName="herald")["Items"]

    assert "s3cret" not in json.dumps(row, default=repr)
    assert "s3cret" not in repr(FIRST)

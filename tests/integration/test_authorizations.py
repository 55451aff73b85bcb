"""Authorizations in the table: sealed, and taken once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest

from herald import runtime
from herald.domain.accounts import Platform
from herald.domain.authorizations import Authorization, new_state
from herald.domain.owners import Mode, Owner, Secret
from herald.store.authorizations import AuthorizationStore


@pytest.fixture
def store(aws: None) -> AuthorizationStore:
    return runtime.authorization_store()


def begun(store: AuthorizationStore) -> Authorization:
    now = runtime.now().replace(microsecond=0)
    authorization = Authorization(
        state=new_state(),
        owner=Owner("ws_1", Mode.TEST),
        platform=Platform.MASTODON,
        redirect_uri="https://app.example/connected?tenant=ü",
        url="https://social.example/oauth/authorize?state=hidden",
        secrets={"verifier": Secret("v3rifier"), "clientSecret": Secret("cl1ent")},
        expires_at=now + timedelta(minutes=10),
    )
    store.begin(authorization, None, now)
    return authorization


def test_it_comes_back_whole_and_once(store: AuthorizationStore) -> None:
    begun(store)
    authorization = begun(store)

    assert store.take(authorization.state) == authorization
    assert store.take(authorization.state) is None
    assert store.take(Secret("another")) is None


def test_of_many_who_take_it_at_once_one_gets_it(store: AuthorizationStore) -> None:
    authorization = begun(store)

    with ThreadPoolExecutor(8) as pool:
        taken = [*pool.map(lambda _: store.take(authorization.state), range(8))]

    assert [each for each in taken if each] == [authorization]


def test_its_row_says_neither_the_state_nor_a_secret_and_expires(
    store: AuthorizationStore,
) -> None:
    authorization = begun(store)

    [row] = boto3.client("dynamodb").scan(TableName="herald")["Items"]

    text = json.dumps(row, default=repr)
    said = [authorization.state, "hidden", *authorization.secrets.values()]
    assert not [each for each in said if each in text]
    assert row["expires_at"]["N"] == str(int(authorization.expires_at.timestamp()))

"""The identity of a request."""

import hashlib

from herald.domain import idempotency
from herald.domain.idempotency import IdempotencyKey

BODY = {"identifier": "me.example", "appPassword": "abcd"}


def identity(key: str, body: object = BODY) -> IdempotencyKey:
    found = idempotency.identify(
        key, method="POST", path="/v1/accounts/connect/bluesky", body=body, credentials=True
    )
    assert found is not None
    return found


def test_equal_requests_with_credentials_are_known_again() -> None:
    assert identity("k-1") == identity("k-1", dict(reversed(BODY.items())))
    assert identity("k-1") != identity("k-1", BODY | {"appPassword": "abce"})


def test_credentials_cannot_be_found_by_trying_digests_without_the_key() -> None:
    said = idempotency.canonical("POST", "/v1/accounts/connect/bluesky", BODY)

    assert identity("k-1").fingerprint != identity("k-2").fingerprint
    assert identity("k-1").fingerprint not in {
        hashlib.new(name, said).hexdigest() for name in ("sha256", "sha512")
    }

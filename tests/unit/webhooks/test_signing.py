"""Signatures against vectors computed elsewhere, and against stock verifiers."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from herald.domain.owners import Secret
from herald.webhooks import signing

SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
BODY = b'{"test": 2432232314}'
AT = 1614265330


def test_voxbursts_signature_is_keyed_with_the_whole_secret() -> None:
    # printf '1614265330.{"test": 2432232314}' |
    #   openssl dgst -sha256 -hmac whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    expected = "2e37df5d4a028c51a7f3133d64ae1e300d2c2c900f1b1d49d4369ad2530f8964"

    assert signing.stamped("v2", [SECRET], AT, BODY) == f"t={AT},v2={expected}"


def test_the_standard_signature_is_the_published_vector() -> None:
    # the example of the Standard Webhooks libraries' own tests
    signed = signing.standard([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY)

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_new_secret_is_256_bits_that_stock_verifiers_read() -> None:
    secrets = {signing.new_secret() for _ in range(50)}

    assert len(secrets) == 50
    for secret in secrets:
        assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
        assert secret not in repr(secret)


def test_a_stock_verifier_accepts_what_was_signed_now() -> None:
    secret = signing.new_secret()
    body = '{"text":"Grüße 🚀"}'.encode()
    at = int(datetime.now(UTC).timestamp())
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(at),
        "webhook-signature": signing.standard([secret], "evt_1", at, body),
    }

    assert Webhook(secret).verify(body, headers) == {"text": "Grüße 🚀"}


def test_two_secrets_sign_twice_and_each_verifies_alone() -> None:
    new = signing.new_secret()
    old = signing.new_secret()
    body = b"{}"
    at = int(datetime.now(UTC).timestamp())
    timestamp, *values = signing.stamped("v2", [new, old], at, body).split(",")
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(at),
        "webhook-signature": signing.standard([new, old], "evt_1", at, body),
    }

    assert [f"{timestamp},{each}" for each in values] == [
        signing.stamped("v2", [each], at, body) for each in (new, old)
    ]
    assert [Webhook(each).verify(body, headers) for each in (new, old)] == [{}, {}]


def test_every_byte_and_the_time_are_signed() -> None:
    signature = signing.stamped("v2", [SECRET], AT, BODY)
    expected = hmac.new(SECRET.encode(), f"{AT}.".encode() + BODY, hashlib.sha256).hexdigest()

    assert signature.endswith(expected)
    assert signing.stamped("v2", [SECRET], AT + 1, BODY).partition("v2=")[2] != expected
    assert signing.stamped("v2", [SECRET], AT, BODY + b" ").partition("v2=")[2] != expected


@pytest.mark.parametrize(
    "secret",
    [
        "correct horse battery staple",
        'quoted "and" \\ back',
        "whsec_=not=base64=",
        "MfKQ9r8GKYqrTwjUPD8ILPZ!",
    ],
)
def test_a_secret_that_is_no_base64_is_the_key_as_it_is(secret: str) -> None:
    at = int(datetime.now(UTC).timestamp())
    signature = signing.standard([Secret(secret)], "evt_1", at, b"{}")
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(at), "webhook-signature": signature}

    assert Webhook(secret.encode()).verify(b"{}", headers) == {}


def test_a_scheme_names_the_same_signature() -> None:
    assert signing.stamped("v1", [SECRET], AT, BODY) == signing.stamped(
        "v2", [SECRET], AT, BODY
    ).replace("v2=", "v1=")

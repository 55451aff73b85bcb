"""Signatures: HMAC-SHA256 over time and body, with a secret that only the endpoint's owner has.

Sources: VoxBurst's guide, Signature Verification; PostFuze's, Verifying the signature; the Standard Webhooks specification,
version 1.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable

from herald.domain.owners import Secret

PREFIX = "whsec_"


def new_secret() -> Secret:
    """`whsec_` and 256 random bits in base64, as Standard Webhooks writes them."""
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def stamped(scheme: str, secrets: Iterable[Secret], timestamp: int, body: bytes) -> str:
    """`t=…,v2=…`, one `v2` (or whatever the scheme) for each secret, keyed with the whole of it, its prefix included."""
    message = b"%d.%b" % (timestamp, body)
    signed = (hmac.digest(each.encode(), message, "sha256").hex() for each in secrets)
    return ",".join([f"t={timestamp}", *(f"{scheme}={each}" for each in signed)])


def standard(secrets: Iterable[Secret], message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,…`, one for each secret with a space between."""
    message = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    signed = (hmac.digest(standard_key(each), message, "sha256") for each in secrets)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signed)


def standard_key(secret: Secret) -> bytes:
    """What its base64 stands for; one that a user brought and that is no base64 is the key as it is."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()

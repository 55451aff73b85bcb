"""Signatures: HMAC-SHA256 over time and body, with a secret that only the endpoint's owner has.

Sources: VoxBurst's guide, Signature Verification; PostFuze's, Verifying the signature; the Standard
Webhooks specification, version 1.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable

from herald.domain.owners import Secret

PREFIX = "whsec_"


def new_secret() -> Secret:
    """Return `whsec_` and 256 random bits in base64, as Standard Webhooks writes a secret."""
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def stamped(scheme: str, secrets: Iterable[Secret], timestamp: int, body: bytes) -> str:
    """Return `t=…,v2=…`, with one `v2` (or another scheme) for each secret.

    The key is the whole secret, its prefix included.
    """
    message = b"%d.%b" % (timestamp, body)
    parts = [f"t={timestamp}"]
    for secret in secrets:
        signature = hmac.digest(secret.encode(), message, "sha256")
        parts.append(f"{scheme}={signature.hex()}")
    return ",".join(parts)


def standard(secrets: Iterable[Secret], message_id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,…` for each secret, with a space between them."""
    message = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    signatures = []
    for secret in secrets:
        signature = hmac.digest(standard_key(secret), message, "sha256")
        signatures.append(f"v1,{base64.b64encode(signature).decode()}")
    return " ".join(signatures)


def standard_key(secret: Secret) -> bytes:
    """Return the bytes of the secret's base64.

    A user may bring a secret that is no base64. Its characters are the key.
    """
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()

"""Signatures: HMAC-SHA256 over time and body, with a secret that only the endpoint's owner has.

Sources: VoxBurst's guide, Signature Verification; the Standard Webhooks specification, version 1.
"""

import base64
import hmac
import secrets

from herald.domain.accounts import Secret

PREFIX = "whsec_"


def new_secret() -> Secret:
    """`whsec_` and 256 random bits in base64, as Standard Webhooks writes them."""
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def voxburst(secret: Secret, timestamp: int, body: bytes) -> str:
    """`t=…,v2=…`, keyed with the whole secret string, its prefix included."""
    digest = hmac.digest(secret.encode(), b"%d.%b" % (timestamp, body), "sha256")
    return f"t={timestamp},v2={digest.hex()}"


def standard(secret: Secret, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,…`, keyed with the bytes that the secret's base64 stands for."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, b"%b.%d.%b" % (message_id.encode(), timestamp, body), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"

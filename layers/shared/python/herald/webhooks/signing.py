"""Signatures: HMAC-SHA256 over time and body, with a secret that only the endpoint's owner has.

Sources: VoxBurst's guide, Signature Verification; the Standard Webhooks specification, version 1.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable

from herald.domain.accounts import Secret

PREFIX = "whsec_"


def new_secret() -> Secret:
    """`whsec_` and 256 random bits in base64, as Standard Webhooks writes them."""
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def voxburst(secrets: Iterable[Secret], timestamp: int, body: bytes) -> str:
    """`t=…,v2=…`, one `v2` for each secret, keyed with the whole of it, its prefix included."""
    message = b"%d.%b" % (timestamp, body)
    return ",".join([f"t={timestamp}", *(f"v2={hmac.digest(each.encode(), message, 'sha256').hex()}" for each in secrets)])


def standard(secrets: Iterable[Secret], message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,…`, one for each secret with a space between, keyed with the bytes that its base64 stands for."""
    message = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    keys = (base64.b64decode(each.removeprefix(PREFIX)) for each in secrets)
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, message, 'sha256')).decode()}" for key in keys)

"""The addresses of Bluesky, and a session there, which an app password opens."""

import json
import re
from collections.abc import Mapping
from typing import Any

from herald.domain.errors import TransientError
from herald.domain.owners import Secret
from herald.platforms.bluesky.errors import bluesky_refusal
from herald.platforms.calls import Calls, Now, data, text_in
from herald.platforms.protocol import Credentials

ENTRYWAY = "https://bsky.social"
APP = "https://bsky.app/profile"
JSON = {"Content-Type": "application/json"}
TOKENS = re.compile(r"[!-~]+\Z")


def opened_session(
    calls: Calls, service: str, identifier: str, password: str, now: Now
) -> Mapping[str, Any]:
    """Open a new session. A network allows 300 of them a day, so this is the last resort."""
    url = f"{service}/xrpc/com.atproto.server.createSession"
    body = json.dumps({"identifier": identifier, "password": password}).encode()
    response = calls.ask("POST", url, headers=JSON, body=body)
    if response.status != 200:
        raise bluesky_refusal(calls, response, now)
    return data(response)


def tokens_of(opened: Mapping[str, Any]) -> Credentials:
    """Return the two tokens of a session. Raises TransientError if one of them is missing."""
    access = text_in(opened, "accessJwt")
    refresh = text_in(opened, "refreshJwt")
    did = text_in(opened, "did")
    if not (access and refresh and did and TOKENS.match(access + refresh)):
        raise TransientError("Bluesky answered without a session.")
    return {"accessJwt": Secret(access), "refreshJwt": Secret(refresh)}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

"""Where Bluesky is, and a session there: opened with an app password."""

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
    """A new session. Networks count these (300 a day), so this is the last resort."""
    response = calls.ask(
        "POST",
        f"{service}/xrpc/com.atproto.server.createSession",
        headers=JSON,
        body=json.dumps({"identifier": identifier, "password": password}).encode(),
    )
    if response.status != 200:
        raise bluesky_refusal(calls, response, now)
    return data(response)


def tokens_of(opened: Mapping[str, Any]) -> Credentials:
    """A session's two tokens. Raises TransientError rather than return an empty one."""
    access, refresh = text_in(opened, "accessJwt"), text_in(opened, "refreshJwt")
    if (
        not access
        or not refresh
        or not TOKENS.match(access + refresh)
        or not text_in(opened, "did")
    ):
        raise TransientError("Bluesky answered without a session.")
    return {"accessJwt": Secret(access), "refreshJwt": Secret(refresh)}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

"""VoxBurst's payloads."""

import json

from herald.webhooks import formats
from tests.unit.webhooks.test_formats import CONTENT, EVENT

DATA = {
    "id": "post_1",
    "workspaceId": "ws_1",
    "content": CONTENT,
    "status": "DRAFT",
    "scheduledFor": None,
}


def test_the_envelope_is_the_guides() -> None:
    body = formats.recorded(EVENT, []).bodies["voxburst"]

    assert json.loads(body) == {
        "id": EVENT.id,
        "type": "post.created",
        "createdAt": "2026-06-15T14:00:05.999Z",
        "data": DATA,
    }
    assert "Grüße 🚀" in body

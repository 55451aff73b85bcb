"""Values that rows are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from herald.domain import deliveries
from herald.domain.endpoints import Endpoint
from herald.domain.events import RecordedEvent
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 15, 14, 0, 0, 123_000, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.TEST)
TOLD = RecordedEvent(
    id="evt_000000001000000000000000",
    type="post.created",
    owner=OWNER,
    created_at=NOW,
    bodies={"voxburst": '{"ü":1}'},
)
ENDPOINT = Endpoint(
    id="wh_1",
    owner=OWNER,
    url="https://a.example/",
    events=("post.created", "post.failed"),
    description="CRM",
    failure_count=3,
    last_delivery_at=NOW,
    created_at=NOW,
    updated_at=NOW,
)
DELIVERY = deliveries.first(TOLD, ENDPOINT)


def kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """As the table gives it back: what is None is not there."""
    return {
        name: kept(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if value is not None
    }

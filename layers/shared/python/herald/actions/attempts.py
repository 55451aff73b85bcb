"""Attempts: send a delivery once, signed with the secrets that are valid at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from herald.domain import deliveries, events
from herald.domain.deliveries import AttemptResult, Delivery
from herald.domain.endpoints import Endpoint, Sealed
from herald.domain.errors import NotFoundError
from herald.domain.events import EventType
from herald.domain.formats import Rendering
from herald.domain.owners import Owner, Secret
from herald.domain.values import frozen
from herald.webhooks import delivery as wire
from herald.webhooks import formats

if TYPE_CHECKING:
    from herald.aws.kms import Vault
    from herald.domain.events import RecordedEvent
    from herald.net.client import Http
    from herald.store.endpoints import EndpointStore

# Seconds. A person waits for the answer, and the API gives up after 30.
TEST_TIMEOUT = 20


@frozen
class EndpointTest:
    """Tests endpoints."""

    endpoints: EndpointStore
    vault: Vault
    http: Http
    now: Callable[[], datetime]

    def run(self, endpoint_id: str, owner: Owner) -> AttemptResult:
        """Send a `webhook.test`, and return what the receiver answers.

        The endpoint may be disabled. Nothing is counted or kept. Raises NotFoundError.
        """
        endpoint_and_secrets = self.endpoints.with_secrets(owner, endpoint_id)
        if endpoint_and_secrets is None:
            raise NotFoundError("There is no such webhook.")
        endpoint, sealed = endpoint_and_secrets
        facts = {"endpoint_id": endpoint.id}
        event = events.event(EventType.WEBHOOK_TEST, owner, self.now(), facts)
        recorded = formats.recorded(event, [endpoint.rendering(event.type)])
        delivery = deliveries.first(recorded, endpoint)
        return send_attempt(
            delivery,
            recorded,
            endpoint,
            sealed,
            vault=self.vault,
            http=self.http,
            now=self.now,
            timeout=TEST_TIMEOUT,
        )


def send_attempt(
    delivery: Delivery,
    event: RecordedEvent,
    endpoint: Endpoint,
    sealed: Sealed,
    *,
    vault: Vault,
    http: Http,
    now: Callable[[], datetime],
    timeout: float = wire.TIMEOUT,
) -> AttemptResult:
    """Send the delivery, and return what the receiver answers within `timeout` seconds."""
    rendering = Rendering(endpoint.format, delivery.event_type)
    body = formats.body(event, rendering).encode()
    at = now()
    secrets = [
        Secret(vault.open(secret, owner=endpoint.id).decode())
        for secret in sealed.valid_secrets(at)
    ]
    headers = formats.headers(endpoint.format, delivery, body, secrets, at)
    result = wire.attempt(http, delivery.url, headers, body, now=now, timeout=timeout)
    return replace(result, headers=headers)

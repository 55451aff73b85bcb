"""Attempts: a delivery goes out once, signed with whichever secrets count at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from herald.domain.accounts import Secret
from herald.domain.webhooks import Answer, Delivery, Endpoint, Sealed
from herald.webhooks import delivery as wire
from herald.webhooks import formats

if TYPE_CHECKING:
    from herald.aws.kms import Vault
    from herald.domain.webhooks import Told
    from herald.net.client import Http


def attempt(
    delivery: Delivery,
    event: Told,
    endpoint: Endpoint,
    sealed: Sealed,
    *,
    vault: Vault,
    http: Http,
    now: Callable[[], datetime],
    timeout: float = wire.TIMEOUT,
) -> Answer:
    """What the receiver answers, within `timeout` seconds."""
    body, at = event.bodies[endpoint.format].encode(), now()
    secrets = [Secret(vault.open(each, owner=endpoint.id).decode()) for each in sealed.counting(at)]
    headers = formats.headers(delivery, body, secrets, at)
    return wire.attempt(http, delivery.url, headers, body, now=now, timeout=timeout)

"""Webhooks on the wire: bodies in, views out.

Source: the contract, section 4, and VoxBurst's guide.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, Field, ValidationInfo, field_validator

from herald.actions.endpoints import CreatedEndpoint, DeliveryDetails, NewEndpoint
from herald.actions.paging import Filters
from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import Time, id_of, one_of
from herald.api.voxburst.models import Body, Query
from herald.api.voxburst.paging import Paged
from herald.domain import formats, times
from herald.domain.deliveries import Attempt, AttemptResult, Delivery, DeliveryStatus
from herald.domain.endpoints import MAX_GRACE, MAX_SECRET, MIN_SECRET, Edit, Endpoint
from herald.domain.events import EVENT_RETENTION, EventType, RecordedEvent, fact
from herald.domain.formats import Format
from herald.domain.owners import Secret
from herald.domain.paging import Page
from herald.domain.stats import Tally

MAX_DESCRIPTION = 500


EventName = Annotated[str, one_of(*formats.MEANT)]
Events = Annotated[list[EventName], Field(min_length=1)]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION)]
SigningSecret = Annotated[
    str, Field(min_length=MIN_SECRET, max_length=MAX_SECRET, pattern=r"^[ -~]+$")
]
EitherCase = Field(validation_alias=AliasChoices("signing_secret", "signingSecret"), repr=False)


class CreateWebhook(Body):
    url: str
    """The URL that receives deliveries: https, on a public address. E.g.
    `https://example.com/hook`."""
    events: Events
    """The types of events to deliver. E.g. `["post.published","post.failed"]`."""
    description: Description | None = None
    """Your own description of the webhook."""
    format: Annotated[Format, one_of(*Format)] = Format.VOXBURST
    """The format of deliveries. It cannot be changed later."""
    signing_secret: Annotated[SigningSecret | None, EitherCase] = None
    """A secret of your own. Only the postfuze format takes one."""

    @field_validator("signing_secret")
    @classmethod
    def brought(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Return the caller's own secret.

        Raises ValueError if the format creates its own secret.
        """
        if value is not None and info.data.get("format") is Format.VOXBURST:
            raise ValueError(f"only an endpoint of the {Format.POSTFUZE} format takes one")
        return value

    def new(self) -> NewEndpoint:
        return NewEndpoint(
            url=self.url,
            events=meant(self.events),
            description=self.description,
            format=self.format,
            secret=Secret(self.signing_secret) if self.signing_secret else None,
        )


class EditWebhook(Body):
    """Every field is optional. `description: null` removes the description. The format cannot be
    changed.
    """

    removable = frozenset({"description"})

    url: str | None = None
    """The new URL that receives deliveries."""
    events: Events | None = None
    """The new types of events to deliver."""
    description: Description | None = None
    """Your own description of the webhook. Null removes it."""
    enabled: bool | None = None
    """Whether the webhook gets deliveries."""

    def edit(self) -> Edit:
        return Edit(
            url=self.url,
            events=None if self.events is None else meant(self.events),
            description=self.description,
            undescribed="description" in self.model_fields_set and self.description is None,
            enabled=self.enabled,
        )


class RotateSecret(Body):
    """`graceSeconds` is the time for which the old secret signs too. Without it, the old secret is
    invalid at once.
    """

    grace_seconds: Annotated[int, Field(ge=0, le=MAX_GRACE)] = 0
    """Seconds for which the old secret signs too. 0 makes the old secret invalid at once."""


class TestWebhook(Body):
    webhook_id: Annotated[str, id_of("wh")]
    """The webhook to test."""


class ListWebhooks(Paged):
    pass


class ListDeliveries(Paged):
    status: Annotated[str | None, one_of(*DeliveryStatus)] = None
    """Only deliveries of this status."""
    event_type: EventName | None = None
    """Only deliveries of this type of event."""
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    """Only deliveries created at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only deliveries created at this time or earlier."""

    def filters(self) -> Filters:
        kind = formats.MEANT[self.event_type] if self.event_type else None
        return Filters(
            status=self.status, event_type=kind, created_from=self.from_, created_to=self.to
        )


class ListEvents(Paged):
    type: EventName | None = None
    """Only events of this type."""
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    """Only events that happened at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only events that happened at this time or earlier."""

    def filters(self) -> Filters:
        kind = fact(formats.MEANT[self.type]) if self.type else None
        return Filters(event_type=kind, created_from=self.from_, created_to=self.to)


class ReadStats(Query):
    """Without `since`, or with an earlier one, the counts cover 30 days."""

    since: Time | None = None
    f"""The start of the counted time. Without it, or with an earlier time, the last
    {EVENT_RETENTION.days} days."""


def meant(names: Sequence[str]) -> tuple[str, ...]:
    """Return the types that these names mean, without duplicates."""
    return tuple(dict.fromkeys(formats.MEANT[name] for name in names))


def view(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": [formats.spelled(endpoint.format, event) for event in endpoint.events],
        "enabled": endpoint.enabled,
        "description": endpoint.description,
        "format": endpoint.format,
        "failureCount": endpoint.failure_count,
        "consecutiveFailures": endpoint.consecutive_failures,
        "autoDisabledAt": times.optional(endpoint.auto_disabled_at),
        "lastDeliveryAt": times.optional(endpoint.last_delivery_at),
        "lastFailureAt": times.optional(endpoint.last_failure_at),
        "createdAt": times.wire(endpoint.created_at),
        "updatedAt": times.wire(endpoint.updated_at),
    }


def created_response(pair: CreatedEndpoint) -> str:
    """Render a new webhook with its secret, which is shown only this once.

    An idempotent replay keeps this text, with the secret sealed.
    """
    endpoint, secret = pair
    return to_json({**view(endpoint), "secret": secret})


def rotated_response(secret: Secret) -> str:
    """Render a new secret, which is shown only this once.

    An idempotent replay keeps this text, with the secret sealed.
    """
    message = (
        "Secret rotated successfully. Store the new secret securely - it will not be shown again."
    )
    return to_json({"success": True, "secret": secret, "message": message})


def tested_response(answer: AttemptResult) -> Response:
    return ok(
        {
            "event": EventType.WEBHOOK_TEST,
            "delivered": answer.accepted,
            "success": answer.accepted,
            "responseStatus": answer.status,
            "statusCode": answer.status,
            "latencyMs": answer.latency_ms,
            "signed": True,
            "error": answer.error,
        }
    )


def endpoint_response(endpoint: Endpoint) -> Response:
    return ok(view(endpoint))


def endpoint_page(endpoints: Sequence[Endpoint], query: ListWebhooks, secret: str) -> Response:
    """Cut a page from all endpoints, in the order of their ids.

    VoxBurst's command line reads only `webhooks`, and `active` of each webhook.
    """
    after = query.after(secret)
    rest = [endpoint for endpoint in endpoints if after is None or endpoint.id > after]
    shown = rest[: query.limit]
    last = shown[-1].id if len(rest) > len(shown) else None
    data = [view(endpoint) for endpoint in shown]
    webhooks = [view(endpoint) | {"active": endpoint.enabled} for endpoint in shown]
    return ok(query.answer(data, last, secret, webhooks=webhooks))


def delivery_view(delivery: Delivery, now: datetime) -> dict[str, object]:
    return {
        "id": delivery.id,
        "webhookId": delivery.endpoint_id,
        "eventType": delivery.event_type,
        "url": delivery.url,
        "status": delivery.status_at(now),
        "success": delivery.status is DeliveryStatus.DELIVERED,
        "retryCount": delivery.retry_count,
        "statusCode": delivery.status_code,
        "latencyMs": delivery.latency_ms,
        "responseBody": delivery.response_body,
        "error": delivery.error,
        "createdAt": times.wire(delivery.created_at),
        "nextAttemptAt": times.optional(delivery.due),
        "deliveredAt": times.optional(delivery.delivered_at),
    }


def delivery_page(
    listed: Page[Delivery], query: ListDeliveries, secret: str, now: datetime
) -> Response:
    data = [delivery_view(delivery, now) for delivery in listed.items]
    return ok(query.answer(data, listed.end, secret))


def stats_response(tally: Tally) -> Response:
    """Return the counts.

    `pending` is an addition of herald. With it, the other counts add up to `total`.
    """
    return ok(
        {
            "data": {
                "total": tally.total,
                "delivered": tally.delivered,
                "failed": tally.failed,
                "pending": tally.pending,
                "successRate": tally.success_rate,
            }
        }
    )


def delivery_response(details: DeliveryDetails, now: datetime) -> Response:
    delivery = details.delivery
    return ok(
        {
            **delivery_view(delivery, now),
            "requestHeaders": delivery.headers,
            "requestBody": details.body,
            "attempts": [attempt_view(attempt) for attempt in delivery.all_attempts],
        }
    )


def attempt_view(attempt: Attempt) -> dict[str, object]:
    return {
        "at": times.wire(attempt.at),
        "statusCode": attempt.status_code,
        "latencyMs": attempt.latency_ms,
        "error": attempt.error,
        "responseBody": attempt.response_body,
    }


def redelivery_response(delivery: Delivery) -> str:
    """Render a delivery for its answer and for an idempotent replay."""
    return to_json(delivery_view(delivery, delivery.created_at))


def event_view(event: RecordedEvent) -> Response:
    return ok(event.bodies[Format.VOXBURST])


def event_page(listed: Page[RecordedEvent], query: ListEvents, secret: str) -> Response:
    """Return a page of events.

    If the query used an alias, the events have the type that the alias means.
    """
    named = {"type": formats.MEANT[query.type]} if query.type else {}
    data = [json.loads(event.bodies[Format.VOXBURST]) | named for event in listed.items]
    return ok(query.answer(data, listed.end, secret))

"""Webhooks on the wire: bodies in, views out. Source: the contract, section 4, and VoxBurst's guide."""

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
    """Where deliveries go: https, on a public address. E.g. `https://example.com/hook`."""
    events: Events
    """What to tell. E.g. `["post.published","post.failed"]`."""
    description: Description | None = None
    """Your own words for it."""
    format: Annotated[Format, one_of(*Format)] = Format.VOXBURST
    """How deliveries are dressed; it stays as it is."""
    signing_secret: Annotated[SigningSecret | None, EitherCase] = None
    """A secret of your own; the postfuze format alone takes one."""

    @field_validator("signing_secret")
    @classmethod
    def brought(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A secret of one's own. Raises ValueError where the format makes its own."""
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
    """Every field is optional; `description: null` takes it away. Its format stays."""

    removable = frozenset({"description"})

    url: str | None = None
    """Where deliveries go from now on."""
    events: Events | None = None
    """What to tell from now on."""
    description: Description | None = None
    """Your own words for it; null takes them away."""
    enabled: bool | None = None
    """Whether it is told anything."""

    def edit(self) -> Edit:
        return Edit(
            url=self.url,
            events=None if self.events is None else meant(self.events),
            description=self.description,
            undescribed="description" in self.model_fields_set and self.description is None,
            enabled=self.enabled,
        )


class RotateSecret(Body):
    """`graceSeconds`: for how long the secret before signs too. Left out, it is invalid at once."""

    grace_seconds: Annotated[int, Field(ge=0, le=MAX_GRACE)] = 0
    """For how many seconds the secret before signs too; 0 makes it invalid at once."""


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
    """Only those created at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only those created at this time or earlier."""

    def filters(self) -> Filters:
        kind = self.event_type and formats.MEANT[self.event_type]
        return Filters(
            status=self.status, event_type=kind, created_from=self.from_, created_to=self.to
        )


class ListEvents(Paged):
    type: EventName | None = None
    """Only events of this type."""
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    """Only those that happened at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only those that happened at this time or earlier."""

    def filters(self) -> Filters:
        kind = self.type and fact(formats.MEANT[self.type])
        return Filters(event_type=kind, created_from=self.from_, created_to=self.to)


class ReadStats(Query):
    """`since`: left out, or longer ago, 30 days."""

    since: Time | None = None
    f"""From when on deliveries are counted; left out, or longer ago, the last {EVENT_RETENTION.days} days."""


def meant(names: Sequence[str]) -> tuple[str, ...]:
    """The types that these names mean, each once."""
    return tuple(dict.fromkeys(formats.MEANT[each] for each in names))


def view(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": [formats.spelled(endpoint.format, each) for each in endpoint.events],
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
    """The one time the secret is shown; and as it is kept, with that sealed, for an idempotent replay."""
    endpoint, secret = pair
    return to_json({**view(endpoint), "secret": secret})


def rotated_response(secret: Secret) -> str:
    """As `made`."""
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
    """Cut from all of them, by id. VoxBurst's command line reads `webhooks`, and `active` of each, and nothing else."""
    after = query.after(secret)
    rest = [each for each in endpoints if after is None or each.id > after]
    shown = rest[: query.limit]
    following = shown[-1].id if len(rest) > len(shown) else None
    dressed = [view(each) | {"active": each.enabled} for each in shown]
    return ok(query.answer([view(each) for each in shown], following, secret, webhooks=dressed))


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
    return ok(query.answer([delivery_view(each, now) for each in listed.items], listed.end, secret))


def stats_response(tally: Tally) -> Response:
    """`pending` is ours: with it the others add up to `total`."""
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


def delivery_response(found: DeliveryDetails, now: datetime) -> Response:
    attempts = [attempt_view(each) for each in found.delivery.all_attempts]
    sent = {"requestHeaders": found.delivery.headers, "requestBody": found.body}
    return ok({**delivery_view(found.delivery, now), **sent, "attempts": attempts})


def attempt_view(attempt: Attempt) -> dict[str, object]:
    return {
        "at": times.wire(attempt.at),
        "statusCode": attempt.status_code,
        "latencyMs": attempt.latency_ms,
        "error": attempt.error,
        "responseBody": attempt.response_body,
    }


def redelivery_response(delivery: Delivery) -> str:
    """As it is answered, and as it is kept for an idempotent replay."""
    return to_json(delivery_view(delivery, delivery.created_at))


def event_view(found: RecordedEvent) -> Response:
    return ok(found.bodies[Format.VOXBURST])


def event_page(listed: Page[RecordedEvent], query: ListEvents, secret: str) -> Response:
    """Under the name that was asked for, where it was an alias."""
    named = {"type": formats.MEANT[query.type]} if query.type else {}
    return ok(
        query.answer(
            [json.loads(each.bodies[Format.VOXBURST]) | named for each in listed.items],
            listed.end,
            secret,
        )
    )

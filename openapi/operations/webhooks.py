"""Webhooks, what they are told, and what was delivered."""

from herald.actions.attempts import TEST_TIMEOUT
from herald.domain.endpoints import MAX_ENDPOINTS
from herald.domain.events import EVENT_RETENTION
from openapi.answers import deliveries, events, lists, replays, webhooks
from openapi.operations.operation import Operation

OPERATIONS = {
    "create": Operation(
        "createWebhook",
        "Subscribe an endpoint to events",
        webhooks.NewWebhook,
        description="The secret that its deliveries are signed with is in this answer alone, and "
        f"in a repeat of it. A workspace has at most {MAX_ENDPOINTS:,} webhooks in each mode.",
    ),
    "index": Operation(
        "listWebhooks",
        "List the webhooks",
        webhooks.Webhooks,
    ),
    "read": Operation(
        "readWebhook",
        "Read a webhook",
        webhooks.Webhook,
    ),
    "edit": Operation(
        "editWebhook",
        "Change a webhook",
        webhooks.Webhook,
        description="`enabled: true` starts it anew: without failures in a row, not disabled. Like creating, it needs the plan.",
    ),
    "delete": Operation(
        "deleteWebhook",
        "Delete a webhook",
        lists.Removed,
    ),
    "rotate_secret": Operation(
        "rotateSecret",
        "Give a webhook a new signing secret",
        webhooks.RotatedSecret,
        description="With `graceSeconds`, the one before signs too until they are over: the headers then carry two signatures.",
    ),
    "test_named": Operation(
        "testWebhookNamed",
        "Test the webhook that the body names",
        webhooks.WebhookTest,
        description="As `POST /v1/webhooks/{webhookId}/test`.",
    ),
    "test": Operation(
        "testWebhook",
        "Test a webhook",
        webhooks.WebhookTest,
        description=f"Delivers a signed `webhook.test` once, within {TEST_TIMEOUT} seconds, and says "
        "what came of it. Nothing is counted.",
    ),
    "replay": Operation(
        "replayWebhook",
        "Deliver again what a webhook missed",
        replays.Replay,
        description=f"Every event of that time, at most {EVENT_RETENTION.days} days ago, that it never accepted "
        "and of which nothing is on its way: what failed for good, what was parked, and "
        "what happened while it was disabled or not subscribed. Each gets a new "
        "delivery, oldest first. Not while the webhook is disabled.",
    ),
    "deliveries": Operation(
        "listDeliveries",
        "List a webhook's deliveries, newest first",
        deliveries.Deliveries,
    ),
    "stats": Operation(
        "readStats",
        "Count a webhook's deliveries by what they came to",
        deliveries.StatsRead,
        description=f"Of those created since then, at most {EVENT_RETENTION.days} days ago. Exact, and as quick among many as among few.",
    ),
    "delivery": Operation(
        "readDelivery",
        "Read a delivery: what is sent, and every attempt",
        deliveries.DeliveryDetail,
    ),
    "retry": Operation(
        "retryDelivery",
        "Deliver an event again",
        deliveries.Delivery,
        description="A new delivery of the same event: a new delivery id, the same event id. Not while the webhook is disabled.",
    ),
    "events": Operation(
        "listEvents",
        f"List what happened in the last {EVENT_RETENTION.days} days, newest first",
        events.Events,
    ),
    "event": Operation(
        "readEvent",
        "Read an event",
        events.Event,
    ),
}

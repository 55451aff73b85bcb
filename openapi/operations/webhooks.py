"""Webhooks, their events and their deliveries."""

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
        description="Only this answer, and a repeat of it, shows the secret that signs the "
        f"deliveries. A workspace has at most {MAX_ENDPOINTS:,} webhooks in each mode.",
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
        description="`enabled: true` enables the webhook, sets `consecutiveFailures` to 0 and "
        "removes `autoDisabledAt`. This needs the same plan as creating a webhook.",
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
        description="With `graceSeconds`, the old secret signs too for so many seconds. The "
        "headers then have two signatures.",
    ),
    "test_named": Operation(
        "testWebhookNamed",
        "Test the webhook that the body names",
        webhooks.WebhookTest,
        description="This does the same as `POST /v1/webhooks/{webhookId}/test`.",
    ),
    "test": Operation(
        "testWebhook",
        "Test a webhook",
        webhooks.WebhookTest,
        description="herald delivers a signed `webhook.test` once, within "
        f"{TEST_TIMEOUT} seconds, and returns the result. The test counts nowhere.",
    ),
    "replay": Operation(
        "replayWebhook",
        "Deliver again what a webhook missed",
        replays.Replay,
        description="A replay covers every event of the given time, at most "
        f"{EVENT_RETENTION.days} days ago, that the webhook never accepted and that has no "
        "delivery on its way. These are events whose delivery failed for good or was parked, and "
        "events that happened while the webhook was disabled or not subscribed. Each event gets a "
        "new delivery, oldest first. A disabled webhook takes no replay.",
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
        description=f"The counts cover deliveries created since then, at most "
        f"{EVENT_RETENTION.days} days ago. They are exact, and equally fast for many deliveries "
        "and for few.",
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
        description="The same event gets a new delivery with a new id. The id of the event stays "
        "the same. A disabled webhook takes no new delivery.",
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

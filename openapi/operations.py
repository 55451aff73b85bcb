"""What the doors do not say of their routes: a name, a sentence, the answers, and what else may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel

from openapi.answers import (
    accounts,
    api_keys,
    bulk,
    deliveries,
    documents,
    events,
    lists,
    media,
    platforms,
    posts,
    replays,
    sandbox,
    targets,
    validation,
    webhooks,
    workspaces,
)


class Refusal(NamedTuple):
    name: str
    said: str


ERRORS = {
    400: Refusal(
        "BadRequest",
        "The body or query breaks its schema (VALIDATION_ERROR, every problem in `details.errors`), or is no JSON, "
        "or an id or cursor is malformed (BAD_REQUEST), or the Idempotency-Key is (IDEMPOTENCY_INVALID_KEY).",
    ),
    401: Refusal("Unauthorized", "The key is missing, malformed, unknown, revoked or expired."),
    403: Refusal(
        "Forbidden",
        "The key lacks the scope (`details.requiredScope`), or the plan the feature (`details.requiredFeature`), "
        "or it is not the approver's turn (`details.step` is whose it is), or a test key asks for what is live "
        "(`details.requiredMode`), or a key for one that would outlive it (`details.latest`).",
    ),
    404: Refusal("NotFound", "There is no such thing in this workspace and mode."),
    405: Refusal("MethodNotAllowed", "The path, as the gateway reads it, takes no such method: the id is empty."),
    409: Refusal(
        "Conflict",
        "The state does not allow it (CONFLICT, `details.status` is the current one), "
        "or the Idempotency-Key was used with another request (IDEMPOTENCY_CONFLICT).",
    ),
    413: Refusal("PayloadTooLarge", "The body is larger than 1 MB."),
    415: Refusal("UnsupportedMediaType", "The body has a Content-Encoding (`details.contentEncoding`); none is read."),
    422: Refusal("Unprocessable", "Well formed, but cannot be done."),
    429: Refusal("RateLimited", "Too many calls in this minute: ask again after `Retry-After` seconds."),
    500: Refusal("InternalError", "Something went wrong here. Ask again; an Idempotency-Key makes that safe."),
    503: Refusal("Unavailable", "A network, or a part of this service, is not available just now. Ask again."),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """`refuses`: the errors beyond those that follow from the door itself."""

    id: str
    summary: str
    answers: Mapping[int, type[BaseModel]]
    refuses: tuple[int, ...] = ()
    description: str = ""
    media_type: str = "application/json"


OPERATIONS = {
    # The workspace
    "GET /": Operation("root", "What this is, and where its documents are", {200: documents.Root}),
    "GET /v1/health": Operation("health", "Whether this service answers", {200: documents.Health}),
    "GET /v1/openapi.json": Operation("openapi", "This document", {200: documents.Document}),
    "GET /v1/docs": Operation("docs", "This document as a page", {200: documents.Page}, media_type="text/html"),
    "GET /v1/docs/<script>": Operation(
        "docsScript", "The script of that page", {200: documents.Script}, media_type="text/javascript"
    ),
    "GET /v1/auth/me": Operation("me", "Whom this key stands for", {200: workspaces.Caller}),
    "GET /v1/workspace": Operation("readWorkspace", "Read the workspace", {200: workspaces.Workspace}),
    "PATCH /v1/workspace": Operation(
        "changeWorkspace",
        "Change the workspace",
        {200: workspaces.Workspace},
        description="Null takes the owner's address or the workflow away. The plan is its operator's to set. Each mode has a "
        "workflow of its own; a test key changes nothing else.",
    ),
    "GET /v1/platforms": Operation("listPlatforms", "What each platform accepts", {200: platforms.Platforms}),
    "GET /v1/api-keys": Operation(
        "listApiKeys", "List the API keys", {200: api_keys.ApiKeys}, description="A test key is shown test keys only."
    ),
    "POST /v1/api-keys": Operation(
        "createApiKey",
        "Make an API key",
        {201: api_keys.NewApiKey},
        description="The clear key is in this answer alone, and in a repeat of it. A key makes none that may do more, "
        "nor one that outlives it; a test key makes test keys only.",
    ),
    "DELETE /v1/api-keys/<key_id>": Operation(
        "revokeApiKey", "Revoke an API key", {200: lists.Removed}, description="A test key revokes test keys only."
    ),
    "GET /v1/sandbox/posts": Operation(
        "listSandboxPosts", "What is live in the sandbox", {200: sandbox.SandboxPosts}, refuses=(404,)
    ),
    # Accounts
    "GET /v1/accounts": Operation(
        "listAccounts",
        "List the accounts",
        {200: accounts.Accounts},
        description="Disconnected ones are hidden unless `status` or `includeArchived` asks for them.",
    ),
    "GET /v1/accounts/<account_id>": Operation("readAccount", "Read an account", {200: accounts.Account}),
    "POST /v1/accounts/connect": Operation(
        "connectNamedAccount", "Connect an account of the platform that the body names", {201: accounts.Connected}, (422, 503)
    ),
    "POST /v1/accounts/connect/<platform>": Operation(
        "connectAccount",
        "Connect an account of a platform",
        {201: accounts.Connected},
        refuses=(422, 503),
        description="Bluesky takes `identifier` and `appPassword`, Mastodon `instanceUrl` and `accessToken`; "
        "in test mode every platform takes a `username`. A workspace has at most 2,500 connected accounts in each mode.",
    ),
    "DELETE /v1/accounts/<account_id>": Operation(
        "disconnectAccount", "Disconnect an account", {200: lists.Removed}, description="Its tokens are destroyed."
    ),
    # Media
    "POST /v1/media/upload": Operation(
        "uploadMedia",
        "Ask where to upload a file",
        {201: media.Upload},
        description="PUT the file to `uploadUrl` with `uploadHeaders`; the URL binds its type and exact length.",
    ),
    "POST /v1/media/register": Operation(
        "registerMedia",
        "Register a file that lies elsewhere",
        {201: media.Media},
        refuses=(422,),
        description="READY at once. Size, dimensions and what is wrong with it are learnt soon after, from its first bytes.",
    ),
    "POST /v1/media/<media_id>/refresh-presign": Operation(
        "refreshUpload", "Ask anew where to upload a file that has not come", {200: media.Upload}, refuses=(409,)
    ),
    "GET /v1/media": Operation("listMedia", "List the media", {200: media.MediaList}),
    "GET /v1/media/<media_id>": Operation("readMedia", "Read a media", {200: media.Media}),
    "DELETE /v1/media/<media_id>": Operation(
        "deleteMedia",
        "Delete a media",
        {200: lists.Removed},
        refuses=(409,),
        description="Not while a post that waits for approval, is scheduled or is going out needs it: `details.postId` names it.",
    ),
    # Posts
    "POST /v1/posts": Operation(
        "createPost",
        "Create a post",
        {201: posts.Post},
        refuses=(422,),
        description="Without `scheduledFor` it is a draft, with it scheduled; `publishNow` publishes it at once.",
    ),
    "POST /v1/posts/bulk": Operation(
        "createPosts",
        "Create up to 50 posts",
        dict.fromkeys((201, 207, 422), bulk.Bulk),
        description="Each is judged alone: 201 when all were created, 207 when some, 422 when none. `dryRun` stores nothing.",
    ),
    "POST /v1/posts/validate": Operation(
        "validatePost",
        "Ask what each platform would say to a post",
        {200: validation.Verdicts},
        refuses=(404, 422),
        description="Nothing is stored.",
    ),
    "GET /v1/posts": Operation(
        "listPosts",
        "List the posts, newest first, or by the time they are due",
        {200: posts.Posts},
        description="`from` and `to` filter by creation, `scheduledFrom` and `scheduledTo` by `scheduledFor`, and sort by it. "
        "Archived ones are hidden unless `status` is `archived` or `all`.",
    ),
    "GET /v1/posts/<post_id>": Operation("readPost", "Read a post", {200: posts.Post}),
    "GET /v1/posts/<post_id>/results": Operation("readResults", "Where a post is, network by network", {200: targets.Results}),
    "PATCH /v1/posts/<post_id>": Operation(
        "editPost",
        "Edit a post, or archive it",
        {200: posts.Post},
        refuses=(409, 422),
        description="A draft or scheduled post: everything; of one that is `pending_approval` the approval starts again. "
        "A failed or partial one: its words, for the targets that are not published. "
        "`scheduledFor: null` takes its time away; `status` may only be `archived`.",
    ),
    "DELETE /v1/posts/<post_id>": Operation(
        "deletePost",
        "Delete a post",
        {200: lists.Removed},
        refuses=(409,),
        description="Draft, scheduled, cancelled and failed ones only.",
    ),
    "POST /v1/posts/<post_id>/submit": Operation(
        "submitPost",
        "Submit a draft to the workspace's approval workflow",
        {200: posts.Post},
        refuses=(422,),
        description="It is then `pending_approval`. Without a workflow this is a conflict.",
    ),
    "POST /v1/posts/<post_id>/approve": Operation(
        "approvePost",
        "Approve a step of a submitted post",
        {200: posts.Post},
        refuses=(422,),
        description="The approver is `approverId`, or else the calling key. Optional steps before theirs are passed over. The "
        "last approve makes the post `scheduled`, or `publishing` when it has no time or that has passed.",
    ),
    "POST /v1/posts/<post_id>/reject": Operation(
        "rejectPost", "Return a submitted post to draft, with a comment", {200: posts.Post}
    ),
    "POST /v1/posts/<post_id>/publish": Operation("publishPost", "Publish a post at once", {202: posts.Post}, refuses=(422,)),
    "POST /v1/posts/<post_id>/cancel": Operation("cancelPost", "Cancel a post", {200: posts.Post}),
    "POST /v1/posts/<post_id>/retry": Operation(
        "retryPost",
        "Send failed targets again",
        {202: posts.Post},
        refuses=(422,),
        description="All of them, or those in `destinationIds`. One whose outcome is unknown only with `acknowledgeUnknown`.",
    ),
    "POST /v1/posts/<post_id>/platforms/<target_id>/fix": Operation(
        "fixTarget",
        "Send a failed target again, its attempts at 0, with other words or another file if given",
        {202: posts.Post},
        refuses=(422,),
        description="The file at `mediaUrl` is registered, and goes out in place of those of the part that failed.",
    ),
    "POST /v1/posts/<post_id>/unpublish": Operation(
        "unpublishPost", "Mark a post as unpublished", {200: posts.Post}, description="At the networks it stays."
    ),
    # Webhooks
    "POST /v1/webhooks": Operation(
        "createWebhook",
        "Subscribe an endpoint to events",
        {201: webhooks.NewWebhook},
        refuses=(422,),
        description="The secret that its deliveries are signed with is in this answer alone, and in a repeat of it. "
        "A workspace has at most 1,000 webhooks in each mode.",
    ),
    "GET /v1/webhooks": Operation("listWebhooks", "List the webhooks", {200: webhooks.Webhooks}),
    "GET /v1/webhooks/<webhook_id>": Operation("readWebhook", "Read a webhook", {200: webhooks.Webhook}),
    "PATCH /v1/webhooks/<webhook_id>": Operation(
        "editWebhook",
        "Change a webhook",
        {200: webhooks.Webhook},
        refuses=(422,),
        description="`enabled: true` starts it anew: without failures in a row, not disabled. Like creating, it needs the plan.",
    ),
    "DELETE /v1/webhooks/<webhook_id>": Operation("deleteWebhook", "Delete a webhook", {200: lists.Removed}),
    "POST /v1/webhooks/<webhook_id>/rotate-secret": Operation(
        "rotateSecret",
        "Give a webhook a new signing secret",
        {200: webhooks.RotatedSecret},
        description="With `graceSeconds`, the one before signs too until they are over: the headers then carry two signatures.",
    ),
    "POST /v1/webhooks/test": Operation(
        "testWebhookNamed",
        "Test the webhook that the body names",
        {200: webhooks.WebhookTest},
        refuses=(404,),
        description="As `POST /v1/webhooks/{webhookId}/test`.",
    ),
    "POST /v1/webhooks/<webhook_id>/test": Operation(
        "testWebhook",
        "Test a webhook",
        {200: webhooks.WebhookTest},
        description="Delivers a signed `webhook.test` once, within 20 seconds, and says what came of it. Nothing is counted.",
    ),
    "POST /v1/webhooks/<webhook_id>/replay": Operation(
        "replayWebhook",
        "Deliver again what a webhook missed",
        {202: replays.Replay},
        refuses=(409,),
        description="Every event of that time, at most 30 days ago, that it never accepted and of which nothing is on its way: "
        "what failed for good, what was parked, and what happened while it was disabled or not subscribed. Each gets a new "
        "delivery, oldest first. Not while the webhook is disabled.",
    ),
    "GET /v1/events": Operation("listEvents", "List what happened in the last 30 days, newest first", {200: events.Events}),
    "GET /v1/events/<event_id>": Operation("readEvent", "Read an event", {200: events.Event}),
    "GET /v1/webhooks/<webhook_id>/deliveries": Operation(
        "listDeliveries", "List a webhook's deliveries, newest first", {200: deliveries.Deliveries}
    ),
    "GET /v1/webhooks/<webhook_id>/deliveries/stats": Operation(
        "readStats",
        "Count a webhook's deliveries by what they came to",
        {200: deliveries.StatsRead},
        description="Of those created since then, at most 30 days ago. Exact, and as quick among many as among few.",
    ),
    "GET /v1/webhooks/<webhook_id>/deliveries/<delivery_id>": Operation(
        "readDelivery", "Read a delivery: what is sent, and every attempt", {200: deliveries.DeliveryDetail}
    ),
    "POST /v1/webhooks/<webhook_id>/deliveries/<delivery_id>/retry": Operation(
        "retryDelivery",
        "Deliver an event again",
        {202: deliveries.Delivery},
        refuses=(409,),
        description="A new delivery of the same event: a new delivery id, the same event id. Not while the webhook is disabled.",
    ),
}

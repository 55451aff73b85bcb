"""HTTP: webhooks."""

from datetime import timedelta

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import replays
from herald.api.voxburst import webhooks as wire
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/webhooks", scope="webhooks:write", idempotent=True, answers=(201,), refuses=(422,))
def create(request: Request, body: wire.CreateWebhook) -> Response:
    new = body.new()
    answer = request.idempotent(wire.created_response, credentials=new.secret is not None)
    runtime.endpoints().create(new, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks", scope="webhooks:read")
def index(request: Request, query: wire.ListWebhooks) -> Response:
    return wire.endpoint_page(runtime.endpoints().list(request.owner), query, request.key.digest)


@api.get("/v1/webhooks/<webhook_id>", scope="webhooks:read")
def read(request: Request, webhook_id: str) -> Response:
    return wire.endpoint_response(runtime.endpoints().get(webhook_id, request.owner))


@api.patch("/v1/webhooks/<webhook_id>", scope="webhooks:write", refuses=(422,))
def edit(request: Request, webhook_id: str, body: wire.EditWebhook) -> Response:
    return wire.endpoint_response(runtime.endpoints().edit(webhook_id, body.edit(), by=request.key))


@api.delete("/v1/webhooks/<webhook_id>", scope="webhooks:write")
def delete(request: Request, webhook_id: str) -> Response:
    runtime.endpoints().delete(webhook_id, request.owner)
    return ok({"success": True, "id": webhook_id})


@api.post("/v1/webhooks/<webhook_id>/rotate-secret", scope="webhooks:write", idempotent=True)
def rotate_secret(request: Request, webhook_id: str, body: wire.RotateSecret) -> Response:
    grace = timedelta(seconds=body.grace_seconds)
    answer = request.idempotent(wire.rotated_response)
    runtime.endpoints().rotate(webhook_id, grace, by=request.key, request=answer)
    return answered(answer)


@api.post("/v1/webhooks/test", scope="webhooks:write", refuses=(404,))
def test_named(request: Request, body: wire.TestWebhook) -> Response:
    return wire.tested_response(runtime.endpoint_test().run(body.webhook_id, request.owner))


@api.post("/v1/webhooks/<webhook_id>/test", scope="webhooks:write")
def test(request: Request, webhook_id: str) -> Response:
    return wire.tested_response(runtime.endpoint_test().run(webhook_id, request.owner))


@api.post(
    "/v1/webhooks/<webhook_id>/replay",
    scope="webhooks:write",
    idempotent=True,
    answers=(202,),
    refuses=(409,),
)
def replay(request: Request, webhook_id: str, body: replays.ReplayWebhook) -> Response:
    wanted = body.wanted()
    answer = request.idempotent(replays.replay_body)
    runtime.replays().begin(webhook_id, wanted, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks/<webhook_id>/deliveries", scope="webhooks:read")
def deliveries(request: Request, webhook_id: str, query: wire.ListDeliveries) -> Response:
    secret = request.key.digest + webhook_id
    listed = runtime.endpoints().deliveries(
        webhook_id, request.owner, query.filters(), before=query.after(secret), limit=query.limit
    )
    return wire.delivery_page(listed, query, secret, runtime.now())


@api.get("/v1/webhooks/<webhook_id>/deliveries/stats", scope="webhooks:read")
def stats(request: Request, webhook_id: str, query: wire.ReadStats) -> Response:
    return wire.stats_response(runtime.stats().get(webhook_id, request.owner, query.since))


@api.get("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>", scope="webhooks:read")
def delivery(request: Request, webhook_id: str, delivery_id: str) -> Response:
    details = runtime.endpoints().delivery(webhook_id, delivery_id, request.owner)
    return wire.delivery_response(details, runtime.now())


@api.post(
    "/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/retry",
    scope="webhooks:write",
    idempotent=True,
    answers=(202,),
    refuses=(409,),
)
def retry(request: Request, webhook_id: str, delivery_id: str) -> Response:
    answer = request.idempotent(wire.redelivery_response)
    runtime.endpoints().redeliver(webhook_id, delivery_id, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/events", scope="webhooks:read")
def events(request: Request, query: wire.ListEvents) -> Response:
    secret = request.key.digest
    page = runtime.event_log().list(
        request.owner, query.filters(), before=query.after(secret), limit=query.limit
    )
    return wire.event_page(page, query, secret)


@api.get("/v1/events/<event_id>", scope="webhooks:read")
def event(request: Request, event_id: str) -> Response:
    return wire.event_view(runtime.event_log().get(event_id, request.owner))

"""HTTP: webhooks."""

from datetime import timedelta

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, answered, ok
from herald.api.voxburst import replays
from herald.api.voxburst import webhooks as wire
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/webhooks", scope="webhooks:write", idempotent=True, answers=(201,), refuses=(422,))
def create(request: Request, body: wire.CreateWebhook) -> Reply:
    new = body.new()
    answer = request.idempotent(wire.made, credentials=new.secret is not None)
    runtime.endpoints().create(new, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks", scope="webhooks:read")
def index(request: Request, query: wire.ListWebhooks) -> Reply:
    return wire.page(runtime.endpoints().all(request.owner), query, request.key.digest)


@api.get("/v1/webhooks/<webhook_id>", scope="webhooks:read")
def read(request: Request, webhook_id: str) -> Reply:
    return wire.found(runtime.endpoints().read(webhook_id, request.owner))


@api.patch("/v1/webhooks/<webhook_id>", scope="webhooks:write", refuses=(422,))
def edit(request: Request, webhook_id: str, body: wire.EditWebhook) -> Reply:
    return wire.found(runtime.endpoints().edit(webhook_id, body.edit(), by=request.key))


@api.delete("/v1/webhooks/<webhook_id>", scope="webhooks:write")
def delete(request: Request, webhook_id: str) -> Reply:
    runtime.endpoints().delete(webhook_id, request.owner)
    return ok({"success": True, "id": webhook_id})


@api.post("/v1/webhooks/<webhook_id>/rotate-secret", scope="webhooks:write", idempotent=True)
def rotate_secret(request: Request, webhook_id: str, body: wire.RotateSecret) -> Reply:
    grace = timedelta(seconds=body.grace_seconds)
    answer = request.idempotent(wire.rotated)
    runtime.endpoints().rotate(webhook_id, grace, by=request.key, request=answer)
    return answered(answer)


@api.post("/v1/webhooks/test", scope="webhooks:write", refuses=(404,))
def test_named(request: Request, body: wire.TestWebhook) -> Reply:
    return wire.tested(runtime.trial().run(body.webhook_id, request.owner))


@api.post("/v1/webhooks/<webhook_id>/test", scope="webhooks:write")
def test(request: Request, webhook_id: str) -> Reply:
    return wire.tested(runtime.trial().run(webhook_id, request.owner))


@api.post(
    "/v1/webhooks/<webhook_id>/replay",
    scope="webhooks:write",
    idempotent=True,
    answers=(202,),
    refuses=(409,),
)
def replay(request: Request, webhook_id: str, body: replays.ReplayWebhook) -> Reply:
    wanted = body.wanted()
    answer = request.idempotent(replays.begun)
    runtime.replays().begin(webhook_id, wanted, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks/<webhook_id>/deliveries", scope="webhooks:read")
def deliveries(request: Request, webhook_id: str, query: wire.ListDeliveries) -> Reply:
    secret = request.key.digest + webhook_id
    listed = runtime.endpoints().deliveries(
        webhook_id, request.owner, query.filters(), before=query.after(secret), limit=query.limit
    )
    return wire.deliveries(listed, query, secret, runtime.now())


@api.get("/v1/webhooks/<webhook_id>/deliveries/stats", scope="webhooks:read")
def stats(request: Request, webhook_id: str, query: wire.ReadStats) -> Reply:
    return wire.stats(runtime.stats().read(webhook_id, request.owner, query.since))


@api.get("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>", scope="webhooks:read")
def delivery(request: Request, webhook_id: str, delivery_id: str) -> Reply:
    found = runtime.endpoints().delivery(webhook_id, delivery_id, request.owner)
    return wire.detail(found, runtime.now())


@api.post(
    "/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/retry",
    scope="webhooks:write",
    idempotent=True,
    answers=(202,),
    refuses=(409,),
)
def retry(request: Request, webhook_id: str, delivery_id: str) -> Reply:
    answer = request.idempotent(wire.redelivery)
    runtime.endpoints().redeliver(webhook_id, delivery_id, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/events", scope="webhooks:read")
def events(request: Request, query: wire.ListEvents) -> Reply:
    secret = request.key.digest
    return wire.events(
        runtime.event_log().page(request.owner, query.filters(), before=query.after(secret), limit=query.limit), query, secret
    )


@api.get("/v1/events/<event_id>", scope="webhooks:read")
def event(request: Request, event_id: str) -> Reply:
    return wire.event(runtime.event_log().read(event_id, request.owner))

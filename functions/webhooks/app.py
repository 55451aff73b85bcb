"""HTTP: webhooks."""

from datetime import timedelta

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, answered, ok
from herald.api.voxburst import replays
from herald.api.voxburst import webhooks as wire
from herald.api.voxburst.contract import VOXBURST
from herald.domain import ids

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/webhooks", scope="webhooks:write")
def create(request: Request) -> Reply:
    new = request.body(wire.CreateWebhook).new()
    answer = request.idempotent(201, wire.made, credentials=new.secret is not None)
    runtime.endpoints().create(new, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks", scope="webhooks:read")
def index(request: Request) -> Reply:
    return wire.page(runtime.endpoints().all(request.owner), request.query(wire.ListWebhooks), request.key.digest)


@api.get("/v1/webhooks/<webhook_id>", scope="webhooks:read")
def read(request: Request, webhook_id: str) -> Reply:
    return wire.found(runtime.endpoints().read(ids.check("wh", webhook_id), request.owner))


@api.patch("/v1/webhooks/<webhook_id>", scope="webhooks:write")
def edit(request: Request, webhook_id: str) -> Reply:
    change = request.body(wire.EditWebhook).edit()
    return wire.found(runtime.endpoints().edit(ids.check("wh", webhook_id), change, by=request.key))


@api.delete("/v1/webhooks/<webhook_id>", scope="webhooks:write")
def delete(request: Request, webhook_id: str) -> Reply:
    runtime.endpoints().delete(ids.check("wh", webhook_id), request.owner)
    return ok({"success": True, "id": webhook_id})


@api.post("/v1/webhooks/<webhook_id>/rotate-secret", scope="webhooks:write")
def rotate_secret(request: Request, webhook_id: str) -> Reply:
    grace = timedelta(seconds=request.body(wire.RotateSecret).grace_seconds)
    answer = request.idempotent(200, wire.rotated)
    runtime.endpoints().rotate(ids.check("wh", webhook_id), grace, by=request.key, request=answer)
    return answered(answer)


@api.post("/v1/webhooks/test", scope="webhooks:write")
def test_named(request: Request) -> Reply:
    return wire.tested(runtime.trial().run(request.body(wire.TestWebhook).webhook_id, request.owner))


@api.post("/v1/webhooks/<webhook_id>/test", scope="webhooks:write")
def test(request: Request, webhook_id: str) -> Reply:
    return wire.tested(runtime.trial().run(ids.check("wh", webhook_id), request.owner))


@api.post("/v1/webhooks/<webhook_id>/replay", scope="webhooks:write")
def replay(request: Request, webhook_id: str) -> Reply:
    wanted = request.body(replays.ReplayWebhook).wanted()
    answer = request.idempotent(202, replays.begun)
    runtime.replays().begin(ids.check("wh", webhook_id), wanted, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/webhooks/<webhook_id>/deliveries", scope="webhooks:read")
def deliveries(request: Request, webhook_id: str) -> Reply:
    query, secret = request.query(wire.ListDeliveries), request.key.digest + webhook_id
    listed = runtime.endpoints().deliveries(
        ids.check("wh", webhook_id), request.owner, query.filters(), before=query.after(secret), limit=query.limit
    )
    return wire.deliveries(listed, query, secret, runtime.now())


@api.get("/v1/webhooks/<webhook_id>/deliveries/stats", scope="webhooks:read")
def stats(request: Request, webhook_id: str) -> Reply:
    since = request.query(wire.ReadStats).since
    return wire.stats(runtime.stats().read(ids.check("wh", webhook_id), request.owner, since))


@api.get("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>", scope="webhooks:read")
def delivery(request: Request, webhook_id: str, delivery_id: str) -> Reply:
    found = runtime.endpoints().delivery(ids.check("wh", webhook_id), ids.check("del", delivery_id), request.owner)
    return wire.detail(found, runtime.now())


@api.post("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/retry", scope="webhooks:write")
def retry(request: Request, webhook_id: str, delivery_id: str) -> Reply:
    answer = request.idempotent(202, wire.redelivery)
    names = ids.check("wh", webhook_id), ids.check("del", delivery_id)
    runtime.endpoints().redeliver(*names, by=request.key, request=answer)
    return answered(answer)


@api.get("/v1/events", scope="webhooks:read")
def events(request: Request) -> Reply:
    query, secret = request.query(wire.ListEvents), request.key.digest
    return wire.events(
        runtime.event_log().page(request.owner, query.filters(), before=query.after(secret), limit=query.limit), query, secret
    )


@api.get("/v1/events/<event_id>", scope="webhooks:read")
def event(request: Request, event_id: str) -> Reply:
    return wire.event(runtime.event_log().read(ids.check("evt", event_id), request.owner))

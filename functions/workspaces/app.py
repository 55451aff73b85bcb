"""HTTP: the workspace, its API keys, the sandbox and the API's document.

This function also answers all routes that no other function has.
"""

from herald import VERSION, runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import docs as docs_wire
from herald.api.voxburst import platforms as platforms_wire
from herald.api.voxburst import sandbox as sandbox_wire
from herald.api.voxburst import workspaces as wire
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.open("/")
def root() -> Response:
    return ok(docs_wire.root(VERSION))


@api.open("/v1/health")
def health() -> Response:
    return ok({"status": "ok", "version": VERSION})


@api.open("/v1/openapi.json")
def openapi() -> Response:
    return docs_wire.openapi()


@api.open("/v1/docs")
def docs() -> Response:
    return docs_wire.docs_page()


@api.open("/v1/docs/<script>")
def docs_script(script: str) -> Response:
    return docs_wire.script(script)


@api.get("/v1/auth/me", scope=None)
def me(request: Request) -> Response:
    workspace = runtime.workspaces().get(request.owner.workspace_id)
    return ok(wire.me(request.key, request.quota, workspace.name))


@api.get("/v1/workspace", scope="workspace:read")
def read(request: Request) -> Response:
    workspace = runtime.workspaces().get(request.owner.workspace_id)
    return ok(wire.workspace(workspace, request.owner.mode))


@api.patch("/v1/workspace", scope="workspace:write")
def change(request: Request, body: wire.ChangeWorkspace) -> Response:
    workspace = runtime.workspaces().change(body.fields(), by=request.key)
    return ok(wire.workspace(workspace, request.owner.mode))


@api.get("/v1/platforms", scope=None)
def platforms(request: Request) -> Response:
    registry = runtime.registry()
    mode = request.owner.mode
    return ok(platforms_wire.every(lambda platform: registry.connects(platform, mode)))


@api.get("/v1/api-keys", scope="workspace:read")
def list_keys(request: Request, query: wire.ListKeys) -> Response:
    keys = runtime.workspaces().list_keys(by=request.key)
    return wire.key_page(keys, query, request.key.digest)


@api.post("/v1/api-keys", scope="workspace:write", idempotent=True, answers=(201,))
def create_key(request: Request, body: wire.CreateKey) -> Response:
    answer = request.idempotent(wire.created_key)
    runtime.workspaces().add_key(
        body.name, body.scopes, body.mode, body.expires_at, by=request.key, request=answer
    )
    return answered(answer)


@api.delete("/v1/api-keys/<key_id>", scope="workspace:write")
def revoke_key(request: Request, key_id: str) -> Response:
    runtime.workspaces().revoke(key_id, by=request.key)
    return ok({"success": True, "id": key_id})


@api.get("/v1/sandbox/posts", scope="posts:read", refuses=(404,))
def sandbox_posts(request: Request, query: sandbox_wire.ListSandbox) -> Response:
    secret = request.key.digest
    account = runtime.accounts().get(query.account_id, request.owner)
    posts = runtime.sandbox_ledger().live(account.id, query.after(secret), limit=query.limit)
    return sandbox_wire.sandbox_page(posts, query, secret)

"""The workspace, its API keys, the sandbox, and the documents of the service."""

from openapi.answers import api_keys, documents, lists, platforms, sandbox, workspaces
from openapi.operations.operation import Operation

OPERATIONS = {
    "root": Operation(
        "root",
        "What this is, and where its documents are",
        documents.Root,
    ),
    "health": Operation(
        "health",
        "Whether this service answers",
        documents.Health,
    ),
    "openapi": Operation(
        "openapi",
        "This document",
        documents.Document,
    ),
    "docs": Operation(
        "docs",
        "This document as a page",
        documents.Page,
        media_type="text/html",
    ),
    "docs_script": Operation(
        "docsScript",
        "The script of that page",
        documents.Script,
        media_type="text/javascript",
    ),
    "me": Operation(
        "me",
        "Whom this key stands for",
        workspaces.Caller,
    ),
    "read": Operation(
        "readWorkspace",
        "Read the workspace",
        workspaces.Workspace,
    ),
    "change": Operation(
        "changeWorkspace",
        "Change the workspace",
        workspaces.Workspace,
        description="Null removes the owner's address or the workflow. Only the operator sets the "
        "plan. Each mode has its own workflow. A test key changes nothing else.",
    ),
    "platforms": Operation(
        "listPlatforms",
        "What each platform accepts",
        platforms.Platforms,
    ),
    "list_keys": Operation(
        "listApiKeys",
        "List the API keys",
        api_keys.ApiKeys,
        description="A test key sees test keys only.",
    ),
    "create_key": Operation(
        "createApiKey",
        "Make an API key",
        api_keys.NewApiKey,
        description="Only this answer, and a repeat of it, shows the clear key. The new key "
        "may not have more scopes than the calling key, and may not outlive it. A test key "
        "makes test keys only.",
    ),
    "revoke_key": Operation(
        "revokeApiKey",
        "Revoke an API key",
        lists.Removed,
        description="A test key revokes test keys only.",
    ),
    "sandbox_posts": Operation(
        "listSandboxPosts",
        "What is live in the sandbox",
        sandbox.SandboxPosts,
    ),
}

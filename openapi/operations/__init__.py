"""The description of every route, by its function and the name of its door."""

from openapi.doors import Route
from openapi.operations import accounts, media, posts, webhooks, workspaces
from openapi.operations.operation import Operation

OPERATIONS = {
    "accounts": accounts.OPERATIONS,
    "media": media.OPERATIONS,
    "posts": posts.OPERATIONS,
    "webhooks": webhooks.OPERATIONS,
    "workspaces": workspaces.OPERATIONS,
}


def operation_of(route: Route) -> Operation:
    return OPERATIONS[route.function][route.name]

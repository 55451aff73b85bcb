"""The stores. They all use the same table."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from herald.runtime.aws import table, vault

if TYPE_CHECKING:
    from herald.store.accounts import AccountStore
    from herald.store.apps import AppStore
    from herald.store.authorizations import AuthorizationStore
    from herald.store.deliveries import DeliveryStore
    from herald.store.endpoints import EndpointStore
    from herald.store.events import EventStore
    from herald.store.live import LiveStore
    from herald.store.media import MediaStore
    from herald.store.posts import PostStore
    from herald.store.sandbox import SandboxLedger
    from herald.store.stats import StatsStore
    from herald.store.targets import TargetStore
    from herald.store.workspaces import WorkspaceStore


@cache
def sandbox_ledger() -> SandboxLedger:
    from herald.store.sandbox import SandboxLedger

    return SandboxLedger(table())


@cache
def workspace_store() -> WorkspaceStore:
    from herald.store.workspaces import WorkspaceStore

    return WorkspaceStore(table(), vault())


@cache
def account_store() -> AccountStore:
    from herald.store.accounts import AccountStore

    return AccountStore(table(), vault())


@cache
def authorization_store() -> AuthorizationStore:
    from herald.store.authorizations import AuthorizationStore

    return AuthorizationStore(table(), vault())


@cache
def app_store() -> AppStore:
    from herald.store.apps import AppStore

    return AppStore(table(), vault())


@cache
def post_store() -> PostStore:
    from herald.store.posts import PostStore

    return PostStore(table())


@cache
def target_store() -> TargetStore:
    from herald.store.targets import TargetStore

    return TargetStore(table())


@cache
def live_store() -> LiveStore:
    from herald.store.live import LiveStore

    return LiveStore(table())


@cache
def media_store() -> MediaStore:
    from herald.store.media import MediaStore

    return MediaStore(table())


@cache
def endpoint_store() -> EndpointStore:
    from herald.store.endpoints import EndpointStore

    return EndpointStore(table(), vault())


@cache
def event_store() -> EventStore:
    from herald.store.events import EventStore

    return EventStore(table())


@cache
def delivery_store() -> DeliveryStore:
    from herald.store.deliveries import DeliveryStore

    return DeliveryStore(table())


@cache
def stats_store() -> StatsStore:
    from herald.store.stats import StatsStore

    return StatsStore(table())

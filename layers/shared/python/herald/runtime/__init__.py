"""Lazy wiring: a function's parts are made on first use and kept while the process is warm.

`clock` is the only module that reads the clock. `aws`, `stores` and `actions` build on each other
in this order. Imports stand inside functions, so that the start of a worker does not load modules
that only another worker uses.
"""

import gc

from herald.runtime.actions import (
    accounts,
    approvals,
    connecting,
    deliverer,
    endpoint_monitor,
    endpoint_test,
    endpoints,
    event_log,
    fan_out,
    lifecycle,
    media,
    post_lists,
    posts,
    processor,
    publisher,
    registry,
    renditions,
    replays,
    stats,
    sweeps,
    validation,
    workspaces,
)
from herald.runtime.aws import (
    bucket,
    client,
    configured,
    guard,
    lanes,
    logger,
    media_queue,
    publish_queue,
    table,
    vault,
)
from herald.runtime.clock import now
from herald.runtime.stores import (
    account_store,
    app_store,
    authorization_store,
    delivery_store,
    endpoint_store,
    event_store,
    live_store,
    media_store,
    post_store,
    sandbox_ledger,
    stats_store,
    target_store,
    workspace_store,
)

# A start makes 200,000 objects that stay. To check them again and again took 2 % of its time.
gc.set_threshold(50_000)

__all__ = [
    "account_store",
    "accounts",
    "app_store",
    "approvals",
    "authorization_store",
    "bucket",
    "client",
    "configured",
    "connecting",
    "deliverer",
    "delivery_store",
    "endpoint_monitor",
    "endpoint_store",
    "endpoint_test",
    "endpoints",
    "event_log",
    "event_store",
    "fan_out",
    "guard",
    "lanes",
    "lifecycle",
    "live_store",
    "logger",
    "media",
    "media_queue",
    "media_store",
    "now",
    "post_lists",
    "post_store",
    "posts",
    "processor",
    "publish_queue",
    "publisher",
    "registry",
    "renditions",
    "replays",
    "sandbox_ledger",
    "stats",
    "stats_store",
    "sweeps",
    "table",
    "target_store",
    "validation",
    "vault",
    "workspace_store",
    "workspaces",
]

"""The use cases and the workers, wired with their collaborators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from herald.runtime.aws import (
    bucket,
    client,
    configured,
    guard,
    lanes,
    media_queue,
    publish_queue,
    table,
    vault,
)
from herald.runtime.clock import now, wait
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

if TYPE_CHECKING:
    from herald.actions.accounts import Accounts
    from herald.actions.approvals import Approvals
    from herald.actions.attempts import EndpointTest
    from herald.actions.connecting import Connecting
    from herald.actions.deliveries import Deliverer
    from herald.actions.endpoints import Endpoints
    from herald.actions.events import EventLog
    from herald.actions.fan_out import FanOut
    from herald.actions.lifecycle import Lifecycle
    from herald.actions.lists import PostLists
    from herald.actions.media import MediaFiles
    from herald.actions.notices import EndpointMonitor
    from herald.actions.posts import Posts
    from herald.actions.processing import Processor
    from herald.actions.publishing import Publisher
    from herald.actions.renditions import Renditions
    from herald.actions.replays import Replays
    from herald.actions.stats import Stats
    from herald.actions.sweeps import Sweeps
    from herald.actions.validation import Validation
    from herald.actions.workspaces import Workspaces
    from herald.domain.notices import Calls
    from herald.platforms.registry import Registry


@cache
def registry() -> Registry:
    from herald.platforms.registry import Registry

    return Registry(client(), sandbox_ledger(), now)


@cache
def workspaces() -> Workspaces:
    from herald.actions.workspaces import Workspaces

    return Workspaces(store=workspace_store(), now=now)


@cache
def accounts() -> Accounts:
    from herald.actions.accounts import Accounts

    return Accounts(store=account_store(), registry=registry(), now=now)


@cache
def connecting() -> Connecting:
    from herald.actions.connecting import Connecting

    return Connecting(accounts=accounts(), authorizations=authorization_store(), apps=app_store())


@cache
def media() -> MediaFiles:
    from herald.actions.media import MediaFiles

    return MediaFiles(
        store=media_store(),
        posts=post_store(),
        bucket=bucket(),
        queue=media_queue(),
        # The guard is wired when a file at a URL is first named.
        check_url=lambda url: guard().check_url(url),
        now=now,
    )


@cache
def processor() -> Processor:
    from herald.actions.processing import Processor

    return Processor(store=media_store(), bucket=bucket(), http=client(), now=now)


@cache
def posts() -> Posts:
    from herald.actions.posts import Posts

    return Posts(lifecycle=lifecycle())


@cache
def post_lists() -> PostLists:
    from herald.actions.lists import PostLists

    return PostLists(store=post_store(), media=media())


@cache
def lifecycle() -> Lifecycle:
    from herald.actions.lifecycle import Lifecycle

    return Lifecycle(
        store=post_store(),
        accounts=account_store(),
        media=media(),
        queue=publish_queue(),
        now=now,
        time_scale=configured().time_scale,
    )


@cache
def approvals() -> Approvals:
    from herald.actions.approvals import Approvals

    return Approvals(lifecycle=lifecycle(), workspaces=workspace_store())


@cache
def validation() -> Validation:
    from herald.actions.validation import Validation

    return Validation(accounts=account_store(), media=media_store(), now=now)


@cache
def renditions() -> Renditions:
    from herald.actions.renditions import Renditions

    return Renditions(bucket=bucket(), http=client())


@cache
def publisher() -> Publisher:
    from herald.actions.publishing import Publisher

    return Publisher(
        targets=target_store(),
        accounts=account_store(),
        media=media_store(),
        live=live_store(),
        queue=publish_queue(),
        registry=registry(),
        # Renditions are wired when a post first has a file.
        file=lambda media, account: renditions().file(media, account),
        now=now,
        wait=wait,
        time_scale=configured().time_scale,
    )


@cache
def endpoints() -> Endpoints:
    from herald.actions.endpoints import Endpoints

    return Endpoints(
        endpoints=endpoint_store(), sent=delivery_store(), guard=guard(), queue=lanes(), now=now
    )


@cache
def event_log() -> EventLog:
    from herald.actions.events import EventLog

    return EventLog(store=event_store(), now=now)


@cache
def endpoint_test() -> EndpointTest:
    from herald.actions.attempts import EndpointTest

    return EndpointTest(endpoints=endpoint_store(), vault=vault(), http=client(), now=now)


@cache
def fan_out() -> FanOut:
    from herald.actions.fan_out import FanOut

    return FanOut(
        endpoints=endpoint_store(),
        events=event_store(),
        queue=lanes(),
        now=now,
        time_scale=configured().time_scale,
    )


@cache
def deliverer() -> Deliverer:
    from herald.actions.deliveries import Deliverer

    return Deliverer(
        deliveries=delivery_store(),
        endpoints=endpoint_store(),
        stats=stats_store(),
        vault=vault(),
        queue=lanes(),
        http=client(),
        now=now,
        wait=wait,
        time_scale=configured().time_scale,
    )


@cache
def endpoint_monitor(calls: Calls) -> EndpointMonitor:
    from herald.actions.notices import EndpointMonitor
    from herald.aws.ses import Mailer
    from herald.aws.sns import Topic
    from herald.store.notices import NoticeStore

    sender = configured().sender_address
    return EndpointMonitor(
        endpoints=endpoint_store(),
        store=NoticeStore(table()),
        mailer=Mailer(sender) if sender else None,
        topic=Topic(configured().notice_topic_arn),
        calls=calls,
        now=now,
    )


@cache
def replays() -> Replays:
    from herald.actions.replays import Replays
    from herald.store.replays import ReplayStore

    return Replays(
        endpoints=endpoint_store(),
        store=ReplayStore(table()),
        stats=stats_store(),
        queue=lanes(),
        now=now,
    )


@cache
def stats() -> Stats:
    from herald.actions.stats import Stats

    return Stats(endpoints=endpoint_store(), store=stats_store(), now=now)


@cache
def sweeps() -> Sweeps:
    from herald.actions import sweeps
    from herald.store.due import DueIndex

    return sweeps.Sweeps(
        due=DueIndex(table()),
        now=now,
        time_scale=configured().time_scale,
        sweeps=(
            sweeps.targets(posts=post_store(), queue=publish_queue()),
            sweeps.replays(replays().go_on),
            sweeps.deliveries(queue=lanes()),
            sweeps.events(deliveries=delivery_store(), events=event_store(), queue=lanes()),
            sweeps.media(queue=media_queue()),
            sweeps.stats(stats().settle),
        ),
    )

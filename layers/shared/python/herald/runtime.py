"""Lazy wiring: what a function needs, made on first use and kept while the process is warm. The only reader of the clock.

Imports stand inside the functions, so that a worker's start does not pay for what only another one uses.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from herald import settings
from herald.aws.dynamodb import Table
from herald.settings import Settings

if TYPE_CHECKING:
    from herald.actions.accounts import Accounts
    from herald.actions.approvals import Approvals
    from herald.actions.attempts import Trial
    from herald.actions.deliveries import Deliverer
    from herald.actions.endpoints import Endpoints
    from herald.actions.events import EventLog
    from herald.actions.fan_out import FanOut
    from herald.actions.lanes import Lanes
    from herald.actions.media import Library
    from herald.actions.notices import Watch
    from herald.actions.posts import Posts
    from herald.actions.processing import Processor
    from herald.actions.publishing import Publisher
    from herald.actions.renditions import Renditions
    from herald.actions.replays import Replays
    from herald.actions.stats import Stats
    from herald.actions.sweeps import Sweeps
    from herald.actions.validation import Validation
    from herald.actions.workspaces import Workspaces
    from herald.aws.kms import Vault
    from herald.aws.s3 import Bucket
    from herald.aws.sqs import Queue
    from herald.net.client import Client
    from herald.net.guard import Guard
    from herald.platforms.registry import Registry
    from herald.store.accounts import AccountStore
    from herald.store.deliveries import DeliveryStore
    from herald.store.endpoints import EndpointStore
    from herald.store.events import EventStore
    from herald.store.live import LiveStore
    from herald.store.media import MediaStore
    from herald.store.posts import PostStore
    from herald.store.sandbox import SandboxLedger
    from herald.store.stats import StatsStore
    from herald.store.workspaces import WorkspaceStore


def now() -> datetime:
    return datetime.now(UTC)


@cache
def configured() -> Settings:
    return settings.load()


@cache
def logger() -> Logger:
    """JSON lines; modules log through `logging.getLogger("herald.…")`, which ends up here."""
    return Logger(service="herald")


@cache
def table() -> Table:
    return Table(configured().table_name, time.sleep)


@cache
def vault() -> Vault:
    from herald.aws.kms import Vault

    return Vault(configured().key_arn)


@cache
def bucket() -> Bucket:
    from herald.aws.s3 import Bucket

    return Bucket(configured().media_bucket)


@cache
def publish_queue() -> Queue:
    from herald.aws.sqs import Queue

    return Queue(configured().publish_queue_url)


@cache
def lanes() -> Lanes:
    from herald.actions.lanes import Lanes
    from herald.aws.sqs import Queue

    return Lanes(fast=Queue(configured().delivery_queue_url), slow=Queue(configured().slow_delivery_queue_url))


@cache
def media_queue() -> Queue:
    from herald.aws.sqs import Queue

    return Queue(configured().media_queue_url)


@cache
def guard() -> Guard:
    from herald.net.guard import Guard

    return Guard(configured().allow_private_targets)


@cache
def client() -> Client:
    from herald.net.client import Client

    return Client(guard())


@cache
def registry() -> Registry:
    from herald.platforms.registry import Registry

    return Registry(client(), sandbox_ledger(), now)


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
def post_store() -> PostStore:
    from herald.store.posts import PostStore

    return PostStore(table())


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


@cache
def workspaces() -> Workspaces:
    from herald.actions.workspaces import Workspaces

    return Workspaces(store=workspace_store(), now=now)


@cache
def accounts() -> Accounts:
    from herald.actions.accounts import Accounts

    return Accounts(store=account_store(), registry=registry(), now=now)


@cache
def media() -> Library:
    from herald.actions.media import Library

    return Library(store=media_store(), posts=post_store(), bucket=bucket(), queue=media_queue(), guard=guard(), now=now)


@cache
def processor() -> Processor:
    from herald.actions.processing import Processor

    return Processor(store=media_store(), bucket=bucket(), http=client(), now=now)


@cache
def posts() -> Posts:
    from herald.actions.posts import Posts

    return Posts(
        store=post_store(),
        accounts=account_store(),
        library=media(),
        queue=publish_queue(),
        now=now,
        time_scale=configured().time_scale,
    )


@cache
def approvals() -> Approvals:
    from herald.actions.approvals import Approvals

    return Approvals(posts=posts(), workspaces=workspace_store())


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
        posts=post_store(),
        accounts=account_store(),
        media=media_store(),
        live=live_store(),
        queue=publish_queue(),
        registry=registry(),
        file=lambda media, account: renditions().file(media, account),  # wired when a post first has one
        now=now,
        wait=time.sleep,
        time_scale=configured().time_scale,
    )


@cache
def endpoints() -> Endpoints:
    from herald.actions.endpoints import Endpoints

    return Endpoints(endpoints=endpoint_store(), sent=delivery_store(), guard=guard(), queue=lanes(), now=now)


@cache
def event_log() -> EventLog:
    from herald.actions.events import EventLog

    return EventLog(store=event_store(), now=now)


@cache
def trial() -> Trial:
    from herald.actions.attempts import Trial

    return Trial(endpoints=endpoint_store(), vault=vault(), http=client(), now=now)


@cache
def fan_out() -> FanOut:
    from herald.actions.fan_out import FanOut

    return FanOut(endpoints=endpoint_store(), events=event_store(), queue=lanes(), now=now, time_scale=configured().time_scale)


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
        wait=time.sleep,
        time_scale=configured().time_scale,
    )


@cache
def watch() -> Watch:
    from herald.actions.notices import Watch
    from herald.aws.ses import Mailer
    from herald.aws.sns import Topic
    from herald.store.notices import NoticeStore

    sender = configured().sender_address
    return Watch(
        endpoints=endpoint_store(),
        store=NoticeStore(table()),
        mailer=Mailer(sender) if sender else None,
        topic=Topic(configured().notice_topic_arn),
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

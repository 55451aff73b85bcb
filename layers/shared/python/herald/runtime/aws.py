"""A process's settings, its log, its clients of AWS and its HTTP client."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from herald import settings
from herald.aws.dynamodb import Table
from herald.runtime.clock import wait
from herald.settings import Settings

if TYPE_CHECKING:
    from herald.actions.lanes import Lanes
    from herald.aws.kms import Vault
    from herald.aws.s3 import Bucket
    from herald.aws.sqs import Queue
    from herald.net.client import Client
    from herald.net.guard import Guard


@cache
def configured() -> Settings:
    return settings.load()


@cache
def logger() -> Logger:
    """Return the logger of JSON lines. It handles all of `logging.getLogger("herald.…")`."""
    return Logger(service="herald")


@cache
def table() -> Table:
    return Table(configured().table_name, wait)


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

    return Lanes(
        fast=Queue(configured().delivery_queue_url),
        slow=Queue(configured().slow_delivery_queue_url),
    )


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

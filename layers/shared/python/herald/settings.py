"""The environment as a model: the only reader of `os.environ`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the template's Globals say; every function gets the same."""

    table_name: str
    publish_queue_url: str
    delivery_queue_url: str
    slow_delivery_queue_url: str
    media_queue_url: str
    media_bucket: str
    key_arn: str
    notice_topic_arn: str
    sender_address: str | None = None
    allow_private_targets: tuple[str, ...] = ()
    time_scale: float = 1.0


def load() -> Settings:
    """Read the settings. Raises KeyError, naming the variable, when one is missing."""
    env = os.environ
    return Settings(
        table_name=env["TABLE_NAME"],
        publish_queue_url=env["PUBLISH_QUEUE_URL"],
        delivery_queue_url=env["DELIVERY_QUEUE_URL"],
        slow_delivery_queue_url=env["SLOW_DELIVERY_QUEUE_URL"],
        media_queue_url=env["MEDIA_QUEUE_URL"],
        media_bucket=env["MEDIA_BUCKET"],
        key_arn=env["KEY_ARN"],
        notice_topic_arn=env["NOTICE_TOPIC_ARN"],
        sender_address=env.get("SENDER_ADDRESS") or None,
        allow_private_targets=tuple(part.strip() for part in env.get("ALLOW_PRIVATE_TARGETS", "").split(",") if part.strip()),
        time_scale=float(env.get("TIME_SCALE", "1")),
    )

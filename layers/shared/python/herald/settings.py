"""The environment as a model: the only reader of `os.environ`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

SCALES = (0.0001, 1000.0)


class SettingsError(Exception):
    """A variable that is missing, or cannot be used: one line that names it."""


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
    """Read and judge all of them, so that a wrong one is found at the first call and not by the one that needs it.

    Raises SettingsError.
    """
    env = os.environ
    return Settings(
        table_name=required(env, "TABLE_NAME"),
        publish_queue_url=required(env, "PUBLISH_QUEUE_URL"),
        delivery_queue_url=required(env, "DELIVERY_QUEUE_URL"),
        slow_delivery_queue_url=required(env, "SLOW_DELIVERY_QUEUE_URL"),
        media_queue_url=required(env, "MEDIA_QUEUE_URL"),
        media_bucket=required(env, "MEDIA_BUCKET"),
        key_arn=required(env, "KEY_ARN"),
        notice_topic_arn=required(env, "NOTICE_TOPIC_ARN"),
        sender_address=address("SENDER_ADDRESS", env.get("SENDER_ADDRESS", "")),
        allow_private_targets=networks("ALLOW_PRIVATE_TARGETS", env.get("ALLOW_PRIVATE_TARGETS", "")),
        time_scale=scale("TIME_SCALE", env.get("TIME_SCALE", "1")),
    )


def required(env: Mapping[str, str], name: str) -> str:
    if value := env.get(name):
        return value
    raise SettingsError(f"{name} is not set")


def networks(name: str, text: str) -> tuple[str, ...]:
    """Addresses and networks, with commas between them."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for each in found:
        try:
            ip_network(each)
        except ValueError:
            raise SettingsError(f"{name} must be addresses or networks, like 127.0.0.1 or fd00::/8, not {each!r}") from None
    return found


def address(name: str, text: str) -> str | None:
    user, _, host = text.partition("@")
    if not text or (user and host and "@" not in host and not set(" ,\t\r\n") & set(text)):
        return text or None
    raise SettingsError(f"{name} must be an e-mail address, not {text!r}")


def scale(name: str, text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if SCALES[0] <= found <= SCALES[1]:
        return found
    raise SettingsError(f"{name} must be a number between {SCALES[0]} and {SCALES[1]:g}, not {text!r}")

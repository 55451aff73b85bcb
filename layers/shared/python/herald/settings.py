"""The environment as a model: the only reader of `os.environ`."""

import os
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_network
from typing import Any, TypeVar
from urllib.parse import urlsplit

SCALES = (0.0001, 1000.0)
Value = TypeVar("Value")


class SettingsError(Exception):
    """A variable that is missing or cannot be used. The message is one line that names it."""


def required(name: str, text: str) -> str:
    if text:
        return text
    raise SettingsError(f"{name} is not set")


def networks(name: str, text: str) -> tuple[str, ...]:
    """Read addresses and networks, with commas between them. Raises SettingsError."""
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        try:
            ip_network(part)
        except ValueError:
            raise SettingsError(
                f"{name} must be addresses or networks, like 127.0.0.1 or fd00::/8, not {part!r}"
            ) from None
    return parts


def address(name: str, text: str) -> str | None:
    if not text:
        return None
    user, _, host = text.partition("@")
    if user and host and "@" not in host and not set(" ,\t\r\n") & set(text):
        return text
    raise SettingsError(f"{name} must be an e-mail address, not {text!r}")


def origin(name: str, text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and text == f"{parts.scheme}://{parts.netloc}":
        return text
    raise SettingsError(
        f"{name} must be like https://api.example.com, without a path, not {text!r}"
    )


def scale(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if SCALES[0] <= number <= SCALES[1]:
        return number
    raise SettingsError(
        f"{name} must be a number between {SCALES[0]} and {SCALES[1]:g}, not {text!r}"
    )


def optional(default: Value, judge: Callable[[str, str], Value]) -> Value:
    """Return a field with a default, for a variable that need not be set.

    Where the variable is set, the judge reads it.
    """
    return field(default=default, metadata={"judge": judge})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that the template's Globals give to every function alike.

    Each field is read from the variable of its name, in capitals.
    """

    table_name: str
    publish_queue_url: str
    delivery_queue_url: str
    slow_delivery_queue_url: str
    media_queue_url: str
    media_bucket: str
    key_arn: str
    notice_topic_arn: str
    sender_address: str | None = optional(None, address)
    public_address: str | None = optional(None, origin)
    allow_private_targets: tuple[str, ...] = optional((), networks)
    time_scale: float = optional(1.0, scale)


def load() -> Settings:
    """Read and judge all settings. Raises SettingsError.

    So a wrong one is found at the first call, and not by the call that needs it.
    """
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = setting.name.upper()
        if name in os.environ or setting.default is MISSING:
            judge = setting.metadata.get("judge", required)
            values[setting.name] = judge(name, os.environ.get(name, ""))
    return Settings(**values)

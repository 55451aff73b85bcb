"""Accounts: the network of each one, and whether it can post."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from herald.domain.errors import UnprocessableError
from herald.domain.events import Event, EventType, event
from herald.domain.owners import Owner
from herald.domain.values import frozen

# Accounts of a workspace in one mode. Some calls read all of them, and 1 MB holds that many.
MAX_CONNECTED = 2_500


class Platform(StrEnum):
    """The networks of the contract, and the sandbox.

    X is `twitter` on the wire, as in VoxBurst's guide.
    """

    TWITTER = "twitter"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    THREADS = "threads"
    LINKEDIN = "linkedin"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    PINTEREST = "pinterest"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    SANDBOX = "sandbox"


BY_NAME = {"x": Platform.TWITTER} | {platform.value: platform for platform in Platform}


class AccountStatus(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    ERROR = "error"
    DISCONNECTED = "disconnected"


@frozen
class Account:
    """A connected account.

    `remote_id` is the network's own id of the account. `host` is where the account lives: a PDS or
    an instance. `profile_url` is where people see it.

    `limits` holds the account's own limits, where they differ from its network's. The keys are
    those of the rules, like `max_text`.
    """

    id: str
    owner: Owner
    platform: Platform
    remote_id: str
    username: str
    display_name: str | None = None
    avatar_url: str | None = None
    profile_url: str | None = None
    account_type: str | None = None
    host: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    status: AccountStatus = AccountStatus.ACTIVE
    status_reason: str | None = None
    created_at: datetime
    updated_at: datetime


def with_refused_credentials(account: Account, reason: str, now: datetime) -> Account | None:
    """Return the account after its network has refused its credentials.

    Return None when the refusal is known already, or the account was disconnected.
    """
    if account.status is not AccountStatus.ACTIVE:
        return None
    return replace(account, status=AccountStatus.ERROR, status_reason=reason, updated_at=now)


def as_disconnected(account: Account, now: datetime) -> Account | None:
    """Return the account after its user has disconnected it, or None when it was already."""
    if account.status is AccountStatus.DISCONNECTED:
        return None
    return replace(
        account,
        status=AccountStatus.DISCONNECTED,
        status_reason="user_disconnected",
        updated_at=now,
    )


def check_room(accounts: Iterable[Account]) -> None:
    """Raise UnprocessableError when one more connected account would be too many."""
    connected = sum(account.status is not AccountStatus.DISCONNECTED for account in accounts)
    if connected >= MAX_CONNECTED:
        raise UnprocessableError(
            f"A workspace has at most {MAX_CONNECTED:,} connected accounts in each mode: "
            "disconnect one first.",
            limit=MAX_CONNECTED,
        )


def account_events(account: Account, now: datetime) -> list[Event]:
    """Return the events that tell subscribers of the account's present status."""
    facts = {"account_id": account.id, "platform": account.platform, "username": account.username}
    why = {**facts, "reason": account.status_reason}
    match account.status:
        case AccountStatus.ACTIVE:
            return [event(EventType.ACCOUNT_CONNECTED, account.owner, now, facts)]
        case AccountStatus.DISCONNECTED:
            return [event(EventType.ACCOUNT_DISCONNECTED, account.owner, now, why)]
        case AccountStatus.ERROR:
            return [event(EventType.ACCOUNT_ERROR, account.owner, now, why)]
        case AccountStatus.EXPIRED:
            return []


def platform_named(text: str) -> Platform | None:
    """Return the platform of that name in any case, or None."""
    return BY_NAME.get(text.strip().lower())

"""API keys: who calls, what they may do, and how often. Source: the contract, section 1."""

import hashlib
import re
import secrets
from datetime import datetime
from enum import StrEnum

from herald.domain import times
from herald.domain.errors import ForbiddenError
from herald.domain.owners import Mode, Owner, Secret
from herald.domain.values import frozen

SHAPE = re.compile(r"vb_(live|test)_[0-9A-Za-z]{40}\Z")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SCOPES = tuple(
    f"{noun}:{verb}"
    for noun in ("accounts", "posts", "media", "webhooks", "workspace")
    for verb in ("read", "write")
)
MINUTE = 60
STRANGERS_PER_MINUTE = 60  # calls with a wrong key, per source address


class Plan(StrEnum):
    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    AGENCY = "agency"


INTEGRATING = frozenset({Plan.PRO, Plan.AGENCY})  # the plans with webhooks
# Calls per key and minute.
RATE = {
    Plan.FREE: 120,
    Plan.STARTER: 200,
    Plan.PRO: 500,
    Plan.AGENCY: 1000,
}


@frozen
class ApiKey:
    """An API key as herald keeps it. Only the key's holder knows its clear text."""

    id: str
    owner: Owner
    name: str
    scopes: tuple[str, ...]
    plan: Plan
    digest: str
    hint: str
    created_at: datetime
    expires_at: datetime | None = None

    def allow(self, scope: str) -> None:
        """Raise ForbiddenError when the key lacks the scope. `x:write` implies `x:read`."""
        if scope not in self.scopes and scope.replace(":read", ":write") not in self.scopes:
            raise ForbiddenError(f"This API key lacks the scope {scope}.", required_scope=scope)

    def reaches(self, mode: Mode) -> bool:
        """Return whether this key sees, makes and revokes keys of that mode.

        A test key knows only the keys of test mode.
        """
        return self.owner.mode in (Mode.LIVE, mode)

    def make(self, new: "ApiKey") -> None:
        """Check that this key may make the new one.

        Raises ForbiddenError when the new key reaches further, may do more, or lives longer.
        """
        if not self.reaches(new.owner.mode):
            raise ForbiddenError("A test key makes test keys only.", required_mode=Mode.LIVE)
        for scope in new.scopes:
            self.allow(scope)
        if self.expires_at and (new.expires_at is None or new.expires_at > self.expires_at):
            latest = times.wire(self.expires_at)
            raise ForbiddenError(
                f"This API key expires: one that it makes must by {latest}.",
                field="expires_at",
                latest=latest,
            )


@frozen
class Quota:
    """The rate limit as it stands after a call. `reset` is in epoch seconds."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit


def generate(mode: Mode) -> Secret:
    """Return a new key in clear. It has 40 letters and digits, which are 238 bits."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(40))
    return Secret(f"vb_{mode}_{letters}")


def digest(clear: str) -> str:
    """Return the digest under which a key is stored.

    A key has 238 random bits, so it needs no salt and no slow hash.
    """
    return hashlib.sha256(clear.encode()).hexdigest()


def from_header(header: str | None) -> str | None:
    """Return the digest of the key in an Authorization header.

    Return None when there is no key of the right shape.
    """
    if header is None:
        return None
    scheme, _, rest = header.partition(" ")
    clear = rest.strip()
    if scheme.lower() != "bearer" or not SHAPE.match(clear):
        return None
    return digest(clear)


def window(now: datetime) -> int:
    """Return the first epoch second of the minute in which `now` lies."""
    return int(now.timestamp()) // MINUTE * MINUTE


def check_integrations(plan: Plan) -> None:
    """Raise ForbiddenError when the plan has no webhooks.

    Source: VoxBurst's guide, Create Webhook.
    """
    if plan not in INTEGRATING:
        raise ForbiddenError(
            "Webhooks need the pro plan or a higher one.", required_feature="custom_integrations"
        )

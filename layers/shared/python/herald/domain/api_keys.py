"""API keys: who calls, what they may, how often. Source: the contract, section 1."""

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


INTEGRATING = frozenset({Plan.PRO, Plan.AGENCY})  # have webhooks
RATE = {
    Plan.FREE: 120,
    Plan.STARTER: 200,
    Plan.PRO: 500,
    Plan.AGENCY: 1000,
}  # calls per key and minute


@frozen
class ApiKey:
    """What a key stands for. Its clear text is known to its holder alone."""

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
        """Raises ForbiddenError. `x:write` implies `x:read`."""
        if scope not in self.scopes and scope.replace(":read", ":write") not in self.scopes:
            raise ForbiddenError(f"This API key lacks the scope {scope}.", required_scope=scope)

    def reaches(self, mode: Mode) -> bool:
        """Whether it sees, makes and revokes keys of that mode: a test key knows of test mode alone."""
        return self.owner.mode in (Mode.LIVE, mode)

    def make(self, made: "ApiKey") -> None:
        """Raises ForbiddenError for a key that reaches further than this one, may do more, or lives longer."""
        if not self.reaches(made.owner.mode):
            raise ForbiddenError("A test key makes test keys only.", required_mode=Mode.LIVE)
        for scope in made.scopes:
            self.allow(scope)
        if self.expires_at and (made.expires_at is None or made.expires_at > self.expires_at):
            latest = times.wire(self.expires_at)
            raise ForbiddenError(
                f"This API key expires: one that it makes must by {latest}.",
                field="expires_at",
                latest=latest,
            )


@frozen
class Quota:
    """The rate limit as it stands after a call: `reset` in epoch seconds."""

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
    """A new clear key: 40 letters and digits, 238 bits."""
    return Secret(f"vb_{mode}_" + "".join(secrets.choice(LETTERS) for _ in range(40)))


def digest(clear: str) -> str:
    """How a key is stored. It has 238 random bits: no salt, no slow hash needed."""
    return hashlib.sha256(clear.encode()).hexdigest()


def from_header(header: str | None) -> str | None:
    """The digest of the key in an Authorization header, or None when there is none of the right shape."""
    scheme, _, clear = (header or "").partition(" ")
    clear = clear.strip()
    return digest(clear) if scheme.lower() == "bearer" and SHAPE.match(clear) else None


def window(now: datetime) -> int:
    """The minute `now` lies in, as its first epoch second."""
    return int(now.timestamp()) // MINUTE * MINUTE


def check_integrations(plan: Plan) -> None:
    """Raises ForbiddenError for a plan without webhooks. Source: VoxBurst's guide, Create Webhook."""
    if plan not in INTEGRATING:
        raise ForbiddenError(
            "Webhooks need the pro plan or a higher one.", required_feature="custom_integrations"
        )

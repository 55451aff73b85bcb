"""The sandbox on a bad day: it refuses, hangs, answers nonsense, and shows late what it has."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from herald import runtime
from herald.domain.accounts import Account, Platform
from herald.domain.errors import AccountError, PlatformRateError, TransientError
from herald.domain.outcomes import Accepted, Published
from herald.net.client import Client
from herald.platforms.protocol import Connector, LostAnswerError, Publication, Session, Undecided
from herald.platforms.registry import Registry
from herald.platforms.sandbox.publish import Sandbox
from tests.faults.world import Clock

LAG = timedelta(seconds=90)  # until a listing shows what is there
HANG = 30  # seconds
BLIND = "blind"  # in a text: no look can ever tell


class TroubledSandbox(Sandbox):
    """Fails on top of what its texts ask for. What it says it refused is never live."""

    def __init__(
        self,
        platform: Platform,
        clock: Clock,
        dice: random.Random,
        counts: Counter[str],
        *,
        chance: float,
    ) -> None:
        super().__init__(platform, runtime.sandbox_ledger(), clock.now)
        self._clock, self._dice, self._counts, self._chance = clock, dice, counts, chance

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        roll = self._dice.random() / self._chance if self._chance else 1
        if roll < 0.1:
            raise self._counted(
                "429 at commit", PlatformRateError("Too many requests.", retry_after=60)
            )
        if roll < 0.2:
            raise self._counted("401 at commit", AccountError("The token was revoked."))
        if roll < 0.35:
            raise self._counted("request lost", LostAnswerError("The connection broke off."))
        answer = super().commit(publication, session, handle=handle)
        if roll < 0.5:
            self._clock.wait(HANG)
            raise self._counted("hang at commit", LostAnswerError("No answer came in time."))
        if roll < 0.65:
            raise self._counted("truncated answer at commit", ValueError("Expecting ',' delimiter"))
        if BLIND in publication.text:
            raise self._counted("undecidable", LostAnswerError("The connection broke off."))
        return answer

    def find(self, publication: Publication, session: Session, *, handle: Mapping[str, str]) -> Any:
        roll = self._dice.random() / self._chance if self._chance else 1
        if BLIND in publication.text:
            return Undecided(reason="Nobody can look there.")
        if roll < 0.1:
            raise self._counted(
                "429 at find", PlatformRateError("Too many requests.", retry_after=60)
            )
        if roll < 0.2:
            raise self._counted("401 at find", AccountError("The token was revoked."))
        if roll < 0.3:
            self._clock.wait(HANG)
            raise self._counted("hang at find", LostAnswerError("No answer came in time."))
        if roll < 0.4:
            raise self._counted("truncated answer at find", KeyError("id"))
        entries = runtime.sandbox_ledger().find(session.account.id, publication.key)
        if any(self._clock.at - each.at < LAG for each in entries):
            self._counts["sandbox: listing behind"] += 1
            return Undecided(reason="It may not be listed yet.")
        return super().find(publication, session, handle=handle)

    def delete(self, platform_post_id: str, session: Session) -> None:
        roll = self._dice.random() / self._chance if self._chance else 1
        if roll < 0.2:
            raise self._counted("refused at delete", TransientError("Not now."))
        super().delete(platform_post_id, session)
        if roll < 0.4:
            raise self._counted(
                "answer of delete lost", TransientError("The connection broke off.")
            )

    def _counted(self, name: str, error: Exception) -> Exception:
        self._counts[f"sandbox: {name}"] += 1
        return error


class TroubledRegistry(Registry):
    """Sandboxes have bad days; other networks have those that their servers have."""

    def __init__(
        self,
        http: Client,
        clock: Clock,
        dice: random.Random,
        counts: Counter[str],
        *,
        chance: float,
    ) -> None:
        super().__init__(http, runtime.sandbox_ledger(), clock.now)
        self._sandbox = TroubledSandbox(Platform.SANDBOX, clock, dice, counts, chance=chance)

    def connector(self, account: Account) -> Connector:
        return self._sandbox if account.platform is Platform.SANDBOX else super().connector(account)

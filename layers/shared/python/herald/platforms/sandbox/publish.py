"""The sandbox: behaves like any platform and talks to nobody. A text can ask for trouble with marks:

    #sandbox:flaky-2          two transient failures, then fine
    #sandbox:rate-limit-30    once "too many requests, wait 30 s", then fine
    #sandbox:lost-request     the request is lost before it arrives, once: unknown, then found absent
    #sandbox:lost-answer      it is live, but the answer is lost: unknown, then found
    #sandbox:preparing-3      not ready to be sent at the first three tries; then fine
    #sandbox:processing-3     accepted; published at the third time of asking
    #sandbox:auth · media-rejected · too-long · quota · down    that error, every time

A mark may name the only network it is for: `#sandbox:instagram:auth`. Unknown marks are ordinary text.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import ClassVar, NamedTuple, Protocol

from herald.domain import rules
from herald.domain.accounts import Platform, platform_named
from herald.domain.candidates import Attachment, Candidate
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    Path,
    PlatformRateError,
    Problem,
    PublishError,
    QuotaError,
    TransientError,
)
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.sandbox import HOME, Commit, Sent
from herald.platforms.protocol import Absent, LostAnswerError, Publication, Session, Undecided

MARK = re.compile(
    r"#sandbox:(?:(?P<network>[a-z]+):)?(?P<name>[a-z]+(?:-[a-z]+)*)(?:-(?P<number>[0-9]{1,5}))?(?![\w:-])"
)
POLL_AFTER = 1.0
TEXT: Path = ("content",)
QUOTA_BACK = 24 * 3600.0


class Ledger(Protocol):
    """What was ever committed: the sandbox's memory, and the truth that tests compare with."""

    def put(self, entry: Commit) -> None:
        """Add a row; `remote_id` tells rows of one account and key apart."""
        ...

    def find(self, account_id: str, key: str) -> Sequence[Commit]:
        """The rows of one publication, those just put included."""
        ...

    def delete(self, account_id: str, remote_id: str) -> None:
        """That row is live no more, and stays as deleted."""
        ...


class Mark(NamedTuple):
    name: str
    number: int


class Sandbox:
    """One network's sandbox."""

    searches: ClassVar[bool] = False

    def __init__(self, platform: Platform, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._platform = platform
        self._ledger = ledger
        self._now = now

    def prepare(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Ready, unless the text asks for patience. A handle counts how often it was not."""
        tries = int(handle.get("tries", "0")) if handle.get("key") == draft.key else 0
        if tries >= self._number("preparing", draft.text, least=0):
            return {"key": draft.key, "tries": str(tries)} if tries else {"key": draft.key}
        waiting = {"key": draft.key, "tries": str(tries + 1)}
        error = MediaError("The sandbox was still working on the files after an hour.")
        return Preparing(handle=waiting, poll_after=POLL_AFTER, error=error)

    def commit(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """Fail as the text asks, as often as it asks; then go live."""
        marks = list(self._marks(draft.text))
        earlier = len(self._ledger.find(session.account.id, draft.key))
        wrong = self._refusal(draft, marks) or next(islice(failures(marks), earlier, None), None)
        remote_id = self._record(draft, session, live=wrong is None)
        if wrong:
            raise wrong
        if any(mark.name == "lost-answer" for mark in marks):
            raise LostAnswerError("The sandbox published it and lost the answer.")
        if any(mark.name == "processing" for mark in marks):
            return Accepted(handle={**handle, "id": remote_id, "polls": "0"}, poll_after=POLL_AFTER)
        return self._published(remote_id)

    def confirm(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        polls = int(handle["polls"]) + 1
        if polls >= self._number("processing", draft.text, least=1):
            return self._published(handle["id"])
        return Accepted(handle={**handle, "polls": str(polls)}, poll_after=POLL_AFTER)

    def find(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """What was live and is deleted may have been deleted by its author: it is not there, but it is not sent again."""
        entries = self._ledger.find(session.account.id, draft.key)
        for entry in entries:
            if entry.live:
                return self._published(entry.remote_id)
        if any(entry.deleted for entry in entries):
            return Undecided(reason="The sandbox had published it, and somebody deleted it there.")
        return Absent()

    def delete(self, platform_post_id: str, session: Session) -> None:
        self._ledger.delete(session.account.id, platform_post_id)

    def _record(self, draft: Publication, session: Session, *, live: bool) -> str:
        remote_id = f"sandbox_{secrets.token_hex(12)}"
        self._ledger.put(
            Commit(
                remote_id=remote_id,
                account_id=session.account.id,
                key=draft.key,
                platform=self._platform,
                text=draft.text,
                media=tuple(Sent(each.media.id, each.alt) for each in draft.media),
                reply_to=draft.reply.parent if draft.reply else None,
                live=live,
                at=self._now(),
            )
        )
        return remote_id

    def _published(self, remote_id: str) -> Published:
        return Published(platform_post_id=remote_id, url=f"{HOME}/{self._platform}/{remote_id}")

    def _marks(self, text: str) -> Iterator[Mark]:
        """The marks in a text that are for this network, in its order."""
        for match in MARK.finditer(text):
            network = match["network"]
            if network is None or platform_named(network) is self._platform:
                yield Mark(match["name"], int(match["number"] or 1))

    def _number(self, name: str, text: str, *, least: int) -> int:
        """The largest that a mark of that name has."""
        return max((mark.number for mark in self._marks(text) if mark.name == name), default=least)

    def _refusal(self, draft: Publication, marks: Sequence[Mark]) -> PublishError | None:
        """What is refused every time: by the platform's own rules, or by a mark."""
        for problem in self._problems(draft):
            textual = problem.path == TEXT
            return (
                ContentError(problem.message, code=problem.code)
                if textual
                else MediaError(problem.message, code=target_code(problem))
            )
        return next((ALWAYS[mark.name]() for mark in marks if mark.name in ALWAYS), None)

    def _problems(self, draft: Publication) -> list[Problem]:
        if not draft.media:
            return rules.check_text(self._platform, draft.text, path=TEXT)
        media = [
            Attachment(id=each.media.id, path=("media",), media=each.media) for each in draft.media
        ]
        return rules.check_part(self._platform, Candidate(text=draft.text, path=TEXT, media=media))


def target_code(problem: Problem) -> str:
    """A target's code for what is wrong with its media."""
    return problem.code if problem.code == "ASPECT_RATIO_INVALID" else MediaError.code


ALWAYS: Mapping[str, Callable[[], PublishError]] = {
    "auth": lambda: AccountError("The sandbox refuses the account's credentials."),
    "media-rejected": lambda: MediaError("The sandbox refuses the media."),
    "too-long": lambda: ContentError(
        "The sandbox finds the text too long.", code="CONTENT_TOO_LONG"
    ),
    "quota": lambda: QuotaError("The sandbox's quota is used up.", retry_after=QUOTA_BACK),
    "down": lambda: TransientError("The sandbox is down."),
}


def failures(marks: Sequence[Mark]) -> Iterator[PublishError | LostAnswerError]:
    """What goes wrong first, one per call of commit."""
    for mark in marks:
        match mark.name:
            case "flaky":
                yield from (TransientError("The sandbox is flaky.") for _ in range(mark.number))
            case "rate-limit":
                yield PlatformRateError(
                    "The sandbox allows no more posts just now.", retry_after=mark.number
                )
            case "lost-request":
                yield LostAnswerError("The sandbox lost the request.")

"""The sandbox behaves like any platform and makes no call. A text asks for trouble with marks:

    #sandbox:flaky-2          two transient failures, then fine
    #sandbox:rate-limit-30    once "too many requests, wait 30 s", then fine
    #sandbox:lost-request     the request is lost before it arrives, once: unknown, then absent
    #sandbox:lost-answer      it is live, but the answer is lost: unknown, then found
    #sandbox:preparing-3      not ready to be sent at the first three tries; then fine
    #sandbox:processing-3     accepted; published when it is asked for the third time
    #sandbox:auth · media-rejected · too-long · quota · down    that error, every time

A mark may name the only network that it is for: `#sandbox:instagram:auth`. Unknown marks are
ordinary text.
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
    r"#sandbox:(?:(?P<network>[a-z]+):)?"
    r"(?P<name>[a-z]+(?:-[a-z]+)*)(?:-(?P<number>[0-9]{1,5}))?(?![\w:-])"
)
POLL_AFTER = 1.0
TEXT: Path = ("content",)
QUOTA_BACK = 24 * 3600.0


class Ledger(Protocol):
    """All commits: the sandbox's memory, and the record that tests compare with."""

    def put(self, entry: Commit) -> None:
        """Add a row. `remote_id` distinguishes rows of one account and key."""
        ...

    def find(self, account_id: str, key: str) -> Sequence[Commit]:
        """Return the rows of one publication, including rows that were just put."""
        ...

    def delete(self, account_id: str, remote_id: str) -> None:
        """Mark that row as deleted. It stays, but is no longer live."""
        ...


class Mark(NamedTuple):
    name: str
    number: int


class Sandbox:
    """The sandbox of one network."""

    searches: ClassVar[bool] = False

    def __init__(self, platform: Platform, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._platform = platform
        self._ledger = ledger
        self._now = now

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Return the handle, or Preparing if the text asks for it. The handle counts the tries."""
        tries = int(handle.get("tries", "0")) if handle.get("key") == publication.key else 0
        if tries >= self._number("preparing", publication.text, least=0):
            return (
                {"key": publication.key, "tries": str(tries)} if tries else {"key": publication.key}
            )
        waiting = {"key": publication.key, "tries": str(tries + 1)}
        error = MediaError("The sandbox was still working on the files after an hour.")
        return Preparing(handle=waiting, poll_after=POLL_AFTER, error=error)

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """Fail in the way and as often as the text asks. Then publish."""
        marks = list(self._marks(publication.text))
        earlier = len(self._ledger.find(session.account.id, publication.key))
        error: PublishError | LostAnswerError | None = self._refusal(publication, marks)
        if error is None:
            error = next(islice(failures(marks), earlier, None), None)
        remote_id = self._record(publication, session, live=error is None)
        if error:
            raise error
        if any(mark.name == "lost-answer" for mark in marks):
            raise LostAnswerError("The sandbox published it and lost the answer.")
        if any(mark.name == "processing" for mark in marks):
            return Accepted(handle={**handle, "id": remote_id, "polls": "0"}, poll_after=POLL_AFTER)
        return self._published(remote_id)

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        polls = int(handle["polls"]) + 1
        if polls >= self._number("processing", publication.text, least=1):
            return self._published(handle["id"])
        return Accepted(handle={**handle, "polls": str(polls)}, poll_after=POLL_AFTER)

    def find(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Look into the ledger.

        A post that was live and is deleted is Undecided, because its author may have deleted it.
        So it is not sent again.
        """
        entries = self._ledger.find(session.account.id, publication.key)
        for entry in entries:
            if entry.live:
                return self._published(entry.remote_id)
        if any(entry.deleted for entry in entries):
            return Undecided(reason="The sandbox had published it, and somebody deleted it there.")
        return Absent()

    def delete(self, platform_post_id: str, session: Session) -> None:
        self._ledger.delete(session.account.id, platform_post_id)

    def _record(self, publication: Publication, session: Session, *, live: bool) -> str:
        entry = Commit(
            remote_id=f"sandbox_{secrets.token_hex(12)}",
            account_id=session.account.id,
            key=publication.key,
            platform=self._platform,
            text=publication.text,
            media=tuple(Sent(attached.media.id, attached.alt) for attached in publication.media),
            reply_to=publication.reply.parent if publication.reply else None,
            live=live,
            at=self._now(),
        )
        self._ledger.put(entry)
        return entry.remote_id

    def _published(self, remote_id: str) -> Published:
        return Published(platform_post_id=remote_id, url=f"{HOME}/{self._platform}/{remote_id}")

    def _marks(self, text: str) -> Iterator[Mark]:
        """Yield the marks in a text that are for this network, in the order of the text."""
        for match in MARK.finditer(text):
            network = match["network"]
            if network is None or platform_named(network) is self._platform:
                number = int(match["number"]) if match["number"] else 1
                yield Mark(match["name"], number)

    def _number(self, name: str, text: str, *, least: int) -> int:
        """Return the largest number of the marks of that name, or `least` without such a mark."""
        numbers = [mark.number for mark in self._marks(text) if mark.name == name]
        return max(numbers, default=least)

    def _refusal(self, publication: Publication, marks: Sequence[Mark]) -> PublishError | None:
        """Return the error that comes every time, by the platform's own rules or by a mark."""
        problems = self._problems(publication)
        if problems:
            first = problems[0]
            if first.path == TEXT:
                return ContentError(first.message, code=first.code)
            return MediaError(first.message, code=target_code(first))
        for mark in marks:
            if mark.name in ALWAYS:
                return ALWAYS[mark.name]()
        return None

    def _problems(self, publication: Publication) -> list[Problem]:
        if not publication.media:
            return rules.check_text(self._platform, publication.text, path=TEXT)
        media = [
            Attachment(id=attached.media.id, path=("media",), media=attached.media)
            for attached in publication.media
        ]
        candidate = Candidate(text=publication.text, path=TEXT, media=media)
        return rules.check_part(self._platform, candidate)


def target_code(problem: Problem) -> str:
    """Return the error code of a target for a problem with its media."""
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
    """Yield the errors that come before success, one for each call of commit."""
    for mark in marks:
        match mark.name:
            case "flaky":
                for _ in range(mark.number):
                    yield TransientError("The sandbox is flaky.")
            case "rate-limit":
                yield PlatformRateError(
                    "The sandbox allows no more posts just now.", retry_after=mark.number
                )
            case "lost-request":
                yield LostAnswerError("The sandbox lost the request.")

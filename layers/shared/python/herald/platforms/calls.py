"""The meaning of a call for a publication, on any network.

It had no effect, its outcome is unknown, or it has an answer to read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from herald.domain.errors import (
    PermanentError,
    Phrase,
    PlatformRateError,
    Problem,
    PublishError,
    TransientError,
    UnavailableError,
    UnprocessableError,
    ValidationError,
)
from herald.net.client import (
    BlockedError,
    Http,
    NoAnswerError,
    NotSentError,
    Response,
    StreamedBody,
)
from herald.net.guard import parse
from herald.platforms.protocol import LostAnswerError

Now = Callable[[], datetime]

CALL_SECONDS = 30.0  # for all the calls of one step together
REVOKE_SECONDS = 10.0  # for forgetting credentials, while somebody waits for the answer
UPLOADING = 75.0  # for all the calls of a step that sends files: 300 MB at 4 MB/s
MAX_ANSWER = 1 << 20
MAX_WORDS = 300
REHEARSE = (
    "Without an account of your own use the test key (vb_test_…): "
    "every network is a sandbox, which takes a username."
)
AFTER_HOST = re.compile(r"[/?#]")


class Calls:
    """The calls of one step on one network. They share one time limit. No message has `secrets`."""

    def __init__(
        self,
        network: str,
        http: Http,
        now: Now,
        *,
        secrets: Iterable[str] = (),
        seconds: float = CALL_SECONDS,
    ) -> None:
        self.network = network
        self._http = http
        self._now = now
        self._end = now() + timedelta(seconds=seconds)
        self._secrets = [secret for secret in secrets if secret]

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | StreamedBody = b"",
    ) -> Response:
        """Make a call that may be made again. Raises TransientError for no answer or HTTP 5xx."""
        try:
            response = self._send(method, url, headers if headers else {}, body)
        except NoAnswerError as error:
            raise TransientError(f"{self.network} did not answer: {error}.") from error
        if response.status >= 500:
            raise TransientError(self.quote(response))
        return response

    def commit(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> Response:
        """Make the irreversible call. Raises LostAnswerError if it was sent, outcome unknown."""
        try:
            response = self._send(method, url, headers, body)
        except NoAnswerError as error:
            raise LostAnswerError(f"{self.network} did not answer: {error}.") from error
        if response.status >= 500:
            raise LostAnswerError(self.quote(response))
        return response

    @property
    def time_left(self) -> float:
        """The seconds that remain."""
        return (self._end - self._now()).total_seconds()

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | StreamedBody
    ) -> Response:
        try:
            return self._http.send(
                method,
                url,
                headers=headers,
                body=body,
                timeout=self.time_left,
                max_bytes=MAX_ANSWER,
            )
        except BlockedError as error:
            raise PermanentError(
                f"{self.network} may not be called at this address: {error}."
            ) from error
        except NotSentError as error:
            raise TransientError(f"{self.network} could not be reached: {error}.") from error

    def hide(self, secrets: Iterable[str]) -> None:
        """Add texts that no message may show."""
        self._secrets += [secret for secret in secrets if secret]

    def quote(self, response: Response, words: object = None) -> str:
        """Quote the network's own words, made fit for a user and a log."""
        if not words or not isinstance(words, str):
            return f"{self.network} answered HTTP {response.status}."
        for secret in self._secrets:
            words = words.replace(secret, "…")
        plain = "".join(
            letter if unicodedata.category(letter)[0] != "C" else " "
            for letter in words[: 4 * MAX_WORDS]
        )
        return f"{self.network}: {' '.join(plain.split())[:MAX_WORDS]}"


def data(response: Response) -> Mapping[str, Any]:
    """Return the JSON object in an answer, or an empty one."""
    try:
        content = response.json()
    except NoAnswerError:
        return {}
    return content if isinstance(content, dict) else {}


def text_in(content: Mapping[str, Any], name: str) -> str | None:
    """Return a text in an answer, or None if it is absent, empty or no text."""
    value = content.get(name)
    return value if isinstance(value, str) and value else None


def retry_after(response: Response) -> float | None:
    """Return the seconds that an answer's Retry-After asks to wait. A date there counts as none."""
    wait = response.headers.get("retry-after", "")
    return float(wait) if wait.isdecimal() else None


def required(fields: Mapping[str, str], *names: str) -> list[str]:
    """Return the values of the fields. Raises ValidationError that names all missing ones."""
    values = []
    missing = []
    for name in names:
        value = fields.get(name, "").strip()
        values.append(value)
        if not value:
            message = Phrase(f"{{{name}}} is required")
            missing.append(Problem(path=(name,), message=message, remediation=REHEARSE))
    if missing:
        raise ValidationError(missing)
    return values


def origin(address: str, field: str) -> str:
    """Return `https://host[:port]` of a server, from any part of its address that has the host.

    Raises ValidationError.
    """
    url = address if "://" in address else f"https://{address}"
    scheme, _, rest = url.partition("://")
    host = AFTER_HOST.split(rest.strip())[0]
    try:
        server = parse(f"{scheme.strip()}://{host}")
    except BlockedError:
        message = Phrase(f"{{{field}}} must be the address of a server")
        raise ValidationError([Problem(path=(field,), message=message)]) from None
    return f"{server.scheme}://{server.authority}"


@contextmanager
def connecting() -> Iterator[None]:
    """Turn the errors of a publication into those of connecting an account.

    UnavailableError (HTTP 503): the network is away. UnprocessableError (HTTP 422): it refused.
    """
    try:
        yield
    except (TransientError, PlatformRateError) as error:
        wait = {"retry_after": round(error.retry_after)} if error.retry_after else {}
        raise UnavailableError(error.message, **wait) from error
    except PublishError as error:
        raise UnprocessableError(error.message) from error

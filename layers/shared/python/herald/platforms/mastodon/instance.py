"""The API of an instance, called for one account."""

from collections.abc import Mapping

from herald.domain.errors import PublishError
from herald.net.client import Http, Response, StreamedBody
from herald.platforms.calls import CALL_SECONDS, Calls, Now
from herald.platforms.mastodon.errors import mastodon_refusal

ENGLISH = "lang=en"  # the language of errors, which else is the account's; not that of the post


class Instance:
    """The calls of one step on one instance, with an account's token. `calls` reads the answers."""

    def __init__(
        self, host: str | None, token: str, http: Http, now: Now, *, seconds: float = CALL_SECONDS
    ) -> None:
        self.calls = Calls("Mastodon", http, now, secrets=[token], seconds=seconds)
        self._host = host
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._now = now

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | StreamedBody = b"",
    ) -> Response:
        """Make a call that may be made again."""
        signed = {**self._bearer, **headers} if headers else self._bearer
        return self.calls.ask(method, f"{self._host}{path}", headers=signed, body=body)

    def commit(self, path: str, *, headers: Mapping[str, str], body: bytes) -> Response:
        """Make the irreversible call."""
        signed = {**self._bearer, **headers}
        return self.calls.commit("POST", f"{self._host}{path}", headers=signed, body=body)

    def get(self, path: str) -> Response:
        """Return an answer of HTTP 200. Raises the PublishError that any other status means."""
        response = self.ask("GET", path)
        if response.status != 200:
            raise self.refusal(response)
        return response

    def refusal(self, response: Response) -> PublishError:
        """Turn a refusal of the instance into a PublishError."""
        return mastodon_refusal(self.calls, response, self._now)

"""An instance, as one account speaks to it."""

from collections.abc import Mapping

from herald.domain.errors import PublishError
from herald.net.client import Http, Response, StreamedBody
from herald.platforms.calls import CALL_SECONDS, Calls, Now
from herald.platforms.mastodon.errors import mastodon_refusal

ENGLISH = "lang=en"  # else the errors come in the account's language; it does not touch the post's


class Instance:
    """The calls of one step on one instance, with an account's token. `calls` say what an answer means."""

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
        """A call that may be made again."""
        return self.calls.ask(
            method, f"{self._host}{path}", headers={**self._bearer, **(headers or {})}, body=body
        )

    def commit(self, path: str, *, headers: Mapping[str, str], body: bytes) -> Response:
        """The irreversible call."""
        return self.calls.commit(
            "POST", f"{self._host}{path}", headers={**self._bearer, **headers}, body=body
        )

    def get(self, path: str) -> Response:
        """An answer of HTTP 200. Raises the PublishError that any other one means."""
        response = self.ask("GET", path)
        if response.status != 200:
            raise self.refusal(response)
        return response

    def refusal(self, response: Response) -> PublishError:
        """The instance's no, as one of ours."""
        return mastodon_refusal(self.calls, response, self._now)

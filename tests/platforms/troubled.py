"""An Http between a connector and its fake that loses what it is told to lose, and answers what it is told to answer."""

from collections.abc import Mapping

from herald.net.client import Body, Http, NoAnswerError, Response

READING = {"GET", "HEAD"}


class Troubled:
    """Passes everything on, but for one request that is armed: the next one that writes."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._lose_answer = self._lose_request = False
        self._instead: Response | None = None

    def lose_answer(self) -> None:
        """The request arrives, its answer does not."""
        self._lose_answer = True

    def lose_request(self) -> None:
        """The request is sent, and never arrives."""
        self._lose_request = True

    def answer(self, response: Response) -> None:
        """The request does not arrive; this is what is answered in its place."""
        self._instead = response

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | Body = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        if method not in READING:
            if self._instead:
                instead, self._instead = self._instead, None
                return instead
            if self._lose_request:
                self._lose_request = False
                raise NoAnswerError("timed out")
        response = self._http.send(method, url, headers=headers, body=body, timeout=timeout, max_bytes=max_bytes)
        if method not in READING and self._lose_answer:
            self._lose_answer = False
            raise NoAnswerError("timed out")
        return response

"""Stands between a connector and its fake.

It loses what it is told to lose, and answers what it is told to answer.
"""

from herald.net.client import Http, NoAnswerError, Response
from tests.fakes.http import Request

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

    def say_instead(self, response: Response) -> None:
        """The request does not arrive; this is what is answered in its place."""
        self._instead = response

    def answer(self, request: Request) -> Response:
        if request.method not in READING:
            if self._instead:
                instead, self._instead = self._instead, None
                return instead
            if self._lose_request:
                self._lose_request = False
                raise NoAnswerError("timed out")
        response = request.sent_by(self._http)
        if request.method not in READING and self._lose_answer:
            self._lose_answer = False
            raise NoAnswerError("timed out")
        return response

"""The answers of the fake networks."""

from collections.abc import Mapping
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer. A body that is a text is a page; any other body goes out as JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = {}


class RefusedError(Exception):
    def __init__(self, status: int, error: str, **more: str) -> None:
        super().__init__(error)
        self.reply = Reply(status, {"error": error, **more})

"""Owners of data, and the texts that nobody may see."""

from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """Test data and live data never meet."""

    LIVE = "live"
    TEST = "test"


class Owner(NamedTuple):
    """The owner of data: a workspace in one of its two modes."""

    workspace_id: str
    mode: Mode

    def __str__(self) -> str:
        return f"{self.workspace_id}#{self.mode}"

    @classmethod
    def parse(cls, text: str) -> "Owner":
        """Read an owner from the text that `str` wrote. Raises ValueError."""
        workspace_id, _, mode = text.partition("#")
        return cls(workspace_id, Mode(mode))


class Secret(str):
    """A text that no repr, log or traceback shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"

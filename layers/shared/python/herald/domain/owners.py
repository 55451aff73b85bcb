"""Whose data it is, and the texts that nobody may see."""

from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """Test data and live data never meet."""

    LIVE = "live"
    TEST = "test"


class Owner(NamedTuple):
    """Whose data it is: a workspace in one of its two modes."""

    workspace_id: str
    mode: Mode

    def __str__(self) -> str:
        return f"{self.workspace_id}#{self.mode}"

    @classmethod
    def parse(cls, text: str) -> "Owner":
        """Read what `str` wrote. Raises ValueError."""
        workspace_id, _, mode = text.partition("#")
        return cls(workspace_id, Mode(mode))


class Secret(str):
    """A text that no repr, log or traceback shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"

"""What the platforms say to a post."""

from openapi.answers.answer import Answer
from openapi.answers.errors import Problem


class Verdict(Answer):
    valid: bool
    """Whether the platform would take it."""
    errors: list[Problem]
    """Why it would not."""
    warnings: list[Problem]
    """What it would take, though that is unwise."""


class Verdicts(Answer):
    """By the platforms' names in uppercase."""

    valid: bool
    """Whether every platform would take it."""
    platforms: dict[str, Verdict]
    """What each says, by its name in uppercase."""

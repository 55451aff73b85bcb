"""The verdicts of the platforms on a post."""

from openapi.answers.answer import Answer
from openapi.answers.errors import Problem


class Verdict(Answer):
    valid: bool
    """Whether the platform would take the post."""
    errors: list[Problem]
    """The reasons for a refusal."""
    warnings: list[Problem]
    """The choices that the platform would take although they are unwise."""


class Verdicts(Answer):
    """The verdicts by the platforms' names in uppercase."""

    valid: bool
    """Whether every platform would take the post."""
    platforms: dict[str, Verdict]
    """The verdict of each platform, by its name in uppercase."""

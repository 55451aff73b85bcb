"""The facts of a network, as data.

No field has a default, so no capability is there by chance.
"""

from enum import StrEnum
from typing import NamedTuple

from herald.domain.content import MAX_OPTION
from herald.domain.limits import Rule, Source, Subject
from herald.domain.media import ContentType
from herald.domain.post_types import PostType


class Capabilities(NamedTuple):
    """The things that a network lets herald do.

    With `threads`, one of an account's posts can answer another. With `comments`, an account can
    comment on its own posts. With `deletion`, herald can delete a post. With `imports`, herald can
    read what an account has posted already.
    """

    threads: bool
    comments: bool
    deletion: bool
    imports: bool


class Advice(NamedTuple):
    """A warning about a text in which the `missing` subject does not occur."""

    code: str
    message: str
    missing: Subject


class ConnectField(NamedTuple):
    """A value with which an account is connected. A `secret` is shown nowhere."""

    name: str
    required: bool
    secret: bool
    description: str
    example: str | None


class OptionType(StrEnum):
    """The JSON type of an option's value. An array is one of texts."""

    STRING = "string"
    BOOLEAN = "boolean"
    ARRAY = "array"


class Option(NamedTuple):
    """A value that a user may set for this network alone. The connector gets it unchanged.

    `choices`, if there are any, are all the texts that it may be. A text, or each text of an array,
    matches `pattern`. It has at most `most` characters, or entries. An option that `counts` takes
    of the room that the network has for a post's text.
    """

    name: str
    type: OptionType
    choices: tuple[str, ...]
    pattern: str | None
    most: int | None
    counts: bool
    description: str
    source: Source


def free_text(name: str, description: str, source: Source) -> Option:
    """Return an option in the user's own words, as long as one may be stored.

    The network's own limit for it is among the network's rules.
    """
    return Option(
        name=name,
        type=OptionType.STRING,
        choices=(),
        pattern=None,
        most=MAX_OPTION,
        counts=False,
        description=description,
        source=source,
    )


class Network(NamedTuple):
    """All facts of one network, as its API has them."""

    name: str
    post_types: frozenset[PostType]
    capabilities: Capabilities
    connect: tuple[ConnectField, ...]
    options: tuple[Option, ...]
    advice: tuple[Advice, ...]
    rules: tuple[Rule, ...]

    def kind(self, content_type: ContentType) -> Subject:
        """Return what a file counts as. A GIF is an image unless the network has rules for GIFs."""
        if content_type is ContentType.PDF:
            return Subject.DOCUMENT
        if content_type.startswith("video/"):
            return Subject.VIDEO
        has_rules = any(rule.subject is Subject.GIF for rule in self.rules)
        if content_type is ContentType.GIF and has_rules:
            return Subject.GIF
        return Subject.IMAGE

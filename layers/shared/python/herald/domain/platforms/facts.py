"""What is said of a network, as data. Nothing has a default: no capability is there by chance."""

from enum import StrEnum
from typing import NamedTuple

from herald.domain.content import MAX_OPTION
from herald.domain.limits import Rule, Source, Subject
from herald.domain.media import ContentType
from herald.domain.post_types import PostType


class Capabilities(NamedTuple):
    """What a network lets us do.

    `threads`: one of our posts can answer another. `comments`: we can comment on our own posts.
    `deletion`: it lets us take a post away. `imports`: it shows us what an account has posted already.
    """

    threads: bool
    comments: bool
    deletion: bool
    imports: bool


class Advice(NamedTuple):
    """A warning about a text in which nothing of that subject is found."""

    code: str
    message: str
    missing: Subject


class ConnectField(NamedTuple):
    """What an account is connected with. A `secret` is shown nowhere."""

    name: str
    required: bool
    secret: bool
    description: str
    example: str | None


class OptionType(StrEnum):
    """What the value of an option is, by its JSON type. An array is one of texts."""

    STRING = "string"
    BOOLEAN = "boolean"
    ARRAY = "array"


class Option(NamedTuple):
    """What a user may say for this network alone. It reaches the connector as it was said.

    `choices` are all that a text may be, when there are any; `pattern` is what a text, or each of an
    array, looks like. It has at most `most` characters, or entries. `counts`: it takes of the room
    that the network has for a post's text.
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

    What the network allows of it is a rule of the network's.
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
    """All about one, through its API."""

    name: str
    post_types: frozenset[PostType]
    capabilities: Capabilities
    connect: tuple[ConnectField, ...]
    options: tuple[Option, ...]
    advice: tuple[Advice, ...]
    rules: tuple[Rule, ...]

    def kind(self, content_type: ContentType) -> Subject:
        """What a file counts as; a GIF is an image unless the network has rules for it."""
        if content_type is ContentType.PDF:
            return Subject.DOCUMENT
        if content_type.startswith("video/"):
            return Subject.VIDEO
        own = content_type is ContentType.GIF and any(
            rule.subject is Subject.GIF for rule in self.rules
        )
        return Subject.GIF if own else Subject.IMAGE

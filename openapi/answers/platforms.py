"""The limits and abilities of each platform."""

from datetime import date
from typing import Annotated

from pydantic import Field

from herald.domain.accounts import Platform
from herald.domain.counting import Unit
from herald.domain.limits import Bound, Measure, Severity, Subject
from herald.domain.media import ContentType
from herald.domain.platforms.facts import OptionType
from herald.domain.post_types import PostType
from openapi.answers.answer import Answer


class Capabilities(Answer):
    """The abilities of the network's API."""

    thread: bool
    """Whether herald publishes `threadPosts` as a thread."""
    first_comment: bool
    """Whether herald publishes a `firstComment`."""
    delete: bool
    """Whether `deleteFromPlatforms` deletes posts at the network."""
    import_: Annotated[bool, Field(alias="import")]
    """Whether the network allows the import of posts."""


class TextLimit(Answer):
    max_length: int
    """The greatest length of a text. E.g. `280`."""
    unit: Unit | Measure
    """The unit in which the length is counted."""


class MediaLimits(Answer):
    required: bool
    """Whether a post must have media."""
    max_count: int | None
    """The greatest number of files in a post; null when no limit is known."""
    content_types: list[ContentType] | None
    """The types of files that are accepted; null for all types."""


class Rule(Answer):
    """A limit of the platform.

    It applies to `contentTypes`, or to all types of post if the list is empty. `having` and
    `unless` name the media on which it depends.
    """

    id: str
    """The id of the rule. Problems have it in `rule`."""
    subject: Subject
    """The subject that is measured."""
    bound: Bound
    """Whether `value` is the most, the least, the only accepted values, or the forbidden values."""
    value: float | list[str]
    """The limit: a number, or a list of names."""
    unit: Unit | Measure
    """The unit of `value`."""
    severity: Severity
    """The severity of the rule. An error refuses a post, a warning does not."""
    source: str
    """The source of the rule."""
    source_url: str | None
    """The page that states the rule; null when the limit is herald's own."""
    verified_at: date
    """The date when the source was last read."""
    content_types: list[PostType]
    """The types of post to which the rule applies; empty for all types."""
    having: Subject | None
    """The kind of media that a post must have for the rule to apply; null for all posts."""
    unless: Subject | None
    """The kind of media that exempts a post from the rule."""


class ConnectField(Answer):
    """A field that connects an account of the platform, with a live key."""

    name: str
    """The name of the field in the body that connects an account. E.g. `appPassword`."""
    required: bool
    """Whether an account cannot be connected without the field."""
    secret: bool
    """Whether the value is a secret."""
    description: str
    """The description of the field."""
    example: str | None
    """An example of the value."""


class PlatformOption(Answer):
    """An option for this platform only, in its part of `platformOverrides`."""

    name: str
    """The name of the option. E.g. `visibility`."""
    type: OptionType
    """The type of the value. The entries of an array are texts."""
    choices: list[str] | None
    """All values that are accepted; null when there is no list."""
    pattern: str | None
    """The pattern of the value, or of each entry of an array; null when there is none."""
    max: int | None
    """The most characters, or the most entries of an array; null when there is no limit."""
    description: str
    """The description of the option."""
    source_url: str | None
    """The page that describes the option."""
    verified_at: date
    """The date when that page was last read."""


class PlatformLimits(Answer):
    """The limits of a platform.

    `connectable` says whether accounts of the platform can be connected here.
    """

    platform: Platform
    """The platform."""
    name: str
    """The platform's name for people. E.g. `Bluesky`."""
    connectable: bool
    """Whether accounts can be connected with this key."""
    content_types: list[PostType]
    """The types of post that the platform takes."""
    capabilities: Capabilities
    """The abilities of the platform."""
    connect: list[ConnectField]
    """The fields that connect an account with a live key; empty where no account can be
    connected."""
    options: list[PlatformOption]
    """The options for this platform only."""
    limits: list[TextLimit]
    """The limits of texts."""
    media: MediaLimits
    """The limits of the files in a post."""
    rules: list[Rule]
    """Every limit of the platform."""


class Platforms(Answer):
    data: list[PlatformLimits]
    """Every platform."""

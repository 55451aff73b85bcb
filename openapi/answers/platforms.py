"""What each platform accepts."""

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
    """What the network can do through its API."""

    thread: bool
    """Whether `threadPosts` are published as a thread."""
    first_comment: bool
    """Whether a `firstComment` is published."""
    delete: bool
    """Whether `deleteFromPlatforms` takes posts away there."""
    import_: Annotated[bool, Field(alias="import")]
    """Whether the network lets posts be imported."""


class TextLimit(Answer):
    max_length: int
    """The longest text that is taken. E.g. `280`."""
    unit: Unit | Measure
    """How it is counted."""


class MediaLimits(Answer):
    required: bool
    """Whether a post must carry media."""
    max_count: int | None
    """How many files a post may carry; null when no limit is known."""
    content_types: list[ContentType] | None
    """Which files are taken; null for all."""


class Rule(Answer):
    """One limit. It holds for `contentTypes`, for all when there are none; `having` and `unless` name the media it depends on."""

    id: str
    """The rule's name, as problems carry it in `rule`."""
    subject: Subject
    """What is measured."""
    bound: Bound
    """Whether `value` is the most, the least, the only ones that are taken, or what must not be."""
    value: float | list[str]
    """The limit: a number, or a list of names."""
    unit: Unit | Measure
    """What `value` counts."""
    severity: Severity
    """An error refuses a post, a warning does not."""
    source: str
    """Where the rule was read."""
    source_url: str | None
    """The page it was read on; null when the limit is herald's own."""
    verified_at: date
    """When it was read there."""
    content_types: list[PostType]
    """Which types of post it holds for; all when empty."""
    having: Subject | None
    """The rule holds only for posts with media of this kind; null for all."""
    unless: Subject | None
    """The rule does not hold for posts with media of this kind."""


class ConnectField(Answer):
    """What an account there is connected with, with a live key."""

    name: str
    """Its name in the body of a connect. E.g. `appPassword`."""
    required: bool
    """Whether there is no account without it."""
    secret: bool
    """Whether nobody may see it."""
    description: str
    """What it is."""
    example: str | None
    """What it looks like."""


class PlatformOption(Answer):
    """What may be said for the platform alone, in its part of `platformOverrides`."""

    name: str
    """Its name there. E.g. `visibility`."""
    type: OptionType
    """What its value is; an array is one of texts."""
    choices: list[str] | None
    """All that it may be; null when there is no list."""
    pattern: str | None
    """What it, or each of an array, looks like; null when it may be anything."""
    max: int | None
    """The most characters, or entries of an array; null when there is no limit."""
    description: str
    """What it does."""
    source_url: str | None
    """The page that describes it."""
    verified_at: date
    """When it was read there."""


class PlatformLimits(Answer):
    """What a platform accepts; `connectable` says whether accounts of it can be connected here."""

    platform: Platform
    """The platform."""
    name: str
    """Its name as people write it. E.g. `Bluesky`."""
    connectable: bool
    """Whether accounts can be connected with this key."""
    content_types: list[PostType]
    """Which types of post it takes."""
    capabilities: Capabilities
    """What can be done there."""
    connect: list[ConnectField]
    """What accounts are connected with, with a live key; none where they cannot be."""
    options: list[PlatformOption]
    """What may be said for this platform alone."""
    limits: list[TextLimit]
    """How long a text may be."""
    media: MediaLimits
    """What a post may carry."""
    rules: list[Rule]
    """Every limit there is."""


class Platforms(Answer):
    data: list[PlatformLimits]
    """Every platform."""

"""What each platform accepts."""

from datetime import date
from typing import Annotated

from pydantic import Field

from herald.domain.accounts import Platform
from herald.domain.content import PostType
from herald.domain.counting import Unit
from herald.domain.limits import Bound, Measure, Severity, Subject
from herald.domain.media import ContentType
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
    verified_at: date
    """When it was read there."""
    content_types: list[PostType]
    """Which types of post it holds for; all when empty."""
    having: Subject | None
    """The rule holds only for posts with media of this kind; null for all."""
    unless: Subject | None
    """The rule does not hold for posts with media of this kind."""


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
    limits: list[TextLimit]
    """How long a text may be."""
    media: MediaLimits
    """What a post may carry."""
    rules: list[Rule]
    """Every limit there is."""


class Platforms(Answer):
    data: list[PlatformLimits]
    """Every platform."""

"""The content of a post on the wire: what every body that brings some shares. Source: the contract, section 3."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    model_validator,
)

from herald.api.edge.response import to_json
from herald.api.edge.schema import (
    AccountId,
    MediaId,
    PlatformName,
    ZoneName,
    distinct,
    media_id,
)
from herald.api.voxburst import options
from herald.api.voxburst.models import Body, Moment
from herald.domain import posts
from herald.domain.accounts import Platform
from herald.domain.content import (
    MAX_ALT,
    MAX_COMMENT,
    MAX_COMMENT_DELAY,
    MAX_CONTENT,
    MAX_FILES,
    MAX_OPTION,
    MAX_THREAD,
    PLAIN,
    MediaRef,
    Part,
)
from herald.domain.content import Override as ContentOverride
from herald.domain.errors import UnprocessableError

MAX_TAGS, MAX_TAG, MAX_METADATA = 50, 100, 4_096
AltText = Annotated[str, Field(max_length=MAX_ALT)]


class MediaUse(Body):
    """A file, with what it shows for those who cannot see it."""

    id: Annotated[MediaId, Field(validation_alias=AliasChoices("id", "mediaId"))]
    """The file."""
    alt_text: AltText | None = None
    """What it shows, for those who cannot see it. E.g. `Our shop at night.`."""

    def use(self) -> MediaRef:
        return MediaRef(media_id=self.id, alt=(self.alt_text or "").strip() or None)


def entry(value: object) -> object:
    """An id alone is a file of which nothing is said. Raises ValueError."""
    if isinstance(value, Mapping):
        return value
    return {"id": media_id(value)}


MediaEntry = Annotated[MediaUse, BeforeValidator(entry, json_schema_input_type=MediaId | MediaUse)]
MediaEntries = Annotated[list[MediaEntry], Field(max_length=MAX_FILES)]
MEDIA_NAMES, MEDIA_ID_NAMES = AliasChoices("media", "mediaIds"), AliasChoices("mediaIds", "media")


class Override(Body):
    """What one platform gets instead, and its options."""

    content: Annotated[str | None, Field(max_length=MAX_CONTENT)] = None
    """The text there."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_NAMES)] = None
    """The files there."""
    title: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The title there."""
    board_id: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The board it goes to there."""

    def to_content(self) -> ContentOverride:
        """As words keep it."""
        own = type(self).model_fields.keys() - Override.model_fields.keys()
        said = {"title": self.title, "board_id": self.board_id}
        said |= {name: getattr(self, name) for name in sorted(own)}
        return ContentOverride(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            options={name: value for name, value in said.items() if value is not None},
        )


def uses(entries: Sequence[MediaUse] | None) -> tuple[MediaRef, ...]:
    return tuple(each.use() for each in entries or ())


def within_limit(value: dict[str, Any]) -> dict[str, Any]:
    """Raises UnprocessableError, as the contract has it, not a problem of the field."""
    if len(to_json(value).encode()) > MAX_METADATA:
        raise UnprocessableError(
            f"metadata is larger than {MAX_METADATA} bytes.",
            field="metadata",
            max_length=MAX_METADATA,
        )
    return value


Content = Annotated[str, Field(max_length=MAX_CONTENT)]
AccountIds = Annotated[
    list[AccountId], Field(max_length=posts.MAX_TARGETS), AfterValidator(distinct)
]
Platforms = Annotated[list[PlatformName], Field(max_length=posts.MAX_TARGETS)]
OverrideOfOne = Annotated[
    Override, PlainValidator(partial(options.read_part, Override), json_schema_input_type=Override)
]
Overrides = Annotated[dict[PlatformName, OverrideOfOne], BeforeValidator(options.platform_parts)]
Tags = Annotated[list[Annotated[str, Field(max_length=MAX_TAG)]], Field(max_length=MAX_TAGS)]
Metadata = Annotated[dict[str, Any], AfterValidator(within_limit)]
ScheduledFor = Annotated[
    Moment | None, Field(validation_alias=AliasChoices("scheduledFor", "scheduledAt"))
]
OVERRIDES = AliasChoices("platformOverrides", "overrides")
ABSENT: Any = {"not": {}}
NOWHERE: Any = {"properties": {"accountIds": ABSENT, "platforms": ABSENT}}
SOMEWHERE: ConfigDict = ConfigDict(
    json_schema_extra={"not": NOWHERE}
)  # for an anyOf, generators know no type


class ThreadPost(Body):
    """One that follows the content. Without media it has words."""

    content: Content
    """Its text; it may be empty when there are files."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_ID_NAMES)] = None
    """The files that it carries."""

    @model_validator(mode="after")
    def something(self) -> "ThreadPost":
        if not self.content and not self.media:
            raise ValueError("content or mediaIds must not be empty")
        return self


FirstComment = Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)]
CommentDelay = Annotated[int, Field(ge=0, le=MAX_COMMENT_DELAY)]
ThreadPosts = Annotated[list[ThreadPost], Field(max_length=MAX_THREAD)]


def thread_parts(thread: Sequence[ThreadPost] | None) -> tuple[Part, ...]:
    return tuple(Part(text=each.content, media=uses(each.media)) for each in thread or ())


class PostBody(Body):
    """What creating and editing share. `timezone` is for a local `scheduledFor`, which is read after it."""

    timezone: ZoneName | None = None
    """The IANA time zone of a `scheduledFor` without an offset. E.g. `Europe/Berlin`."""


def overridden(named: Mapping[Platform, Override]) -> dict[str, ContentOverride]:
    """The overrides as words keep them; one that says nothing is none."""
    kept = {name.upper(): each.to_content() for name, each in named.items()}
    return {name: each for name, each in kept.items() if each != PLAIN}

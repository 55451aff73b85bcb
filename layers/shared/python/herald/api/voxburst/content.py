"""The content of a post on the wire: the parts that several bodies share.

Source: the contract, section 3.
"""

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
    """A file of a post, with a description for people who cannot see it."""

    id: Annotated[MediaId, Field(validation_alias=AliasChoices("id", "mediaId"))]
    """The file."""
    alt_text: AltText | None = None
    """A description of the file for people who cannot see it. E.g. `Our shop at night.`."""

    def use(self) -> MediaRef:
        alt = self.alt_text.strip() if self.alt_text else None
        return MediaRef(media_id=self.id, alt=alt if alt else None)


def entry(value: object) -> object:
    """Return an entry of a list of files as an object.

    An id alone is a file without a description. Raises ValueError.
    """
    if isinstance(value, Mapping):
        return value
    return {"id": media_id(value)}


MediaEntry = Annotated[MediaUse, BeforeValidator(entry, json_schema_input_type=MediaId | MediaUse)]
MediaEntries = Annotated[list[MediaEntry], Field(max_length=MAX_FILES)]
MEDIA_NAMES = AliasChoices("media", "mediaIds")
MEDIA_ID_NAMES = AliasChoices("mediaIds", "media")


class Override(Body):
    """Different content for one platform, and the platform's options."""

    content: Annotated[str | None, Field(max_length=MAX_CONTENT)] = None
    """The text on this platform."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_NAMES)] = None
    """The files on this platform."""
    title: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The title on this platform."""
    board_id: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The board on this platform."""

    def to_content(self) -> ContentOverride:
        """Return the override as the domain keeps it."""
        own = type(self).model_fields.keys() - Override.model_fields.keys()
        options = {"title": self.title, "board_id": self.board_id}
        options |= {name: getattr(self, name) for name in sorted(own)}
        return ContentOverride(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            options={name: value for name, value in options.items() if value is not None},
        )


def uses(entries: Sequence[MediaUse] | None) -> tuple[MediaRef, ...]:
    if entries is None:
        return ()
    return tuple(file.use() for file in entries)


def within_limit(value: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata as it is.

    Raises UnprocessableError when it is too large. The contract makes this no problem of a field.
    """
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
# A `not`, because generators find no type for an `anyOf`.
SOMEWHERE: ConfigDict = ConfigDict(json_schema_extra={"not": NOWHERE})


class ThreadPost(Body):
    """A post that follows the content in a thread. A post without media must have text."""

    content: Content
    """The text of this post. It may be empty if there are files."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_ID_NAMES)] = None
    """The files of this post."""

    @model_validator(mode="after")
    def something(self) -> "ThreadPost":
        if not self.content and not self.media:
            raise ValueError("content or mediaIds must not be empty")
        return self


FirstComment = Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)]
CommentDelay = Annotated[int, Field(ge=0, le=MAX_COMMENT_DELAY)]
ThreadPosts = Annotated[list[ThreadPost], Field(max_length=MAX_THREAD)]


def thread_parts(thread: Sequence[ThreadPost] | None) -> tuple[Part, ...]:
    if thread is None:
        return ()
    return tuple(Part(text=post.content, media=uses(post.media)) for post in thread)


class PostBody(Body):
    """The fields that creating and editing share.

    `timezone` is read before `scheduledFor`, because it says which zone a local time means.
    """

    timezone: ZoneName | None = None
    """The IANA time zone of a `scheduledFor` without an offset. E.g. `Europe/Berlin`."""


def overridden(overrides: Mapping[Platform, Override] | None) -> dict[str, ContentOverride]:
    """Return the overrides as the domain keeps them. An empty override is left out."""
    if overrides is None:
        return {}
    kept: dict[str, ContentOverride] = {}
    for platform, override in overrides.items():
        content = override.to_content()
        if content != PLAIN:
            kept[platform.upper()] = content
    return kept

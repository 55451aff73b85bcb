"""The content of a post: what a user wrote, and the part of it that each target gets."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from herald.domain.accounts import Platform
from herald.domain.media import Media, MediaKind
from herald.domain.platforms import NETWORKS
from herald.domain.post_types import PostType
from herald.domain.targets import Kind, Target, part_id
from herald.domain.values import frozen

MAX_CONTENT = 10_000
MAX_THREAD = 25
# Files in a whole post. The write of the post also writes to each of its files, and one transaction
# takes 100 items.
MAX_FILES = 40
MAX_ALT = 1_500
MAX_OPTION = 1_000
MAX_COMMENT = 2_200
MAX_COMMENT_DELAY = 3_600  # seconds


@frozen
class MediaRef:
    """A file at its place in a post. `alt` describes it to people who cannot see it."""

    media_id: str
    alt: str | None = None


@frozen
class Part:
    """A text and the files with it, which go out together. A post is one part, a thread several."""

    text: str
    media: tuple[MediaRef, ...] = ()


@frozen
class Override:
    """The content that goes out instead. None changes nothing. `options` are a platform's own."""

    content: str | None = None
    media: tuple[MediaRef, ...] | None = None
    options: Mapping[str, object] = field(default_factory=dict)

    def applied_to(self, part: Part) -> Part:
        text = part.text if self.content is None else self.content
        media = part.media if self.media is None else self.media
        return Part(text=text, media=media)

    def merged_onto(self, earlier: "Override") -> "Override":
        """Return the earlier override, with the content and the media of this one if it has any."""
        content = earlier.content if self.content is None else self.content
        media = earlier.media if self.media is None else self.media
        return replace(earlier, content=content, media=media)


PLAIN = Override()


@frozen
class PostContent:
    """The content that a user wrote, and may edit.

    `content_type` is the type that the user named, if they did. `overrides` are per platform, by
    its name in uppercase. `thread` holds the parts after the content; each answers the one before
    it. `first_comment_delay` is in seconds. `fixes` are what a target gets instead, by `part_id`.
    """

    content: str
    media: tuple[MediaRef, ...] = ()
    content_type: PostType | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)
    thread: tuple[Part, ...] = ()
    first_comment: str | None = None
    first_comment_delay: int = 0
    fixes: Mapping[str, Override] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def media_ids(self) -> tuple[str, ...]:
        """Every media id in the content, once."""
        uses = list(self.media)
        for part in self.thread:
            uses += part.media
        for override in (*self.overrides.values(), *self.fixes.values()):
            if override.media:
                uses += override.media
        return tuple(dict.fromkeys(use.media_id for use in uses))

    def override(self, platform: Platform) -> Override:
        return self.overrides.get(platform.upper(), PLAIN)

    def opening(self, platform: Platform) -> Part:
        """Return the part that this platform gets first."""
        return self.override(platform).applied_to(Part(text=self.content, media=self.media))

    def for_target(self, target: Target) -> list[Part]:
        """Return the parts that this target gets, in order.

        That is one part, or a thread's parts where its network has threads. A deletion gets none.
        """
        if target.kind is Kind.COMMENT:
            return [Part(text="" if self.first_comment is None else self.first_comment)]
        if target.kind is not Kind.POST:
            return []
        parts = [self.opening(target.platform)]
        if self.thread and NETWORKS[target.platform].capabilities.threads:
            parts += self.thread
        fixed: list[Part] = []
        for number, part in enumerate(parts):
            fix = self.fixes.get(part_id(target, number), PLAIN)
            fixed.append(fix.applied_to(part))
        return fixed

    def post_type(self, media: Mapping[str, Media]) -> PostType:
        """Return the type that the user named, or else the one that the files imply.

        A thread is always of its own type. A document implies no type, so its post is a text.
        """
        if self.thread:
            return PostType.THREAD
        if self.content_type:
            return self.content_type
        if not self.media:
            return PostType.TEXT
        if len(self.media) > 1:
            return PostType.CAROUSEL
        only = media.get(self.media[0].media_id)
        return BY_KIND.get(only.kind, PostType.TEXT) if only else PostType.TEXT


BY_KIND = {MediaKind.IMAGE: PostType.IMAGE, MediaKind.VIDEO: PostType.VIDEO}


def threaded(opening: Part, further: Sequence[Part]) -> tuple[Part, tuple[Part, ...]]:
    """Return the part that opens a thread, and the parts that follow.

    The further parts are the whole thread when they begin with the content, or when there is no
    content.
    """
    if not further:
        return opening, ()
    first = further[0]
    text = opening.text.strip()
    repeats_opening = text == first.text.strip()
    nothing_before = not text and not opening.media
    if repeats_opening or nothing_before:
        media = first.media if first.media else opening.media
        return replace(first, media=media), tuple(further[1:])
    return opening, tuple(further)

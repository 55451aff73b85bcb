"""The content of a post: what a user wrote, and what each target gets of it."""

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
MAX_FILES = 40  # in all of a post: each is written to with it, and one transaction takes 100 items
MAX_ALT = 1_500
MAX_OPTION = 1_000
MAX_COMMENT = 2_200
MAX_COMMENT_DELAY = 3_600  # seconds


@frozen
class MediaRef:
    """A file where a post shows it; `alt` says what it shows to those who cannot see it."""

    media_id: str
    alt: str | None = None


@frozen
class Part:
    """What goes out at once: a text, and the files with it. A post is one; a thread has several."""

    text: str
    media: tuple[MediaRef, ...] = ()


@frozen
class Override:
    """What goes out instead; None leaves a thing as it is. `options` are a platform's own."""

    content: str | None = None
    media: tuple[MediaRef, ...] | None = None
    options: Mapping[str, object] = field(default_factory=dict)

    def applied_to(self, part: Part) -> Part:
        text = part.text if self.content is None else self.content
        return Part(text=text, media=part.media if self.media is None else self.media)

    def merged_onto(self, earlier: "Override") -> "Override":
        """Both, the later one first."""
        content = earlier.content if self.content is None else self.content
        return replace(
            earlier, content=content, media=earlier.media if self.media is None else self.media
        )


PLAIN = Override()


@frozen
class PostContent:
    """What a user wrote, and may edit. `content_type` is what they called it, if they did.

    `overrides` are per platform, by its name in uppercase. `thread` holds what follows the content, each answering the one
    before it; `first_comment_delay` is in seconds. `fixes` are what a target gets instead, by `part_id`.
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
        """Every media id in them, once."""
        instead = [each.media or () for each in (*self.overrides.values(), *self.fixes.values())]
        uses = [
            *self.media,
            *(use for part in self.thread for use in part.media),
            *(use for media in instead for use in media),
        ]
        return tuple(dict.fromkeys(use.media_id for use in uses))

    def override(self, platform: Platform) -> Override:
        return self.overrides.get(platform.upper(), PLAIN)

    def opening(self, platform: Platform) -> Part:
        """What this platform gets first."""
        return self.override(platform).applied_to(Part(text=self.content, media=self.media))

    def for_target(self, target: Target) -> list[Part]:
        """The parts this target gets, in order: one, or a thread's where its network has threads. A deletion gets none."""
        if target.kind is not Kind.POST:
            return [Part(text=self.first_comment or "")] if target.kind is Kind.COMMENT else []
        parts = [self.opening(target.platform)]
        if self.thread and NETWORKS[target.platform].capabilities.threads:
            parts += self.thread
        return [
            self.fixes.get(part_id(target, number), PLAIN).applied_to(part)
            for number, part in enumerate(parts)
        ]

    def post_type(self, media: Mapping[str, Media]) -> PostType:
        """What they called it, else what its files make of it; a document makes nothing of it."""
        if self.thread:
            return PostType.THREAD
        if self.content_type or not self.media:
            return self.content_type or PostType.TEXT
        if len(self.media) > 1:
            return PostType.CAROUSEL
        only = media.get(self.media[0].media_id)
        return BY_KIND.get(only.kind, PostType.TEXT) if only else PostType.TEXT


BY_KIND = {MediaKind.IMAGE: PostType.IMAGE, MediaKind.VIDEO: PostType.VIDEO}


def threaded(opening: Part, further: Sequence[Part]) -> tuple[Part, tuple[Part, ...]]:
    """What opens a thread, and what follows. Parts that begin with the content, or come without one, are the whole thread."""
    said = opening.text.strip()
    if further and (said == further[0].text.strip() or not (said or opening.media)):
        return replace(further[0], media=further[0].media or opening.media), tuple(further[1:])
    return opening, tuple(further)

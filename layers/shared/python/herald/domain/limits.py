"""What each network accepts, as data: one row per limit, with its unit, its weight and where it was read.

A row without a note was read in the vendor's own text; `secondary` says that the vendor names none and other tools agree on one.
Where sources disagree, the stricter one warns and the wider one refuses.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.content import PostType
from herald.domain.counting import Unit
from herald.domain.media import MB, ContentType

VERIFIED = date(2026, 11, 21)
GB = 1024 * MB


class Subject(StrEnum):
    """What a rule is about. An image, GIF, video or document is each one of a post; media are all of them."""

    TEXT = "text"
    HASHTAGS = "hashtags"
    MENTIONS = "mentions"
    CASHTAGS = "cashtags"
    TITLE = "title"
    BOARD = "board_id"
    MEDIA = "media"
    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    DOCUMENT = "document"


class Measure(StrEnum):
    """How media are measured, and what is counted rather than long."""

    COUNT = "count"
    KINDS = "kinds"
    CONTENT_TYPE = "content_type"
    BYTES = "bytes"
    WIDTH = "width"
    HEIGHT = "height"
    PIXELS = "pixels"
    RATIO = "ratio"
    SECONDS = "seconds"


class Bound(StrEnum):
    MOST = "most"
    LEAST = "least"
    AMONG = "among"
    WITHOUT = "without"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


MEDIA_KINDS = frozenset({Subject.IMAGE, Subject.GIF, Subject.VIDEO, Subject.DOCUMENT})
FEED = frozenset(PostType) - {PostType.STORY, PostType.REEL}


class Rule(NamedTuple):
    """One limit. It holds for the post types in `when`, all when empty, and with media of the kind `having`, if one is named.

    `key` names the limit of an account that takes this one's place.
    """

    id: str
    subject: Subject
    unit: Unit | Measure
    bound: Bound
    value: float | frozenset[str]
    severity: Severity
    source: str
    verified: date = VERIFIED
    key: str | None = None
    when: frozenset[PostType] = frozenset()
    having: Subject | None = None
    unless: Subject | None = None

    @property
    def number(self) -> float:
        """The value of a rule that bounds. Raises TypeError for one that lists."""
        if isinstance(self.value, frozenset):
            raise TypeError(f"{self.id} is a list")
        return self.value


class Network(NamedTuple):
    """All about one, through its API."""

    name: str
    rules: tuple[Rule, ...]
    post_types: frozenset[PostType] = FEED - {PostType.THREAD}
    imports: bool = True

    def kind(self, content_type: ContentType) -> Subject:
        """What a file counts as; a GIF is an image unless the network has rules for it."""
        if content_type is ContentType.PDF:
            return Subject.DOCUMENT
        if content_type.startswith("video/"):
            return Subject.VIDEO
        own = content_type is ContentType.GIF and any(rule.subject is Subject.GIF for rule in self.rules)
        return Subject.GIF if own else Subject.IMAGE


def rule(
    name: str,
    subject: Subject,
    unit: Unit | Measure,
    value: float | frozenset[str],
    source: str,
    *,
    bound: Bound,
    key: str | None = None,
    when: Iterable[PostType] = (),
    having: Subject | None = None,
    unless: Subject | None = None,
    warn: bool = False,
) -> Rule:
    return Rule(
        id=name,
        subject=subject,
        unit=unit,
        bound=bound,
        value=value,
        severity=Severity.WARNING if warn else Severity.ERROR,
        source=source,
        key=key,
        when=frozenset(when),
        having=having,
        unless=unless,
    )


most, least, among, without = (partial(rule, bound=bound) for bound in Bound)


def types(platform: str, source: str, *accepted: ContentType) -> Rule:
    return among(f"{platform}.media.types", MEDIA, Measure.CONTENT_TYPE, frozenset(accepted), source)


JPEG, PNG, GIF, WEBP = ContentType.JPEG, ContentType.PNG, ContentType.GIF, ContentType.WEBP
MP4, MOV, WEBM, PDF = ContentType.MP4, ContentType.QUICKTIME, ContentType.WEBM, ContentType.PDF
CAROUSEL, STORY, REEL = PostType.CAROUSEL, PostType.STORY, PostType.REEL
TEXT, TITLE, MEDIA, IMAGE, VIDEO = Subject.TEXT, Subject.TITLE, Subject.MEDIA, Subject.IMAGE, Subject.VIDEO
COUNT, KINDS, BYTES, WIDTH, HEIGHT = Measure.COUNT, Measure.KINDS, Measure.BYTES, Measure.WIDTH, Measure.HEIGHT
PIXELS, RATIO, SECONDS = Measure.PIXELS, Measure.RATIO, Measure.SECONDS

X_TEXT, X_MEDIA, X_RULES = "twitter-text configuration v3", "X API: media best practices", "X API: create post, self-serve tiers"
INSTAGRAM, SHARED_FIVE = "Instagram Graph API: content publishing", "Instagram's announcement of 2025-12-18"
FACEBOOK, REELS = "secondary: open-source schedulers; Meta names none", "Facebook Graph API: Reels publishing"
THREADS, LINKEDIN = "Threads API: posts", "LinkedIn Posts, Images, Videos and Documents API"
LINKEDIN_TEXT = "secondary: LinkedIn names no number"
YOUTUBE, YOUTUBE_HELP = "YouTube Data API v3: videos", "secondary: YouTube's help pages"
TIKTOK, PINTEREST = "TikTok Content Posting API", "Pinterest OpenAPI 5.23.0"
PINTEREST_MEDIA = "secondary: open-source schedulers"
BLUESKY, BLUESKY_VIDEO = "lexicons app.bsky.feed.post, app.bsky.embed.*", "secondary: Bluesky's client"
BLUESKY_SERVERS = "measured: a PDS 0.4.217 takes no more"
MASTODON = "Mastodon 4: instance configuration, defaults"


NETWORKS: Mapping[Platform, Network] = {
    Platform.TWITTER: Network(
        name="Twitter",
        post_types=FEED,
        rules=(
            most("twitter.text", TEXT, Unit.WEIGHTED, 280, X_TEXT, key="max_text"),
            most("twitter.cashtags", Subject.CASHTAGS, COUNT, 1, X_RULES),
            most("twitter.media.kinds", MEDIA, KINDS, 1, X_MEDIA),
            most("twitter.image.count", IMAGE, COUNT, 4, X_MEDIA),
            most("twitter.gif.count", Subject.GIF, COUNT, 1, X_MEDIA),
            most("twitter.video.count", VIDEO, COUNT, 1, X_MEDIA),
            types("twitter", X_MEDIA, JPEG, PNG, WEBP, GIF, MP4, MOV),
            most("twitter.image.bytes", IMAGE, BYTES, 5 * MB, X_MEDIA),
            most("twitter.gif.bytes", Subject.GIF, BYTES, 15 * MB, X_MEDIA),
            most("twitter.gif.width", Subject.GIF, WIDTH, 1_280, X_MEDIA),
            most("twitter.gif.height", Subject.GIF, HEIGHT, 1_080, X_MEDIA),
            most("twitter.video.bytes", VIDEO, BYTES, 512 * MB, X_MEDIA, key="max_video_bytes"),
            least("twitter.video.seconds.min", VIDEO, SECONDS, 0.5, X_MEDIA),
            most("twitter.video.seconds", VIDEO, SECONDS, 140, X_MEDIA, key="max_video_seconds"),
            least("twitter.video.width.min", VIDEO, WIDTH, 32, X_MEDIA),
            least("twitter.video.height.min", VIDEO, HEIGHT, 32, X_MEDIA),
            most("twitter.video.width", VIDEO, WIDTH, 1_280, X_MEDIA, warn=True),  # larger is taken and scaled in practice
            most("twitter.video.height", VIDEO, HEIGHT, 1_280, X_MEDIA, warn=True),
            least("twitter.video.ratio.min", VIDEO, RATIO, 1 / 3, X_MEDIA),
            most("twitter.video.ratio", VIDEO, RATIO, 3, X_MEDIA),
        ),
    ),
    Platform.INSTAGRAM: Network(
        name="Instagram",
        post_types=frozenset(PostType) - {PostType.TEXT, PostType.THREAD},
        rules=(
            most("instagram.caption", TEXT, Unit.CHARACTERS, 2_200, INSTAGRAM),
            most("instagram.hashtags.recommended", Subject.HASHTAGS, COUNT, 5, SHARED_FIVE, warn=True),
            most("instagram.hashtags", Subject.HASHTAGS, COUNT, 30, INSTAGRAM),
            most("instagram.mentions", Subject.MENTIONS, COUNT, 20, INSTAGRAM),
            least("instagram.media.required", MEDIA, COUNT, 1, INSTAGRAM),
            most("instagram.media.count", MEDIA, COUNT, 10, INSTAGRAM),
            least("instagram.carousel.count", MEDIA, COUNT, 2, INSTAGRAM, when=[CAROUSEL]),
            most("instagram.story.count", MEDIA, COUNT, 1, INSTAGRAM, when=[STORY, REEL]),
            least("instagram.reel.video", VIDEO, COUNT, 1, INSTAGRAM, when=[REEL]),
            types("instagram", INSTAGRAM, JPEG, MP4, MOV),
            most("instagram.image.bytes", IMAGE, BYTES, 8 * MB, INSTAGRAM),
            least("instagram.image.ratio.min", IMAGE, RATIO, 0.8, INSTAGRAM, when=FEED),
            most("instagram.image.ratio", IMAGE, RATIO, 1.91, INSTAGRAM, when=FEED),
            least("instagram.image.width.min", IMAGE, WIDTH, 320, INSTAGRAM, warn=True),  # scaled up
            most("instagram.image.width", IMAGE, WIDTH, 1_440, INSTAGRAM, warn=True),  # scaled down
            most("instagram.video.bytes", VIDEO, BYTES, 300 * MB, INSTAGRAM, when=FEED | {REEL}),
            most("instagram.story.bytes", VIDEO, BYTES, 100 * MB, INSTAGRAM, when=[STORY]),
            least("instagram.video.seconds.min", VIDEO, SECONDS, 3, INSTAGRAM),
            most("instagram.video.seconds", VIDEO, SECONDS, 900, INSTAGRAM, when=FEED | {REEL}),
            most("instagram.story.seconds", VIDEO, SECONDS, 60, INSTAGRAM, when=[STORY]),
            most("instagram.video.width", VIDEO, WIDTH, 1_920, INSTAGRAM),
            least("instagram.video.ratio.min", VIDEO, RATIO, 0.01, INSTAGRAM),
            most("instagram.video.ratio", VIDEO, RATIO, 10, INSTAGRAM),
        ),
    ),
    Platform.FACEBOOK: Network(
        name="Facebook",
        post_types=frozenset(PostType) - {PostType.THREAD},
        rules=(
            most("facebook.message", TEXT, Unit.CHARACTERS, 63_206, FACEBOOK),
            most("facebook.media.kinds", MEDIA, KINDS, 1, FACEBOOK),
            most("facebook.image.count", IMAGE, COUNT, 10, FACEBOOK),
            most("facebook.video.count", VIDEO, COUNT, 1, FACEBOOK),
            most("facebook.story.count", MEDIA, COUNT, 1, REELS, when=[STORY, REEL]),
            least("facebook.story.required", MEDIA, COUNT, 1, REELS, when=[STORY]),
            least("facebook.reel.video", VIDEO, COUNT, 1, REELS, when=[REEL]),
            types("facebook", "Facebook Graph API: error 1366046", JPEG, PNG, GIF, WEBP, MP4, MOV),
            most("facebook.image.bytes.recommended", IMAGE, BYTES, 4 * MB, "Facebook Graph API: error 1366046", warn=True),
            most("facebook.image.bytes", IMAGE, BYTES, 10 * MB, FACEBOOK),
            least("facebook.reel.seconds.min", VIDEO, SECONDS, 3, REELS, when=[REEL]),
            most("facebook.reel.seconds", VIDEO, SECONDS, 90, REELS, when=[REEL]),
            most("facebook.story.seconds", VIDEO, SECONDS, 60, REELS, when=[STORY]),
            least("facebook.reel.width.min", VIDEO, WIDTH, 540, REELS, when=[REEL]),
            least("facebook.reel.height.min", VIDEO, HEIGHT, 960, REELS, when=[REEL]),
        ),
    ),
    Platform.THREADS: Network(
        name="Threads",
        post_types=FEED,
        rules=(
            most("threads.text", TEXT, Unit.EMOJI_AS_BYTES, 500, THREADS),
            most("threads.hashtags", Subject.HASHTAGS, COUNT, 1, THREADS, warn=True),
            most("threads.media.count", MEDIA, COUNT, 20, THREADS),
            least("threads.carousel.count", MEDIA, COUNT, 2, THREADS, when=[CAROUSEL]),
            types("threads", THREADS, JPEG, PNG, MP4, MOV),
            most("threads.image.bytes", IMAGE, BYTES, 8 * MB, THREADS),
            least("threads.image.width.min", IMAGE, WIDTH, 320, THREADS, warn=True),  # scaled up
            most("threads.image.width", IMAGE, WIDTH, 1_440, THREADS, warn=True),  # scaled down
            most("threads.image.ratio", IMAGE, RATIO, 10, THREADS),
            most("threads.video.bytes", VIDEO, BYTES, GB, THREADS),
            most("threads.video.seconds", VIDEO, SECONDS, 300, THREADS),
        ),
    ),
    Platform.LINKEDIN: Network(
        name="LinkedIn",
        imports=False,
        rules=(
            most("linkedin.commentary", TEXT, Unit.CHARACTERS, 3_000, LINKEDIN_TEXT),
            most("linkedin.media.kinds", MEDIA, KINDS, 1, LINKEDIN),
            most("linkedin.image.count", IMAGE, COUNT, 20, LINKEDIN),
            most("linkedin.video.count", VIDEO, COUNT, 1, LINKEDIN),
            most("linkedin.document.count", Subject.DOCUMENT, COUNT, 1, LINKEDIN),
            least("linkedin.carousel.count", MEDIA, COUNT, 2, LINKEDIN, when=[CAROUSEL]),
            types("linkedin", LINKEDIN, JPEG, PNG, GIF, MP4, PDF),
            most("linkedin.image.pixels", IMAGE, PIXELS, 36_152_319, LINKEDIN),
            least("linkedin.video.bytes.min", VIDEO, BYTES, 75 * 1024, LINKEDIN),
            most("linkedin.video.bytes", VIDEO, BYTES, 500 * MB, LINKEDIN),
            least("linkedin.video.seconds.min", VIDEO, SECONDS, 3, LINKEDIN),
            most("linkedin.video.seconds", VIDEO, SECONDS, 1_800, LINKEDIN),
            least("linkedin.video.ratio.min", VIDEO, RATIO, 1 / 2.4, LINKEDIN),
            most("linkedin.video.ratio", VIDEO, RATIO, 2.4, LINKEDIN),
            most("linkedin.document.bytes", Subject.DOCUMENT, BYTES, 100 * MB, LINKEDIN),
        ),
    ),
    Platform.YOUTUBE: Network(
        name="YouTube",
        post_types=frozenset({PostType.VIDEO, REEL}),
        rules=(
            most("youtube.description", TEXT, Unit.BYTES, 5_000, YOUTUBE),
            without("youtube.description.characters", TEXT, Unit.CHARACTERS, frozenset("<>"), YOUTUBE),
            least("youtube.title.required", TITLE, Unit.CHARACTERS, 1, YOUTUBE),
            most("youtube.title", TITLE, Unit.CHARACTERS, 100, YOUTUBE),
            without("youtube.title.characters", TITLE, Unit.CHARACTERS, frozenset("<>"), YOUTUBE),
            least("youtube.media.required", MEDIA, COUNT, 1, YOUTUBE),
            most("youtube.media.count", MEDIA, COUNT, 1, YOUTUBE),
            types("youtube", YOUTUBE, MP4, MOV, WEBM, ContentType.AVI),
            most("youtube.video.bytes", VIDEO, BYTES, 256 * GB, YOUTUBE),
            most("youtube.video.seconds.unverified", VIDEO, SECONDS, 900, YOUTUBE_HELP, warn=True),
            most("youtube.video.seconds", VIDEO, SECONDS, 43_200, YOUTUBE),
            most("youtube.shorts.seconds", VIDEO, SECONDS, 180, YOUTUBE_HELP, when=[REEL]),
            most("youtube.shorts.ratio", VIDEO, RATIO, 1, YOUTUBE_HELP, when=[REEL]),
        ),
    ),
    Platform.TIKTOK: Network(
        name="TikTok",
        post_types=FEED - {PostType.TEXT, PostType.THREAD},
        rules=(
            most("tiktok.title", TEXT, Unit.UTF16_UNITS, 2_200, TIKTOK, unless=IMAGE),
            most("tiktok.description", TEXT, Unit.UTF16_UNITS, 4_000, TIKTOK, having=IMAGE),
            most("tiktok.photo_title", TITLE, Unit.UTF16_UNITS, 90, TIKTOK, having=IMAGE),
            least("tiktok.media.required", MEDIA, COUNT, 1, TIKTOK),
            most("tiktok.media.kinds", MEDIA, KINDS, 1, TIKTOK),
            most("tiktok.image.count", IMAGE, COUNT, 35, TIKTOK),
            most("tiktok.video.count", VIDEO, COUNT, 1, TIKTOK),
            types("tiktok", TIKTOK, JPEG, WEBP, MP4, MOV, WEBM),
            most("tiktok.image.bytes", IMAGE, BYTES, 20 * MB, TIKTOK),
            most("tiktok.video.bytes", VIDEO, BYTES, 4 * GB, TIKTOK),
            least("tiktok.video.width.min", VIDEO, WIDTH, 360, TIKTOK),
            most("tiktok.video.width", VIDEO, WIDTH, 4_096, TIKTOK),
            least("tiktok.video.height.min", VIDEO, HEIGHT, 360, TIKTOK),
            most("tiktok.video.height", VIDEO, HEIGHT, 4_096, TIKTOK),
            least("tiktok.video.seconds.min", VIDEO, SECONDS, 3, TIKTOK),
            most("tiktok.video.seconds", VIDEO, SECONDS, 600, TIKTOK, key="max_video_seconds"),
        ),
    ),
    Platform.PINTEREST: Network(
        name="Pinterest",
        post_types=FEED - {PostType.TEXT, PostType.THREAD},
        rules=(
            most("pinterest.description", TEXT, Unit.CHARACTERS, 800, PINTEREST),
            most("pinterest.title", TITLE, Unit.CHARACTERS, 100, PINTEREST),
            least("pinterest.board", Subject.BOARD, Unit.CHARACTERS, 1, PINTEREST),
            least("pinterest.media.required", MEDIA, COUNT, 1, PINTEREST),
            most("pinterest.media.kinds", MEDIA, KINDS, 1, PINTEREST),
            most("pinterest.image.count", IMAGE, COUNT, 5, PINTEREST),
            most("pinterest.video.count", VIDEO, COUNT, 1, PINTEREST),
            least("pinterest.carousel.count", MEDIA, COUNT, 2, PINTEREST, when=[CAROUSEL]),
            types("pinterest", PINTEREST, JPEG, PNG, GIF, WEBP, MP4, MOV),
            most("pinterest.image.bytes", IMAGE, BYTES, 20 * MB, PINTEREST_MEDIA),
            most("pinterest.video.bytes", VIDEO, BYTES, 2 * GB, PINTEREST_MEDIA),
            least("pinterest.video.seconds.min", VIDEO, SECONDS, 4, PINTEREST_MEDIA),
            most("pinterest.video.seconds", VIDEO, SECONDS, 900, PINTEREST_MEDIA),
            least("pinterest.video.ratio.min", VIDEO, RATIO, 0.5, PINTEREST_MEDIA),
            most("pinterest.video.ratio", VIDEO, RATIO, 1.91, PINTEREST_MEDIA),
        ),
    ),
    Platform.BLUESKY: Network(
        name="Bluesky",
        post_types=FEED,
        rules=(
            most("bluesky.graphemes", TEXT, Unit.GRAPHEMES, 300, BLUESKY),
            most("bluesky.bytes", TEXT, Unit.BYTES, 3_000, BLUESKY),
            most("bluesky.media.kinds", MEDIA, KINDS, 1, BLUESKY),
            most("bluesky.image.count", IMAGE, COUNT, 4, BLUESKY),
            most("bluesky.video.count", VIDEO, COUNT, 1, BLUESKY),
            types("bluesky", BLUESKY, JPEG, PNG, GIF, WEBP, MP4),
            most("bluesky.image.bytes.recommended", IMAGE, BYTES, 1_000_000, BLUESKY_SERVERS, warn=True),
            most("bluesky.image.bytes", IMAGE, BYTES, 2_000_000, BLUESKY),
            most("bluesky.video.bytes", VIDEO, BYTES, 300_000_000, BLUESKY),
            most("bluesky.video.seconds", VIDEO, SECONDS, 180, BLUESKY_VIDEO),
        ),
    ),
    Platform.MASTODON: Network(
        name="Mastodon",
        post_types=FEED,
        rules=(
            most("mastodon.text", TEXT, Unit.GRAPHEMES_URL_23, 500, MASTODON, key="max_text"),
            most("mastodon.media.kinds", MEDIA, KINDS, 1, MASTODON),
            most("mastodon.media.count", MEDIA, COUNT, 4, MASTODON, key="max_media"),
            most("mastodon.video.count", VIDEO, COUNT, 1, MASTODON),
            types("mastodon", MASTODON, JPEG, PNG, GIF, WEBP, MP4, MOV, WEBM),
            most("mastodon.image.bytes", IMAGE, BYTES, 16_777_216, MASTODON, key="max_image_bytes"),
            most("mastodon.image.pixels", IMAGE, PIXELS, 33_177_600, MASTODON, key="max_image_pixels"),
            most("mastodon.video.bytes", VIDEO, BYTES, 103_809_024, MASTODON, key="max_video_bytes"),
            most("mastodon.video.pixels", VIDEO, PIXELS, 8_294_400, MASTODON, key="max_video_pixels"),
        ),
    ),
    Platform.SANDBOX: Network(
        name="Sandbox",
        post_types=frozenset(PostType),
        rules=(most("sandbox.text", TEXT, Unit.CHARACTERS, 10_000, "herald: the longest content of a post"),),
    ),
}

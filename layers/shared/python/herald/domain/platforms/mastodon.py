"""Mastodon."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    FEED,
    GIF,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MOV,
    MP4,
    PIXELS,
    PNG,
    TEXT,
    VIDEO,
    WEBM,
    WEBP,
    Source,
    most,
    types,
)
from herald.domain.platforms.facts import Capabilities, ConnectField, Network, Option, OptionType

MASTODON = Source(
    "Mastodon 4: instance configuration, defaults",
    "https://docs.joinmastodon.org/entities/Instance/",
    date(2026, 11, 21),
)
STATUSES = Source(
    "Mastodon API: create a status",
    "https://docs.joinmastodon.org/methods/statuses/#create",
    date(2026, 11, 27),
)

NETWORK = Network(
    name="Mastodon",
    post_types=FEED,
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    connect=(
        ConnectField(
            name="instance_url",
            required=True,
            secret=False,
            description="the instance.",
            example="https://mastodon.social",
        ),
        ConnectField(
            name="access_token",
            required=False,
            secret=True,
            description=(
                "a token with the scopes profile, read:statuses, write:statuses and write:media. "
                "Without it, the user is asked for consent."
            ),
            example=None,
        ),
    ),
    options=(
        Option(
            name="visibility",
            type=OptionType.STRING,
            choices=("public", "unlisted", "private"),
            pattern=None,
            most=None,
            counts=False,
            description=(
                "Who sees it: everybody, everybody but not in the public timelines, "
                "or followers alone."
            ),
            source=STATUSES,
        ),
        Option(
            name="spoiler_text",
            type=OptionType.STRING,
            choices=(),
            pattern=None,
            most=500,
            counts=True,
            description="A warning that is shown in place of the text until a reader opens it.",
            source=STATUSES,
        ),
        Option(
            name="sensitive",
            type=OptionType.BOOLEAN,
            choices=(),
            pattern=None,
            most=None,
            counts=False,
            description="Whether its files are hidden until a reader opens them.",
            source=STATUSES,
        ),
        Option(
            name="language",
            type=OptionType.STRING,
            choices=(),
            pattern="^[a-z]{2,3}(-[A-Za-z]{2,4})?$",
            most=8,
            counts=False,
            description="The language of the text, by its code in ISO 639.",
            source=STATUSES,
        ),
    ),
    advice=(),
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
)

"""Bluesky."""

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
    MP4,
    PNG,
    SECONDS,
    TEXT,
    VIDEO,
    WEBP,
    Source,
    most,
    types,
)
from herald.domain.platforms.facts import Capabilities, ConnectField, Network, Option, OptionType

BLUESKY = Source(
    "lexicons app.bsky.feed.post, app.bsky.embed.*",
    "https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky",
    date(2026, 11, 21),
)
BLUESKY_VIDEO = Source(
    "secondary: Bluesky's client",
    "https://github.com/bluesky-social/social-app",
    date(2026, 11, 21),
)
BLUESKY_SERVERS = Source(
    "measured: a PDS 0.4.217 takes no more",
    "https://github.com/bluesky-social/atproto/tree/main/packages/pds",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Bluesky",
    post_types=FEED,
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    connect=(
        ConnectField(
            name="identifier",
            required=True,
            secret=False,
            description="the handle or the DID.",
            example="brand.bsky.social",
        ),
        ConnectField(
            name="app_password",
            required=True,
            secret=True,
            description="an app password, not the account's own.",
            example=None,
        ),
        ConnectField(
            name="instance_url",
            required=False,
            secret=False,
            description="a server of one's own.",
            example="https://pds.example.com",
        ),
    ),
    options=(
        Option(
            name="languages",
            type=OptionType.ARRAY,
            choices=(),
            pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            most=3,
            counts=False,
            description="The languages of the text, by their codes in BCP 47.",
            source=BLUESKY,
        ),
    ),
    advice=(),
    rules=(
        most("bluesky.graphemes", TEXT, Unit.GRAPHEMES, 300, BLUESKY),
        most("bluesky.bytes", TEXT, Unit.BYTES, 3_000, BLUESKY),
        most("bluesky.media.kinds", MEDIA, KINDS, 1, BLUESKY),
        most("bluesky.image.count", IMAGE, COUNT, 4, BLUESKY),
        most("bluesky.video.count", VIDEO, COUNT, 1, BLUESKY),
        types("bluesky", BLUESKY, JPEG, PNG, GIF, WEBP, MP4),
        most(
            "bluesky.image.bytes.recommended", IMAGE, BYTES, 1_000_000, BLUESKY_SERVERS, warn=True
        ),
        most("bluesky.image.bytes", IMAGE, BYTES, 2_000_000, BLUESKY),
        most("bluesky.video.bytes", VIDEO, BYTES, 300_000_000, BLUESKY),
        most("bluesky.video.seconds", VIDEO, SECONDS, 180, BLUESKY_VIDEO),
    ),
)

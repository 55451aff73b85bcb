"""A post as it lies in a repository."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from herald.domain.accounts import Account
from herald.domain.errors import MediaError
from herald.domain.outcomes import Published
from herald.platforms.bluesky.facets import facets
from herald.platforms.bluesky.session import APP
from herald.platforms.protocol import Attached, Publication

COLLECTION = "app.bsky.feed.post"
TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_IMAGES = 4


def record(draft: Publication, handle: Mapping[str, str]) -> dict[str, object]:
    """The post as it lies in the repository: a pure function, so that a repeated write is the same to the byte.

    It names the languages that the user named: a guess would be part of what must never change.
    """
    marked = facets(draft.text, json.loads(handle["mentions"]))
    base: dict[str, object] = {
        "$type": COLLECTION,
        "text": draft.text,
        "createdAt": handle["createdAt"],
    }
    base |= {"langs": draft.options["languages"]} if draft.options.get("languages") else {}
    base |= {"reply": json.loads(handle["reply"])} if "reply" in handle else {}
    base |= {"embed": embed(draft, json.loads(handle["blobs"]))} if draft.media else {}
    return {**base, "facets": marked} if marked else base


def embed(draft: Publication, blobs: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Up to four images, or one video, each with its words and its shape."""
    shown = [{**blob, "alt": each.alt or ""} for each, blob in zip(draft.media, blobs, strict=True)]
    if is_video(draft.media[0]):
        [video] = shown
        return {"$type": "app.bsky.embed.video", "video": video.pop("blob"), **video}
    return {
        "$type": "app.bsky.embed.images",
        "images": [{"image": each.pop("blob"), **each} for each in shown],
    }


def refuse_mixture(draft: Publication) -> None:
    """Raises MediaError for what no record can hold."""
    if len(draft.media) > (1 if any(map(is_video, draft.media)) else MAX_IMAGES):
        raise MediaError(f"Bluesky takes up to {MAX_IMAGES} images or one video in a post.")


def is_video(attached: Attached) -> bool:
    return attached.media.content_type.startswith("video/")


def published_record(account: Account, handle: Mapping[str, str]) -> Published:
    profile = account.username if account.username != "handle.invalid" else account.remote_id
    return Published(
        platform_post_id=f"at://{account.remote_id}/{COLLECTION}/{handle['rkey']}",
        url=f"{APP}/{profile}/post/{handle['rkey']}",
    )


def parts_of(uri: str) -> list[str]:
    """Repository, collection and key of a record's address."""
    return uri.removeprefix("at://").split("/")


def tid(at: datetime, seed: str) -> str:
    """A record key: 53 bits of microseconds and 10 of a clock's name. What tells apart one millisecond's is the seed's."""
    spread = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (1000 << 10)
    number = ((at - EPOCH) // timedelta(milliseconds=1) * 1000 << 10) + spread
    return "".join(TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))

"""A post as a record in a repository."""

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


def record(publication: Publication, handle: Mapping[str, str]) -> dict[str, object]:
    """Return the post as its record in the repository.

    The function is pure, so that a repeated write has the same bytes. The languages are those that
    the user chose, because a guess could change later, and the record must not.
    """
    post: dict[str, object] = {
        "$type": COLLECTION,
        "text": publication.text,
        "createdAt": handle["createdAt"],
    }
    if publication.options.get("languages"):
        post["langs"] = publication.options["languages"]
    if "reply" in handle:
        post["reply"] = json.loads(handle["reply"])
    if publication.media:
        post["embed"] = embed(publication, json.loads(handle["blobs"]))
    marked = facets(publication.text, json.loads(handle["mentions"]))
    if marked:
        post["facets"] = marked
    return post


def embed(publication: Publication, blobs: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return up to four images, or one video, each with its alternative text and dimensions."""
    files = []
    for attached, blob in zip(publication.media, blobs, strict=True):
        files.append({**blob, "alt": attached.alt if attached.alt else ""})
    if is_video(publication.media[0]):
        [video] = files
        return {"$type": "app.bsky.embed.video", "video": video.pop("blob"), **video}
    images = [{"image": image.pop("blob"), **image} for image in files]
    return {"$type": "app.bsky.embed.images", "images": images}


def refuse_mixture(publication: Publication) -> None:
    """Raise MediaError for files that no record can hold together."""
    most = 1 if any(map(is_video, publication.media)) else MAX_IMAGES
    if len(publication.media) > most:
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
    """Return repository, collection and key from the address of a record."""
    return uri.removeprefix("at://").split("/")


def tid(at: datetime, seed: str) -> str:
    """Return a record key: 53 bits of microseconds and 10 bits of a clock's id.

    All bits below a millisecond come from the seed. They distinguish keys of the same millisecond.
    """
    spread = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (1000 << 10)
    number = ((at - EPOCH) // timedelta(milliseconds=1) * 1000 << 10) + spread
    return "".join(TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))

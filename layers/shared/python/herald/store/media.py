"""Media in the table, and the keys of their objects in the bucket."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from herald.aws.dynamodb import Attr, Item, Key, Put, Table, TransactionConflict, Update
from herald.domain.accounts import Mode, Owner
from herald.domain.events import Event
from herald.domain.idempotency import Answered, Once
from herald.domain.media import ContentType, Dimensions, Finding, Media, MediaStatus, Source
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.once import answer_put, raise_answered

OBJECT = re.compile(r"media/(ws_[0-9a-z]{24})/(live|test)/(media_[0-9a-z]{24})\Z")


def object_key(media_id: str, owner: Owner) -> str:
    """Where in the bucket the file lies; names its row too."""
    return f"media/{owner.workspace_id}/{owner.mode}/{media_id}"


def named_by(key: str) -> tuple[str, Owner] | None:
    """Which media of whom the object is; None for an object that is no upload."""
    found = OBJECT.match(key)
    return (found[3], Owner(found[1], Mode(found[2]))) if found else None


@frozen
class MediaPage:
    """`last` is the id of the last one read, where the next page starts."""

    media: Sequence[Media]
    more: bool
    last: str | None


class MediaStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def create(self, media: Media, *, once: Once | None, answer: Answered | None) -> None:
        """One call. Raises AlreadyAnswered, IdempotencyConflictError, or ConflictError: an equal request is in the air."""
        put = Put(item=media_row(media), condition=Attr("pk").not_exists())
        if once is None or answer is None:
            self.table.put(put)
            return
        try:
            self.table.transact([put, answer_put(media.owner, once, answer, media.created_at)])
        except TransactionConflict as conflict:
            raise_answered(conflict, once)

    def load(self, media_id: str, owner: Owner) -> Media | None:
        row = self.table.get(keys.owned(owner, "MEDIA", media_id))
        return media_of(row) if row else None

    def get_many(self, owner: Owner, media_ids: Iterable[str]) -> dict[str, Media]:
        """Those that exist, by id. One call."""
        found = self.table.get_many(keys.owned(owner, "MEDIA", media_id) for media_id in media_ids)
        return {media.id: media for media in map(media_of, found.values())}

    def page(self, owner: Owner, *, before: str | None, limit: int) -> MediaPage:
        """Newest first: media with an id below `before`. One call."""
        pk, prefix = keys.owned(owner, "MEDIA", "")
        start = keys.owned(owner, "MEDIA", before) if before else None
        page = self.table.query(Key("pk").eq(pk) & Key("sk").begins_with(prefix), limit=limit, forward=False, start=start)
        media = [media_of(row) for row in page.items]
        return MediaPage(media=media, more=page.more, last=media[-1].id if media else None)

    def extend(self, media: Media, until: datetime) -> None:
        """Give its upload until then. Raises Conflict when it is no longer pending."""
        key, pending = keys.owned(media.owner, "MEDIA", media.id), Attr("status").eq(MediaStatus.PENDING)
        self.table.update(Update(key=key, values={"expires_at": rows.seconds(until)}, condition=pending))

    def settle(self, media: Media, *, events: Iterable[Event]) -> None:
        """Record what became of a pending upload, with what it caused. Raises Conflict when it is no longer pending."""
        values = settled_values(media) | {"expires_at": None, "events": rows.dumped(events)}
        key, pending = keys.owned(media.owner, "MEDIA", media.id), Attr("status").eq(MediaStatus.PENDING)
        self.table.update(Update(key=key, values=values, condition=pending))

    def delete(self, media_id: str, owner: Owner) -> bool:
        """False when nothing was there."""
        return self.table.delete(keys.owned(owner, "MEDIA", media_id))


def media_row(media: Media) -> Item:
    pk, sk = keys.owned(media.owner, "MEDIA", media.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(media.owner),
        "filename": media.filename,
        "content_type": media.content_type,
        "source": media.source,
        "created_at": rows.text(media.created_at),
        "expires_at": rows.seconds(media.expires_at) if media.expires_at else None,
        **settled_values(media),
    }


def settled_values(media: Media) -> Item:
    """What the arrival of the file decides."""
    return {
        "status": media.status,
        "size_bytes": media.size_bytes,
        "dimensions": media.dimensions and media.dimensions._asdict(),
        "duration_seconds": None if media.duration_seconds is None else Decimal(str(media.duration_seconds)),
        "findings": [{"code": each.code, "message": each.message} for each in media.findings] or None,
        "updated_at": rows.text(media.updated_at),
    }


def media_of(row: Item) -> Media:
    return Media(
        id=row["sk"].removeprefix("MEDIA#"),
        owner=rows.owner(row),
        filename=row["filename"],
        content_type=ContentType(row["content_type"]),
        size_bytes=row["size_bytes"],
        status=MediaStatus(row["status"]),
        dimensions=Dimensions(**row["dimensions"]) if "dimensions" in row else None,
        duration_seconds=float(row["duration_seconds"]) if "duration_seconds" in row else None,
        findings=tuple(Finding(**each) for each in row.get("findings", ())),
        source=Source(row["source"]),
        created_at=rows.must_time(row, "created_at"),
        updated_at=rows.must_time(row, "updated_at"),
        expires_at=rows.from_seconds(row["expires_at"]) if "expires_at" in row else None,
    )

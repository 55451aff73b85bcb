"""Media in the table, and the keys of their objects in the bucket."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from herald.aws.dynamodb import Attr, Conflict, Item, Key, Put, Table, TransactionConflict, Update
from herald.domain.events import Event
from herald.domain.idempotency import IdempotencyKey, StoredResponse
from herald.domain.media import ContentType, Dimensions, Finding, Media, MediaStatus, Source
from herald.domain.owners import Mode, Owner
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.event_rows import dumped
from herald.store.idempotency import raise_replay, raise_stored, response_puts, transact
from herald.store.paging import all_items

FEW = 8  # posts that a media's row names itself: it stays within a kilobyte
UPLOAD = re.compile(r"uploads/(ws_[0-9a-z]{24})/(live|test)/(media_[0-9a-z]{24})\Z")


def upload_key(media_id: str, owner: Owner) -> str:
    """Where in the bucket an upload arrives; names its row too. A URL given out may be used until it expires."""
    return f"uploads/{owner.workspace_id}/{owner.mode}/{media_id}"


def file_key(media: Media) -> str:
    """Where the result lies, which no upload can reach, and no other attempt."""
    return f"media/{media.owner.workspace_id}/{media.owner.mode}/{media.id}/{media.attempts}"


def thumbnail_key(media: Media) -> str:
    return f"thumbnails/{media.owner.workspace_id}/{media.owner.mode}/{media.id}/{media.attempts}"


def rendition_key(media: Media, name: str) -> str:
    """Where a picture lies that was made of the result, within the bounds of that name."""
    return f"renditions/{media.owner.workspace_id}/{media.owner.mode}/{media.id}/{media.attempts}/{name}"


def made_keys(media: Media, attempts: Iterable[int]) -> list[str]:
    """All that those attempts may have made."""
    made = [replace(media, attempts=attempt) for attempt in attempts]
    return [key(each) for each in made for key in (file_key, thumbnail_key)]


def media_of_key(key: str) -> tuple[str, Owner] | None:
    """Which media of whom the object is; None for an object that is no upload."""
    found = UPLOAD.match(key)
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

    def create(self, media: Media, *, response: StoredResponse | None) -> None:
        """One call. Raises IdempotentReplay, IdempotencyConflictError, or ConflictError: an equal request is in the air."""
        put = Put(item=media_row(media), condition=Attr("pk").not_exists())
        answers = response_puts(media.owner, response, media.created_at)
        if answers:
            transact(self.table, [put, *answers], response)
        else:
            self.table.put(put)

    def get(self, media_id: str, owner: Owner) -> Media | None:
        row = self.table.get(keys.owned(owner, "MEDIA", media_id))
        return media_of(row) if row else None

    def get_many(self, owner: Owner, media_ids: Iterable[str], now: datetime) -> dict[str, Media]:
        """Those that are there, by id. One call per 100, none for none."""
        found = self.table.get_many(keys.owned(owner, "MEDIA", media_id) for media_id in media_ids)
        return {
            media.id: media for media in map(media_of, found.values()) if not media.given_up(now)
        }

    def list(self, owner: Owner, *, before: str | None, limit: int) -> MediaPage:
        """Newest first: media with an id below `before`. One call."""
        pk, prefix = keys.owned(owner, "MEDIA", "")
        start = keys.owned(owner, "MEDIA", before) if before else None
        page = self.table.query(
            Key("pk").eq(pk) & Key("sk").begins_with(prefix),
            limit=limit,
            forward=False,
            start=start,
        )
        media = [media_of(row) for row in page.items]
        return MediaPage(media=media, more=page.more, last=media[-1].id if media else None)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay when the request was answered before; nothing without a key."""
        raise_stored(self.table, owner, key, now)

    def extend(
        self, media: Media, until: datetime, now: datetime, *, response: StoredResponse | None
    ) -> None:
        """Give its upload until then. Raises Conflict when it is no longer pending, and what `create` raises."""
        key, pending = (
            keys.owned(media.owner, "MEDIA", media.id),
            Attr("status").eq(MediaStatus.PENDING),
        )
        update = Update(key=key, values={"expires_at": rows.seconds(until)}, condition=pending)
        answers = response_puts(media.owner, response, now)
        if not answers:
            self.table.update(update)
            return
        try:
            self.table.transact([update, *answers])
        except TransactionConflict as conflict:
            if conflict.failed.keys() == {0}:
                raise Conflict(conflict.failed[0]) from conflict
            raise_replay(conflict, response)

    def arrive(self, media_id: str, owner: Owner, now: datetime) -> None:
        """The file is there, and is to be looked at now. Raises Conflict when the media is not PENDING."""
        values = {
            "status": MediaStatus.PROCESSING,
            "expires_at": None,
            "updated_at": rows.time_text(now),
        } | rows.due("MEDIA", media_id, now)
        key, pending = keys.owned(owner, "MEDIA", media_id), Attr("status").eq(MediaStatus.PENDING)
        self.table.update(Update(key=key, values=values, condition=pending))

    def claim(self, claimed: Media) -> None:
        """Begin an attempt. Raises Conflict when another one was begun, or nothing is owed any more."""
        values = {"attempts": claimed.attempts} | rows.due("MEDIA", claimed.id, claimed.due)
        condition = Attr("attempts").eq(claimed.attempts - 1) & Attr("due_at").exists()
        self.table.update(
            Update(
                key=keys.owned(claimed.owner, "MEDIA", claimed.id),
                values=values,
                condition=condition,
            )
        )

    def settle(self, media: Media, *, events: Iterable[Event]) -> None:
        """Record what an attempt came to, with what it caused. Raises Conflict when it is not the last one begun."""
        values = (
            settled_values(media)
            | rows.due("MEDIA", media.id, media.due)
            | {"events": dumped(events)}
        )
        condition = Attr("attempts").eq(media.attempts) & Attr("due_at").exists()
        self.table.update(
            Update(
                key=keys.owned(media.owner, "MEDIA", media.id), values=values, condition=condition
            )
        )

    def posts_with(self, media: Media) -> Iterator[str]:
        """Every post that ever named it. One call per page, none while its row names them all."""
        yield from sorted(media.posts)
        if media.references > len(media.posts):
            named = all_items(self.table, Key("pk").eq(keys.media_reference(media.id, "")[0]))
            yield from (item["sk"].removeprefix("POST#") for item in named)

    def retire(self, media: Media) -> None:
        """From here on nobody can name, see or look at it. Raises Conflict when a post has named it since, or it is gone."""
        values = {"deleted": True, "status": MediaStatus.FAILED, "events": None} | rows.due(
            "MEDIA", media.id, None
        )
        there = Attr("pk").exists()
        unnamed = (
            Attr("namings").eq(media.references)
            if media.references
            else Attr("namings").not_exists()
        )
        self.table.update(
            Update(
                key=keys.owned(media.owner, "MEDIA", media.id),
                values=values,
                condition=there & unnamed,
            )
        )

    def delete(self, media: Media) -> bool:
        """The row last, so that what stopped halfway can be done again. False when nothing was there."""
        self.table.delete_all(
            keys.media_reference(media.id, post_id)
            for post_id in self.posts_with(media)
            if post_id not in media.posts
        )
        return self.table.delete(keys.owned(media.owner, "MEDIA", media.id))


def first_reference(post_id: str, made: Media) -> Put:
    """A new file together with the post that it is made for."""
    return Put(
        item=media_row(replace(made, posts=frozenset({post_id}), references=1)),
        condition=Attr("pk").not_exists(),
    )


def references(post_id: str, named: Iterable[Media]) -> list[Put | Update]:
    """What remembers that a post names these, as long as none of them has been deleted: 2 write units each, 4 of one that many
    name.
    """
    return [write for media in named for write in reference(post_id, media)]


def reference(post_id: str, media: Media) -> Iterator[Put | Update]:
    few = len(media.posts) < FEW
    there = Attr("pk").exists() & Attr("deleted").not_exists()
    add: dict[str, int | frozenset[str]] = {"namings": 1} | (
        {"posts": frozenset({post_id})} if few else {}
    )
    yield Update(
        key=keys.owned(media.owner, "MEDIA", media.id),
        values={"events": None},
        add=add,
        condition=there,
    )
    if not few:
        pk, sk = keys.media_reference(media.id, post_id)
        yield Put(item={"pk": pk, "sk": sk})


def media_row(media: Media) -> Item:
    pk, sk = keys.owned(media.owner, "MEDIA", media.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(media.owner),
        "filename": media.filename,
        "source": media.source,
        "url": media.url,
        "attempts": media.attempts,
        "created_at": rows.time_text(media.created_at),
        "expires_at": rows.seconds(media.expires_at) if media.expires_at else None,
        "posts": media.posts or None,
        "namings": media.references or None,
        **rows.due("MEDIA", media.id, media.due),
        **settled_values(media),
    }


def settled_values(media: Media) -> Item:
    """What a look at the file decides."""
    return {
        "status": media.status,
        "content_type": media.content_type,
        "size_bytes": media.size_bytes,
        "dimensions": media.dimensions and media.dimensions._asdict(),
        "duration_seconds": None
        if media.duration_seconds is None
        else Decimal(str(media.duration_seconds)),
        "codecs": list(media.codecs) or None,
        "frame_rate": None if media.frame_rate is None else Decimal(str(media.frame_rate)),
        "page_count": media.page_count,
        "has_thumbnail": media.has_thumbnail or None,
        "findings": [{"code": each.code, "message": each.message} for each in media.findings]
        or None,
        "updated_at": rows.time_text(media.updated_at),
    }


def media_of(row: Item) -> Media:
    return Media(
        id=row["sk"].removeprefix("MEDIA#"),
        owner=rows.owner(row),
        filename=row["filename"],
        content_type=ContentType(row["content_type"]),
        size_bytes=row.get("size_bytes"),
        status=MediaStatus(row["status"]),
        dimensions=Dimensions(**row["dimensions"]) if "dimensions" in row else None,
        duration_seconds=float(row["duration_seconds"]) if "duration_seconds" in row else None,
        codecs=tuple(row.get("codecs", ())),
        frame_rate=float(row["frame_rate"]) if "frame_rate" in row else None,
        page_count=row.get("page_count"),
        has_thumbnail=row.get("has_thumbnail", False),
        findings=tuple(Finding(**each) for each in row.get("findings", ())),
        source=Source(row["source"]),
        url=row.get("url"),
        created_at=rows.must_time(row, "created_at"),
        updated_at=rows.must_time(row, "updated_at"),
        expires_at=rows.from_seconds(row["expires_at"]) if "expires_at" in row else None,
        due=rows.from_milliseconds(row["due_at"]) if "due_at" in row else None,
        attempts=row["attempts"],
        posts=frozenset(row.get("posts", ())),
        references=row.get("namings", 0),
        deleted=row.get("deleted", False),
    )

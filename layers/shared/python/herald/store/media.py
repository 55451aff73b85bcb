"""Media in the table, and the keys of their objects in the bucket."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from herald.aws.dynamodb import (
    Attr,
    ConditionBase,
    Conflict,
    Item,
    Key,
    Put,
    Table,
    TransactionConflict,
    Update,
)
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
    """Return the key in the bucket at which an upload arrives. The key also names the media's row.

    An upload URL may be used until it expires.
    """
    return f"uploads/{owner.workspace_id}/{owner.mode}/{media_id}"


def file_key(media: Media) -> str:
    """Return the key of the result. No upload and no other attempt can write there."""
    return f"media/{media.owner.workspace_id}/{media.owner.mode}/{media.id}/{media.attempts}"


def thumbnail_key(media: Media) -> str:
    return f"thumbnails/{media.owner.workspace_id}/{media.owner.mode}/{media.id}/{media.attempts}"


def rendition_key(media: Media, name: str) -> str:
    """Return the key of a picture made of the result, within the bounds of that name."""
    owner = media.owner
    return f"renditions/{owner.workspace_id}/{owner.mode}/{media.id}/{media.attempts}/{name}"


def made_keys(media: Media, attempts: Iterable[int]) -> list[str]:
    """Return the keys of all objects that those attempts may have made."""
    object_keys = []
    for attempt in attempts:
        attempted = replace(media, attempts=attempt)
        object_keys += [file_key(attempted), thumbnail_key(attempted)]
    return object_keys


def media_of_key(key: str) -> tuple[str, Owner] | None:
    """Return the media's id and its owner, or None for an object that is no upload."""
    match = UPLOAD.match(key)
    if match is None:
        return None
    workspace_id, mode, media_id = match.groups()
    return media_id, Owner(workspace_id, Mode(mode))


@frozen
class MediaPage:
    """One page of media. `last` is the id of the last media read, where the next page starts."""

    media: Sequence[Media]
    more: bool
    last: str | None


class MediaStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def create(self, media: Media, *, response: StoredResponse | None) -> None:
        """Write the media's row in one call.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
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
        """Return the files that exist, by id. One call per 100 ids, or none for no ids.

        A file that was given up by `now` does not exist.
        """
        items = self.table.get_many(keys.owned(owner, "MEDIA", media_id) for media_id in media_ids)
        files = [media_of(row) for row in items.values()]
        return {media.id: media for media in files if not media.given_up(now)}

    def list(self, owner: Owner, *, before: str | None, limit: int) -> MediaPage:
        """Return the media with an id below `before`, newest first. One call."""
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
        """Raise IdempotentReplay if the request was answered before. Without a key, do nothing."""
        raise_stored(self.table, owner, key, now)

    def extend(
        self, media: Media, until: datetime, now: datetime, *, response: StoredResponse | None
    ) -> None:
        """Let the upload arrive until `until`.

        Raises Conflict when the media is no longer PENDING, and the errors that `create` raises.
        """
        key = keys.owned(media.owner, "MEDIA", media.id)
        pending = Attr("status").eq(MediaStatus.PENDING)
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
        """Note that the file has arrived and is to be processed now.

        Raises Conflict when the media is not PENDING.
        """
        values = {
            "status": MediaStatus.PROCESSING,
            "expires_at": None,
            "updated_at": rows.time_text(now),
        } | rows.due("MEDIA", media_id, now)
        key = keys.owned(owner, "MEDIA", media_id)
        pending = Attr("status").eq(MediaStatus.PENDING)
        self.table.update(Update(key=key, values=values, condition=pending))

    def claim(self, claimed: Media) -> None:
        """Begin an attempt.

        Raises Conflict when another attempt was begun, or when nothing is owed any more.
        """
        key = keys.owned(claimed.owner, "MEDIA", claimed.id)
        values = {"attempts": claimed.attempts} | rows.due("MEDIA", claimed.id, claimed.due)
        condition = Attr("attempts").eq(claimed.attempts - 1) & Attr("due_at").exists()
        self.table.update(Update(key=key, values=values, condition=condition))

    def settle(self, media: Media, *, events: Iterable[Event]) -> None:
        """Record the result of an attempt, with the events that it caused.

        Raises Conflict when it is not the last attempt begun.
        """
        key = keys.owned(media.owner, "MEDIA", media.id)
        values = settled_values(media)
        values |= rows.due("MEDIA", media.id, media.due)
        values |= {"events": dumped(events)}
        condition = Attr("attempts").eq(media.attempts) & Attr("due_at").exists()
        self.table.update(Update(key=key, values=values, condition=condition))

    def posts_with(self, media: Media) -> Iterator[str]:
        """Yield every post that ever named the media.

        One call per page, or none while the media's row names all of them.
        """
        yield from sorted(media.posts)
        if media.references > len(media.posts):
            pk, _ = keys.media_reference(media.id, "")
            for item in all_items(self.table, Key("pk").eq(pk)):
                yield item["sk"].removeprefix("POST#")

    def retire(self, media: Media) -> None:
        """Mark the media as deleted. From then on nobody can name, see or process it.

        Raises Conflict when a post has named the media since, or when it does not exist.
        """
        key = keys.owned(media.owner, "MEDIA", media.id)
        values = {"deleted": True, "status": MediaStatus.FAILED, "events": None}
        values |= rows.due("MEDIA", media.id, None)
        unnamed: ConditionBase = Attr("namings").not_exists()
        if media.references:
            unnamed = Attr("namings").eq(media.references)
        condition = Attr("pk").exists() & unnamed
        self.table.update(Update(key=key, values=values, condition=condition))

    def delete(self, media: Media) -> bool:
        """Delete the references and then the row. Return False when there was no row.

        The row is last, so that a deletion that stopped halfway can be done again.
        """
        self.table.delete_all(
            keys.media_reference(media.id, post_id)
            for post_id in self.posts_with(media)
            if post_id not in media.posts
        )
        return self.table.delete(keys.owned(media.owner, "MEDIA", media.id))


def first_reference(post_id: str, media: Media) -> Put:
    """Return the write of a new file together with the post that it is made for."""
    referenced = replace(media, posts=frozenset({post_id}), references=1)
    return Put(item=media_row(referenced), condition=Attr("pk").not_exists())


def references(post_id: str, named: Iterable[Media]) -> list[Put | Update]:
    """Return the writes that remember that a post names these files.

    They fail when one of the files has been deleted. A file takes 2 write units, and 4 when many
    posts name it.
    """
    return [write for media in named for write in reference(post_id, media)]


def reference(post_id: str, media: Media) -> Iterator[Put | Update]:
    few = len(media.posts) < FEW
    there = Attr("pk").exists() & Attr("deleted").not_exists()
    add: dict[str, int | frozenset[str]] = {"namings": 1}
    if few:
        add["posts"] = frozenset({post_id})
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
        "posts": media.posts if media.posts else None,
        "namings": media.references if media.references else None,
        **rows.due("MEDIA", media.id, media.due),
        **settled_values(media),
    }


def settled_values(media: Media) -> Item:
    """Return the attributes that processing the file decides."""
    findings = [{"code": finding.code, "message": finding.message} for finding in media.findings]
    return {
        "status": media.status,
        "content_type": media.content_type,
        "size_bytes": media.size_bytes,
        "dimensions": media.dimensions._asdict() if media.dimensions else None,
        "duration_seconds": decimal(media.duration_seconds),
        "codecs": list(media.codecs) if media.codecs else None,
        "frame_rate": decimal(media.frame_rate),
        "page_count": media.page_count,
        "has_thumbnail": True if media.has_thumbnail else None,
        "findings": findings if findings else None,
        "updated_at": rows.time_text(media.updated_at),
    }


def decimal(number: float | None) -> Decimal | None:
    """Return the number as the table takes it: a Decimal, and no float."""
    return None if number is None else Decimal(str(number))


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
        findings=tuple(Finding(**finding) for finding in row.get("findings", ())),
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

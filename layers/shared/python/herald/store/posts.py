"""Posts in the table: words and state, two items of one partition."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from heapq import merge
from itertools import groupby
from operator import and_, or_
from typing import NamedTuple

from herald.aws.dynamodb import (
    Attr,
    ConditionBase,
    Conflict,
    Delete,
    Item,
    Key,
    Put,
    Table,
    TransactionConflict,
)
from herald.domain.content import PostContent
from herald.domain.errors import PayloadTooLargeError, PostChangedError
from herald.domain.events import Event
from herald.domain.idempotency import IdempotencyKey, StoredResponse
from herald.domain.media import Media
from herald.domain.owners import Owner
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus
from herald.store import keys, rows
from herald.store.idempotency import raise_replay, raise_stored, response_puts
from herald.store.media import first_reference, references
from herald.store.pairs import READS, TORN, TornReadError, whole
from herald.store.post_rows import (
    ON_ITS_WAY,
    agree,
    id_of,
    post_of,
    state_key,
    state_row,
    task_path,
    words_of,
    words_row,
)

FIRST, LAST = "", "~"  # before and behind every id
EARLIEST = "0"  # before every time: no key is empty
MAX_WORDS = (
    250_000  # bytes of JSON: the table takes 400 KB, and a kept answer says the words and more
)
FURTHER = 4  # times as many entries in the next page of a search


class Place(NamedTuple):
    """Where a post stands in the agenda: the time as the table has it, and its id."""

    at: str
    post_id: str


class PostStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def create(
        self,
        post: Post,
        words: PostContent,
        *,
        named: Iterable[Media] = (),
        events: Iterable[Event],
        response: StoredResponse | None,
    ) -> None:
        """One transaction, with the files that it names.

        Raises IdempotentReplay, IdempotencyConflictError, PayloadTooLargeError, PostChangedError when one of its files was deleted
        meanwhile, or ConflictError: an equal request is in the air.
        """
        check_size(words)
        writes = [
            Put(item=words_row(post.id, words, post.worded), condition=Attr("pk").not_exists()),
            Put(item=state_row(post, events), condition=Attr("pk").not_exists()),
            *references(post.id, named),
        ]
        try:
            self.table.transact([*writes, *response_puts(post.owner, response, post.created_at)])
        except TransactionConflict as conflict:
            raise_deleted(conflict, range(2, len(writes)))
            raise_replay(conflict, response)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay when the request was answered before; nothing without a key."""
        raise_stored(self.table, owner, key, now)

    def get(self, post_id: str, owner: Owner) -> tuple[Post, PostContent] | None:
        """A post of that owner, or None. Raises TornReadError."""

        def read() -> Mapping[str, Item]:
            return {
                item["sk"]: item
                for item in self.table.query(Key("pk").eq(keys.state(post_id)[0])).items
            }

        found = whole(read, ("STATE", "WORDS"))
        if "STATE" not in found or rows.owner(found["STATE"]) != owner:
            return None
        return post_of(found["STATE"]), words_of(found["WORDS"])

    def get_many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """The states of those that exist, by id."""
        found = self.table.get_many(keys.state(post_id) for post_id in post_ids)
        return {post.id: post for post in map(post_of, found.values())}

    def get_with_content(self, post_ids: Sequence[str]) -> list[tuple[Post, PostContent]]:
        """Those that exist, in the order named. One call per 50, and one more for those that were being written.

        Raises TornReadError.
        """
        wanted = {post_id: (keys.state(post_id), keys.words(post_id)) for post_id in post_ids}
        pairs: dict[str, tuple[Item, Item]] = {}
        for _ in range(READS):
            found = self.table.get_many(key for pair in wanted.values() for key in pair)
            there = {
                post_id: (found[state], found[words])
                for post_id, (state, words) in wanted.items()
                if state in found and words in found
            }
            pairs |= {post_id: pair for post_id, pair in there.items() if agree(*pair)}
            wanted = {post_id: wanted[post_id] for post_id in there.keys() - pairs.keys()}
            if not wanted:
                kept = (pairs[post_id] for post_id in post_ids if post_id in pairs)
                return [(post_of(state), words_of(words)) for state, words in kept]
        raise TornReadError(TORN)

    def list(
        self,
        owner: Owner,
        statuses: Collection[PostStatus],
        reaches: Collection[str],
        *,
        before: str | None,
        after: str | None,
        step: int,
    ) -> Iterator[str]:
        """Ids, newest first, below `before` and at or above `after`, of posts in these statuses that go to all of `reaches`.

        They are read as they are taken: `step` at first, then more and more at a time. The indexes may be a moment behind.
        """
        lower, upper = f"POST#{after or FIRST}", f"POST#{before or LAST}"
        if lower > upper:
            return iter(())
        lists = (
            []
            if reaches or not LISTED_STATUSES.issubset(statuses)
            else [(keys.LISTS, Key("list").eq(keys.posts_of(owner)))]
        )
        others = LISTED_STATUSES.symmetric_difference(statuses) if lists else statuses
        lists += [
            (keys.STATUSES, Key("standing").eq(keys.posts_in(owner, status))) for status in others
        ]
        only = going_to(reaches)
        walks = [
            self._walk(index, where & Key("pk").between(lower, upper), only, step)
            for index, where in lists
        ]
        found = groupby(
            merge(*(map(id_of, walk) for walk in walks), reverse=True)
        )  # one that changes its status may be in two
        return (post_id for post_id, _ in found if post_id != before)

    def agenda(
        self,
        owner: Owner,
        statuses: Collection[PostStatus],
        reaches: Collection[str],
        *,
        after: Place | None,
        span: tuple[datetime | None, datetime | None],
        step: int,
    ) -> Iterator[Place]:
        """Places, earliest time first, of posts with a time in `span` that are, or may be, in these statuses and go to all of
        `reaches`; those behind the place `after`. Read as `list` reads.
        """
        lower, upper = rows.time_text(span[0]) or EARLIEST, rows.time_text(span[1]) or LAST
        if lower > upper:
            return iter(())
        where = Key("owner").eq(str(owner)) & Key("scheduled_for").between(lower, upper)
        only = going_to(reaches, status_condition(statuses))
        start = (
            {"owner": str(owner), "scheduled_for": after.at, **state_key(after.post_id)}
            if after
            else None
        )
        found = self._walk(keys.AGENDA, where, only, step, forward=True, start=start)
        return (Place(item["scheduled_for"], id_of(item)) for item in found)

    def _walk(
        self,
        index: str,
        where: ConditionBase,
        only: ConditionBase | None,
        step: int,
        *,
        forward: bool = False,
        start: Item | None = None,
    ) -> Iterator[Item]:
        """One list, page by page; the longer it is searched, the larger they are, so that what is rare costs few calls."""
        while True:
            page = self.table.query(
                where, index=index, only=only, limit=step, forward=forward, start=start
            )
            yield from page.items
            if page.end is None:
                return
            start, step = page.end, step * FURTHER

    def change(
        self,
        post: Post,
        *,
        was: Post,
        words: PostContent | None = None,
        named: Iterable[Media] = (),
        linked: Media | None = None,
        events: Iterable[Event] = (),
        response: StoredResponse | None = None,
    ) -> None:
        """Record a user's act, if nothing has happened since `was`: one put, or one transaction with the words, the files that
        they newly name, one that comes into being with it, and the answer.

        Raises PostChangedError with the current status, ConflictError, IdempotentReplay, IdempotencyConflictError,
        PayloadTooLargeError.
        """
        if words:
            check_size(words)
            post = replace(post, worded=post.revision)
        put = Put(item=state_row(post, events), condition=unchanged(was))
        files = references(post.id, named)
        spoken = [Put(item=words_row(post.id, words, post.worded))] if words else []
        made = [first_reference(post.id, linked)] if linked else []
        writes = [
            put,
            *files,
            *spoken,
            *made,
            *response_puts(post.owner, response, post.updated_at),
        ]
        try:
            if len(writes) == 1:
                self.table.put(put)
            else:
                self.table.transact(writes)
        except Conflict as conflict:
            raise overtaken(conflict.item) from conflict
        except TransactionConflict as conflict:
            if conflict.failed.keys() == {0}:
                raise overtaken(conflict.failed[0]) from conflict
            raise_deleted(conflict, range(1, 1 + len(files)))
            raise_replay(conflict, response)

    def delete(self, post: Post) -> None:
        """One transaction. Raises PostChangedError when anything has happened since `post` was read."""
        try:
            self.table.transact(
                [
                    Delete(key=keys.state(post.id), condition=unchanged(post)),
                    Delete(key=keys.words(post.id)),
                ]
            )
        except TransactionConflict as conflict:
            raise overtaken(conflict.failed.get(0)) from conflict


def going_to(reaches: Collection[str], *others: ConditionBase) -> ConditionBase | None:
    """What goes to all of them, and keeps the other conditions; None when there are none."""
    conditions = [*(Attr("reaches").contains(name) for name in reaches), *others]
    return reduce(and_, conditions) if conditions else None


def status_condition(statuses: Collection[PostStatus]) -> ConditionBase:
    """What may be in these statuses, by its outlook."""
    told = (
        [Attr("outlook").is_in(sorted(outlooks))] if (outlooks := {*statuses} - ON_ITS_WAY) else []
    )
    untold = [] if ON_ITS_WAY.isdisjoint(statuses) else [Attr("outlook").not_exists()]
    return reduce(or_, [*told, *untold])


def unchanged(was: Post) -> ConditionBase:
    """Nobody has acted on the post since it was read, and no worker has begun or ended anything that an act may not cross."""
    return Attr("status").eq(was.status) & Attr("revision").eq(was.revision) & no_new_follow_up(was)


def no_new_follow_up(seen: Post) -> ConditionBase:
    """No follow-up has been touched, ended or added since."""
    open_ones = [each for each in seen.follow_ups.values() if not each.final]
    untouched = (Attr(f"{task_path(each)}.fence").eq(each.fence) for each in open_ones)
    return reduce(and_, untouched, Attr("following").eq(seen.following))


def raise_deleted(conflict: TransactionConflict, files: range) -> None:
    """Raises PostChangedError when only files stood in the way: the writes at these positions."""
    if conflict.failed and set(conflict.failed) <= set(files):
        raise PostChangedError("A file that it names was deleted at the same moment.") from conflict


def overtaken(item: Item | None) -> PostChangedError:
    return PostChangedError(
        "Something else happened to the post at the same moment.",
        **({"status": item["status"]} if item else {}),
    )


def check_size(words: PostContent) -> None:
    """Raises PayloadTooLargeError for what one item does not hold: each text may be within its limit, and all be too much."""
    if (size := len(json.dumps(words_row("", words), ensure_ascii=False).encode())) > MAX_WORDS:
        raise PayloadTooLargeError(
            f"All of the post's texts together take {size:,} bytes; {MAX_WORDS:,} can be kept."
        )

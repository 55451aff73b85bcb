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
# Bytes of JSON. The table takes 400 KB, and a kept answer holds the words and more.
MAX_WORDS = 250_000
FURTHER = 4  # the next page of a search has so many times as many entries


class Place(NamedTuple):
    """The place of a post in the agenda: its time as the table has it, and its id."""

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
        """Write the post and the references to the files that it names, in one transaction.

        Raises IdempotentReplay, IdempotencyConflictError, PayloadTooLargeError, PostChangedError
        when one of its files was deleted in the meantime, or ConflictError while an equal request
        runs.
        """
        check_size(words)
        writes = [
            Put(item=words_row(post.id, words, post.worded), condition=Attr("pk").not_exists()),
            Put(item=state_row(post, events), condition=Attr("pk").not_exists()),
            *references(post.id, named),
        ]
        answers = response_puts(post.owner, response, post.created_at)
        try:
            self.table.transact([*writes, *answers])
        except TransactionConflict as conflict:
            raise_deleted(conflict, range(2, len(writes)))
            raise_replay(conflict, response)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay if the request was answered before. Without a key, do nothing."""
        raise_stored(self.table, owner, key, now)

    def get(self, post_id: str, owner: Owner) -> tuple[Post, PostContent] | None:
        """Return a post of that owner, or None. Raises TornReadError."""
        pk, _ = keys.state(post_id)

        def read() -> Mapping[str, Item]:
            page = self.table.query(Key("pk").eq(pk))
            return {item["sk"]: item for item in page.items}

        items = whole(read, ("STATE", "WORDS"))
        if "STATE" not in items or rows.owner(items["STATE"]) != owner:
            return None
        return post_of(items["STATE"]), words_of(items["WORDS"])

    def get_many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """Return the states of the posts that exist, by id."""
        items = self.table.get_many(keys.state(post_id) for post_id in post_ids)
        return {post.id: post for post in map(post_of, items.values())}

    def get_with_content(self, post_ids: Sequence[str]) -> list[tuple[Post, PostContent]]:
        """Return the posts that exist with their words, in the order of `post_ids`.

        One call per 50 posts, and one more for posts that were being written. Raises TornReadError.
        """
        wanted = {post_id: (keys.state(post_id), keys.words(post_id)) for post_id in post_ids}
        pairs: dict[str, tuple[Item, Item]] = {}
        for _ in range(READS):
            items = self.table.get_many(key for pair in wanted.values() for key in pair)
            torn = {}
            for post_id, pair in wanted.items():
                state = items.get(pair[0])
                words = items.get(pair[1])
                if state is None or words is None:
                    continue
                if agree(state, words):
                    pairs[post_id] = (state, words)
                else:
                    torn[post_id] = pair
            wanted = torn
            if not wanted:
                whole_pairs = [pairs[post_id] for post_id in post_ids if post_id in pairs]
                return [(post_of(state), words_of(words)) for state, words in whole_pairs]
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
        """Yield the ids of posts in these statuses that go to all of `reaches`, newest first.

        The ids are below `before`, and at or above `after`. They are read as they are taken: `step`
        at first, then more and more at a time. The indexes may be a moment behind.
        """
        lower = f"POST#{after if after else FIRST}"
        upper = f"POST#{before if before else LAST}"
        if lower > upper:
            return iter(())
        lists: list[tuple[str, ConditionBase]] = []
        single: Collection[PostStatus] = statuses
        if not reaches and LISTED_STATUSES.issubset(statuses):
            lists.append((keys.LISTS, Key("list").eq(keys.posts_of(owner))))
            single = LISTED_STATUSES.symmetric_difference(statuses)
        lists += [
            (keys.STATUSES, Key("standing").eq(keys.posts_in(owner, status))) for status in single
        ]
        only = going_to(reaches)
        span = Key("pk").between(lower, upper)
        walks = [self._walk(index, where & span, only, step) for index, where in lists]
        post_ids = merge(*(map(id_of, walk) for walk in walks), reverse=True)
        # A post that changes its status may be in two lists.
        return (post_id for post_id, _ in groupby(post_ids) if post_id != before)

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
        """Yield the places of posts with a time in `span`, earliest time first.

        The posts are, or may be, in these statuses and go to all of `reaches`. Their places are
        behind the place `after`. They are read as `list` reads.
        """
        start_text = rows.time_text(span[0])
        end_text = rows.time_text(span[1])
        lower = start_text if start_text else EARLIEST
        upper = end_text if end_text else LAST
        if lower > upper:
            return iter(())
        where = Key("owner").eq(str(owner)) & Key("scheduled_for").between(lower, upper)
        only = going_to(reaches, status_condition(statuses))
        start = None
        if after:
            start = {"owner": str(owner), "scheduled_for": after.at, **state_key(after.post_id)}
        items = self._walk(keys.AGENDA, where, only, step, forward=True, start=start)
        return (Place(item["scheduled_for"], id_of(item)) for item in items)

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
        """Yield the items of one list, page by page.

        Each page is larger than the one before, so that a search for rare items needs few calls.
        """
        while True:
            page = self.table.query(
                where, index=index, only=only, limit=step, forward=forward, start=start
            )
            yield from page.items
            if page.end is None:
                return
            start = page.end
            step *= FURTHER

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
        """Record a user's act, if nothing has happened to the post since `was`.

        It is one put. Or it is one transaction with the words, the references to the files that
        they newly name, the file `linked` that is created with the act, and the answer.

        Raises PostChangedError with the current status, ConflictError, IdempotentReplay,
        IdempotencyConflictError, PayloadTooLargeError.
        """
        if words:
            check_size(words)
            post = replace(post, worded=post.revision)
        put = Put(item=state_row(post, events), condition=unchanged(was))
        files = references(post.id, named)
        writes = [put, *files]
        if words:
            writes.append(Put(item=words_row(post.id, words, post.worded)))
        if linked:
            writes.append(first_reference(post.id, linked))
        writes += response_puts(post.owner, response, post.updated_at)
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
        """Delete the post in one transaction.

        Raises PostChangedError when anything has happened since `post` was read.
        """
        state = Delete(key=keys.state(post.id), condition=unchanged(post))
        words = Delete(key=keys.words(post.id))
        try:
            self.table.transact([state, words])
        except TransactionConflict as conflict:
            raise overtaken(conflict.failed.get(0)) from conflict


def going_to(reaches: Collection[str], *others: ConditionBase) -> ConditionBase | None:
    """Return the condition that a post goes to all of `reaches`, and the other conditions hold.

    Return None when there is no condition.
    """
    conditions = [*(Attr("reaches").contains(name) for name in reaches), *others]
    return reduce(and_, conditions) if conditions else None


def status_condition(statuses: Collection[PostStatus]) -> ConditionBase:
    """Return the condition that a post may be in one of these statuses, by its outlook."""
    conditions: list[ConditionBase] = []
    outlooks = {*statuses} - ON_ITS_WAY
    if outlooks:
        conditions.append(Attr("outlook").is_in(sorted(outlooks)))
    if not ON_ITS_WAY.isdisjoint(statuses):
        conditions.append(Attr("outlook").not_exists())
    return reduce(or_, conditions)


def unchanged(was: Post) -> ConditionBase:
    """Return the condition that nothing has happened to the post since it was read.

    No user has acted on it, and no worker has begun or ended work that an act must not overlap.
    """
    return Attr("status").eq(was.status) & Attr("revision").eq(was.revision) & no_new_follow_up(was)


def no_new_follow_up(seen: Post) -> ConditionBase:
    """Return the condition that no follow-up has been touched, ended or added since."""
    condition: ConditionBase = Attr("following").eq(seen.following)
    for follow_up in seen.follow_ups.values():
        if not follow_up.final:
            condition &= Attr(f"{task_path(follow_up)}.fence").eq(follow_up.fence)
    return condition


def raise_deleted(conflict: TransactionConflict, files: range) -> None:
    """Raise PostChangedError when only writes of files failed: the writes at these positions."""
    if conflict.failed and set(conflict.failed) <= set(files):
        raise PostChangedError("A file that it names was deleted at the same moment.") from conflict


def overtaken(item: Item | None) -> PostChangedError:
    details = {"status": item["status"]} if item else {}
    return PostChangedError("Something else happened to the post at the same moment.", **details)


def check_size(words: PostContent) -> None:
    """Raise PayloadTooLargeError for words that one item cannot hold.

    Each text may be within its limit, and all of them together too large.
    """
    size = len(json.dumps(words_row("", words), ensure_ascii=False).encode())
    if size > MAX_WORDS:
        raise PayloadTooLargeError(
            f"All of the post's texts together take {size:,} bytes; {MAX_WORDS:,} can be kept."
        )

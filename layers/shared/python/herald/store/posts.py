"""Posts in the table: words and state, two items of one partition."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import reduce
from heapq import merge
from itertools import groupby
from operator import and_, or_
from typing import Any, NamedTuple, TypeVar

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Delete, Item, Key, Put, Table, TransactionConflict, Update
from herald.domain.accounts import Account
from herald.domain.content import Words
from herald.domain.errors import OvertakenError, PayloadTooLargeError
from herald.domain.events import Event
from herald.domain.idempotency import IdempotencyKey, StoredResponse
from herald.domain.jobs import PublishJob
from herald.domain.media import Media
from herald.domain.owners import Owner
from herald.domain.posts import SHOWN, Post, PostStatus, with_follow_up
from herald.domain.targets import Kind, Target
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.accounts import account_of
from herald.store.event_rows import dumped
from herald.store.idempotency import raise_replay, raise_stored, response_puts
from herald.store.media import first_named, namings
from herald.store.post_rows import (
    ON_ITS_WAY,
    agree,
    due_values,
    head_values,
    id_of,
    path,
    post_of,
    standing_values,
    state_key,
    state_row,
    target_row,
    words_of,
    words_row,
)

FIRST, LAST = "", "~"  # before and behind every id
EARLIEST = "0"  # before every time: no key is empty
MAX_WORDS = 250_000  # bytes of JSON: the table takes 400 KB, and a kept answer says the words and more
FURTHER = 4  # times as many entries in the next page of a search
GONE = "this worker's claim is over"
TORN = "The post is being changed. Ask again in a second."
Name = TypeVar("Name")


READS = 10  # of a pair that is being written


class TornReadError(OvertakenError):
    """State and words were written again and again while they were read."""


class LostClaimError(Exception):
    """Another worker holds the target now, or a user changed the post: nothing was written."""


@frozen
class Loaded:
    """A post with one of its accounts; `secret` is that account's sealed row, None when its credentials were destroyed."""

    post: Post
    words: Words
    account: Account
    secret: Item | None = field(repr=False)


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
        words: Words,
        *,
        named: Iterable[Media] = (),
        events: Iterable[Event],
        response: StoredResponse | None,
    ) -> None:
        """One transaction, with the files that it names.

        Raises IdempotentReplay, IdempotencyConflictError, PayloadTooLargeError, OvertakenError when one of its files was deleted
        meanwhile, or ConflictError: an equal request is in the air.
        """
        check_size(words)
        writes = [
            Put(item=words_row(post.id, words, post.worded), condition=Attr("pk").not_exists()),
            Put(item=state_row(post, events), condition=Attr("pk").not_exists()),
            *namings(post.id, named),
        ]
        try:
            self.table.transact([*writes, *response_puts(post.owner, response, post.created_at)])
        except TransactionConflict as conflict:
            raise_deleted(conflict, range(2, len(writes)))
            raise_replay(conflict, response)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay when the request was answered before; nothing without a key."""
        raise_stored(self.table, owner, key, now)

    def load(self, post_id: str, owner: Owner) -> tuple[Post, Words] | None:
        """A post of that owner, or None. Raises TornReadError."""

        def read() -> Mapping[str, Item]:
            return {item["sk"]: item for item in self.table.query(Key("pk").eq(keys.state(post_id)[0])).items}

        found = whole(read, ("STATE", "WORDS"))
        if "STATE" not in found or rows.owner(found["STATE"]) != owner:
            return None
        return post_of(found["STATE"]), words_of(found["WORDS"])

    def load_for(self, job: PublishJob) -> Loaded | None:
        """Everything one publish needs, in one call; None when the post or the account is gone. Raises TornReadError."""
        wanted = {
            "state": keys.state(job.post_id),
            "words": keys.words(job.post_id),
            "account": keys.owned(job.owner, "ACC", job.account_id),
            "secret": keys.owned(job.owner, "SECRET", job.account_id),
        }
        found = whole(lambda: self.table.get_many(wanted.values()), (wanted["state"], wanted["words"]))
        state, words, account = (found.get(wanted[name]) for name in ("state", "words", "account"))
        if state is None or words is None or account is None or rows.owner(state) != job.owner:
            return None
        return Loaded(post=post_of(state), words=words_of(words), account=account_of(account), secret=found.get(wanted["secret"]))

    def load_many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """The states of those that exist, by id."""
        found = self.table.get_many(keys.state(post_id) for post_id in post_ids)
        return {post.id: post for post in map(post_of, found.values())}

    def load_with_words(self, post_ids: Sequence[str]) -> list[tuple[Post, Words]]:
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

    def find(
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
        lists = [] if reaches or not SHOWN.issubset(statuses) else [(keys.LISTS, Key("list").eq(keys.posts_of(owner)))]
        others = SHOWN.symmetric_difference(statuses) if lists else statuses
        lists += [(keys.STATUSES, Key("standing").eq(keys.posts_in(owner, status))) for status in others]
        only = going_to(reaches)
        walks = [self._walk(index, where & Key("pk").between(lower, upper), only, step) for index, where in lists]
        found = groupby(merge(*(map(id_of, walk) for walk in walks), reverse=True))  # one that changes its status may be in two
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
        `reaches`; those behind the place `after`. Read as `find` reads.
        """
        lower, upper = rows.text(span[0]) or EARLIEST, rows.text(span[1]) or LAST
        if lower > upper:
            return iter(())
        where = Key("owner").eq(str(owner)) & Key("scheduled_for").between(lower, upper)
        only = going_to(reaches, looking(statuses))
        start = {"owner": str(owner), "scheduled_for": after.at, **state_key(after.post_id)} if after else None
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
            page = self.table.query(where, index=index, only=only, limit=step, forward=forward, start=start)
            yield from page.items
            if page.end is None:
                return
            start, step = page.end, step * FURTHER

    def change(
        self,
        post: Post,
        *,
        was: Post,
        words: Words | None = None,
        named: Iterable[Media] = (),
        linked: Media | None = None,
        events: Iterable[Event] = (),
        response: StoredResponse | None = None,
    ) -> None:
        """Record a user's act, if nothing has happened since `was`: one put, or one transaction with the words, the files that
        they newly name, one that comes into being with it, and the answer.

        Raises OvertakenError with the current status, ConflictError, IdempotentReplay, IdempotencyConflictError,
        PayloadTooLargeError.
        """
        if words:
            check_size(words)
            post = replace(post, worded=post.revision)
        put = Put(item=state_row(post, events), condition=unchanged(was))
        files = namings(post.id, named)
        spoken = [Put(item=words_row(post.id, words, post.worded))] if words else []
        made = [first_named(post.id, linked)] if linked else []
        writes = [put, *files, *spoken, *made, *response_puts(post.owner, response, post.updated_at)]
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
        """One transaction. Raises OvertakenError when anything has happened since `post` was read."""
        try:
            self.table.transact([Delete(key=keys.state(post.id), condition=unchanged(post)), Delete(key=keys.words(post.id))])
        except TransactionConflict as conflict:
            raise overtaken(conflict.failed.get(0)) from conflict

    def claim(self, post: Post, target: Target) -> Post:
        """Take the target as decided, if it is still as it was read. The index keys stay: a dead worker's target stays findable.

        Raises LostClaimError.
        """
        condition = Attr(f"{path(target)}.fence").eq(target.fence - 1) & Attr("revision").eq(post.revision)
        begun = standing_values(post.owner, PostStatus.PUBLISHING) if target.kind is Kind.POST else {}
        return self._write(post.id, target, begun, condition)

    def checkpoint(self, post_id: str, target: Target) -> Target:
        """Remember how far the claimed target got. Returns it as it now lies there. Raises LostClaimError."""
        saved = replace(target, fence=target.fence + 1)
        self._write(post_id, saved, {}, Attr(f"{path(target)}.fence").eq(target.fence))
        return saved

    def settle(
        self,
        seen: Post,
        target: Target,
        comment: Target | None,
        *,
        events: Sequence[Event],
        roll_up: Callable[[Post], tuple[Post, Sequence[Event]]],
    ) -> Post:
        """Record what became of a claimed target, with its `events`, and the comment that now falls due.

        For the last open one, the rollup and its event ride on the same write. While others are open the index keys stay, for
        theirs may be due earlier. One call, and one more when `seen` was behind. Raises LostClaimError.
        """
        mine = Attr(f"{path(target)}.fence").eq(target.fence)
        mark = target_row(replace(target, fence=target.fence + 1))
        values: dict[str, Any] = {path(target): mark, "events": dumped(events)}
        done = {"open": -1} if target.final else {}
        if comment:
            values[path(comment)] = target_row(comment)
            done |= {} if comment.final else {"following": 1}

        def change(seen: Post) -> Update:
            last = all(each.final for each in seen.targets.values() if each.id != target.id)
            if not last:
                return Update(key=keys.state(seen.id), values=values, add=done, condition=mine & Attr("open").gt(1))
            rolled, more = roll_up(with_follow_up(seen, comment) if comment else seen)
            head = head_values(rolled) | due_values(rolled) | {"events": dumped([*events, *more])}
            alone = mine & Attr("open").eq(1) & nothing_new(seen)
            return Update(key=keys.state(seen.id), values=values | head, add=done, condition=alone)

        return self._settled(seen, target, change)

    def settle_follow_up(self, seen: Post, task: Target) -> Post:
        """Record what became of a claimed follow-up. The index keys stay while anything else is open. Raises LostClaimError."""
        mine = Attr(f"{path(task)}.fence").eq(task.fence)
        values = {path(task): target_row(replace(task, fence=task.fence + 1)), "events": None}
        done = {"following": -1} if task.final else {}

        def change(seen: Post) -> Update:
            last = not seen.open and all(each.final for each in seen.follow_ups.values() if each.id != task.id)
            if not last:
                others = mine & (Attr("open").gt(0) | Attr("following").gt(1))
                return Update(key=keys.state(seen.id), values=values, add=done, condition=others)
            alone = mine & Attr("open").eq(0) & Attr("following").eq(1)
            due = due_values(with_follow_up(seen, task))
            return Update(key=keys.state(seen.id), values=values | due, add=done, condition=alone)

        return self._settled(seen, task, change)

    def _settled(self, seen: Post, task: Target, change: Callable[[Post], Update]) -> Post:
        """Write the change decided on what is seen; decide anew when that was behind. Raises LostClaimError."""
        while True:
            try:
                return post_of(self.table.update(change(seen)))
            except Conflict as conflict:
                seen = fresh(conflict, task)

    def _write(self, post_id: str, target: Target, values: Mapping[str, Any], condition: Any) -> Post:
        change = Update(
            key=keys.state(post_id),
            values={path(target): target_row(target), "events": None, **values},
            condition=condition,
        )
        try:
            return post_of(self.table.update(change))
        except Conflict as conflict:
            raise LostClaimError(GONE) from conflict


def whole(read: Callable[[], Mapping[Name, Item]], pair: tuple[Name, Name]) -> Mapping[Name, Item]:
    """What `read` finds, its state and its words of one revision: a read of several items may see a write of both in between.

    Source: DynamoDB's BatchGetItem and Query, which isolate item by item. Raises TornReadError.
    """
    for _ in range(READS):
        found = read()
        state, words = (found.get(name) for name in pair)
        if state is None or (words is not None and agree(state, words)):
            return found
    raise TornReadError(TORN)


def going_to(reaches: Collection[str], *others: ConditionBase) -> ConditionBase | None:
    """What goes to all of them, and keeps the other conditions; None when there are none."""
    conditions = [*(Attr("reaches").contains(name) for name in reaches), *others]
    return reduce(and_, conditions) if conditions else None


def looking(statuses: Collection[PostStatus]) -> ConditionBase:
    """What may be in these statuses, by its outlook."""
    told = [Attr("outlook").is_in(sorted(outlooks))] if (outlooks := {*statuses} - ON_ITS_WAY) else []
    untold = [] if ON_ITS_WAY.isdisjoint(statuses) else [Attr("outlook").not_exists()]
    return reduce(or_, [*told, *untold])


def unchanged(was: Post) -> ConditionBase:
    """Nobody has acted on the post since it was read, and no worker has begun or ended anything that an act may not cross."""
    return Attr("status").eq(was.status) & Attr("revision").eq(was.revision) & nothing_new(was)


def nothing_new(seen: Post) -> ConditionBase:
    """No follow-up has been touched, ended or added since."""
    open_ones = [each for each in seen.follow_ups.values() if not each.final]
    untouched = (Attr(f"{path(each)}.fence").eq(each.fence) for each in open_ones)
    return reduce(and_, untouched, Attr("following").eq(seen.following))


def raise_deleted(conflict: TransactionConflict, files: range) -> None:
    """Raises OvertakenError when only files stood in the way: the writes at these positions."""
    if conflict.failed and set(conflict.failed) <= set(files):
        raise OvertakenError("A file that it names was deleted at the same moment.") from conflict


def overtaken(item: Item | None) -> OvertakenError:
    return OvertakenError(
        "Something else happened to the post at the same moment.", **({"status": item["status"]} if item else {})
    )


def fresh(conflict: Conflict, target: Target) -> Post:
    """The post as it lies there, still claimed by us. Raises LostClaimError."""
    post = post_of(conflict.item) if conflict.item else None
    if post is None or post.tasks[target.id].fence != target.fence:
        raise LostClaimError(GONE) from conflict
    return post


def check_size(words: Words) -> None:
    """Raises PayloadTooLargeError for what one item does not hold: each text may be within its limit, and all be too much."""
    if (size := len(json.dumps(words_row("", words), ensure_ascii=False).encode())) > MAX_WORDS:
        raise PayloadTooLargeError(f"All of the post's texts together take {size:,} bytes; {MAX_WORDS:,} can be kept.")

"""Targets in the table, as a worker writes them. A write succeeds only while its claim holds."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Item, Table, Update
from herald.domain.accounts import Account
from herald.domain.content import PostContent
from herald.domain.jobs import PublishJob
from herald.domain.posts import Post, PostStatus
from herald.domain.settlement import Settlement
from herald.domain.targets import Kind, Target
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.accounts import account_of
from herald.store.event_rows import dumped
from herald.store.pairs import whole
from herald.store.post_rows import (
    due_values,
    head_values,
    post_of,
    standing_values,
    target_row,
    task_path,
    words_of,
)
from herald.store.posts import no_new_follow_up

CLAIM_OVER = "this worker's claim is over"


class LostClaimError(Exception):
    """Another worker holds the target now, or a user changed the post. Nothing was written."""


class BehindError(Exception):
    """The post was changed since it was read, but the claim holds. `post` is the post as it is."""

    def __init__(self, post: Post) -> None:
        super().__init__(post.id)
        self.post = post


@frozen
class LoadedPost:
    """A post with one of its accounts.

    `secret` is the account's sealed row, or None when its credentials were destroyed.
    """

    post: Post
    words: PostContent
    account: Account
    secret: Item | None = field(repr=False)


class TargetStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def get_for(self, job: PublishJob) -> LoadedPost | None:
        """Return everything that one publish needs, in one call.

        Return None when the post or the account does not exist. Raises TornReadError.
        """
        state_key = keys.state(job.post_id)
        words_key = keys.words(job.post_id)
        account_key = keys.owned(job.owner, "ACC", job.account_id)
        secret_key = keys.owned(job.owner, "SECRET", job.account_id)
        wanted = [state_key, words_key, account_key, secret_key]
        items = whole(lambda: self.table.get_many(wanted), (state_key, words_key))
        state = items.get(state_key)
        words = items.get(words_key)
        account = items.get(account_key)
        if state is None or words is None or account is None or rows.owner(state) != job.owner:
            return None
        return LoadedPost(
            post=post_of(state),
            words=words_of(words),
            account=account_of(account),
            secret=items.get(secret_key),
        )

    def claim(self, post: Post, target: Target) -> Post:
        """Take the target as decided, if it is unchanged since it was read.

        The index keys stay, so that the target of a dead worker is found. Raises LostClaimError.
        """
        untouched = Attr(f"{task_path(target)}.fence").eq(target.fence - 1)
        condition = untouched & Attr("revision").eq(post.revision)
        values: dict[str, Any] = {}
        if target.kind is Kind.POST:
            values = standing_values(post.owner, PostStatus.PUBLISHING)
        return self._write(post.id, target, values, condition)

    def checkpoint(self, post_id: str, target: Target) -> Target:
        """Write how far the claimed target got, and return the target as it now lies in the table.

        Raises LostClaimError.
        """
        saved = replace(target, fence=target.fence + 1)
        self._write(post_id, saved, {}, Attr(f"{task_path(target)}.fence").eq(target.fence))
        return saved

    def settle(self, decision: Settlement) -> Post:
        """Record a settlement, if nothing has happened that would change it. One call.

        While other targets are open, the index keys stay, because those may be due earlier.
        Raises BehindError, after which another decision is to be made, and LostClaimError.
        """
        try:
            return post_of(self.table.update(update_of(decision)))
        except Conflict as conflict:
            raise BehindError(still_claimed(conflict, decision.task)) from conflict

    def _write(
        self, post_id: str, target: Target, values: Mapping[str, Any], condition: Any
    ) -> Post:
        change = Update(
            key=keys.state(post_id),
            values={task_path(target): target_row(target), "events": None, **values},
            condition=condition,
        )
        try:
            return post_of(self.table.update(change))
        except Conflict as conflict:
            raise LostClaimError(CLAIM_OVER) from conflict


def update_of(decision: Settlement) -> Update:
    """Return the one write of a settlement.

    The claim of its task must hold. The task must still be the last open one, or still not be it.
    """
    task = decision.task
    counted = "open" if task.kind is Kind.POST else "following"
    values: dict[str, Any] = {
        task_path(task): target_row(replace(task, fence=task.fence + 1)),
        "events": dumped(decision.events),
    }
    counts = {counted: -1} if task.final else {}
    if decision.comment:
        values[task_path(decision.comment)] = target_row(decision.comment)
        if not decision.comment.final:
            counts["following"] = 1
    if decision.last:
        if task.kind is Kind.POST:
            values |= head_values(decision.after)
        values |= due_values(decision.after)
    return Update(
        key=keys.state(decision.before.id),
        values=values,
        add=counts,
        condition=Attr(f"{task_path(task)}.fence").eq(task.fence) & still_so(decision),
    )


def still_so(decision: Settlement) -> ConditionBase:
    """Return the condition that the task is still the last open one, or still is not.

    If it was the last one when the settlement was decided, no other task may be open now. Otherwise
    another one must be open.
    """
    if decision.task.kind is Kind.POST:
        if not decision.last:
            return Attr("open").gt(1)
        return Attr("open").eq(1) & no_new_follow_up(decision.before)
    if not decision.last:
        return Attr("open").gt(0) | Attr("following").gt(1)
    return Attr("open").eq(0) & Attr("following").eq(1)


def still_claimed(conflict: Conflict, target: Target) -> Post:
    """Return the post as it lies in the table, still claimed by us. Raises LostClaimError."""
    post = post_of(conflict.item) if conflict.item else None
    if post is None or post.tasks[target.id].fence != target.fence:
        raise LostClaimError(CLAIM_OVER) from conflict
    return post

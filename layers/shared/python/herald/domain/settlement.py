"""Settlement: what a worker's outcome does to its post, decided before anything is written."""

from collections.abc import Sequence
from datetime import datetime

from herald.domain import payloads, posts, targets
from herald.domain.content import PostContent
from herald.domain.events import Event
from herald.domain.posts import Post
from herald.domain.targets import Kind, Target, TargetStatus
from herald.domain.values import frozen


@frozen
class Settlement:
    """The changes to write when a worker is done with a task of the post `before`.

    `comment` falls due with them. `last` says that nothing else of the task's kind is open. Then
    `after` has the post's new head and its next due time.
    """

    before: Post
    task: Target
    comment: Target | None = None
    after: Post
    last: bool
    events: Sequence[Event] = ()

    @property
    def tasks(self) -> list[Target]:
        """The tasks of the post that may owe work soon."""
        return [self.task, self.comment] if self.comment else [self.task]


def decide(before: Post, task: Target, words: PostContent, now: datetime) -> Settlement:
    """Decide what becomes of the post when this task, a target or a follow-up, has got so far."""
    if task.kind is Kind.POST:
        return of_target(before, task, words, now)
    return of_follow_up(before, task)


def of_target(before: Post, target: Target, words: PostContent, now: datetime) -> Settlement:
    """Settle a target. The last open target rolls the post up, with the event of that."""
    comment = comment_of(words, target, now)
    ended = payloads.ended(before.owner, target, now)
    others = (other for other in before.targets.values() if other.id != target.id)
    if not all(other.final for other in others):
        return Settlement(
            before=before, task=target, comment=comment, after=before, last=False, events=ended
        )
    commented = posts.with_follow_up(before, comment) if comment else before
    after = posts.with_target(commented, target, now)
    events = [*ended, *payloads.finished(after, words, now)]
    return Settlement(
        before=before, task=target, comment=comment, after=after, last=True, events=events
    )


def of_follow_up(before: Post, task: Target) -> Settlement:
    """Settle a comment or a deletion. It changes only when its post owes work next."""
    others = (other for other in before.follow_ups.values() if other.id != task.id)
    last = not before.open and all(other.final for other in others)
    return Settlement(before=before, task=task, after=posts.with_follow_up(before, task), last=last)


def comment_of(words: PostContent, target: Target, now: datetime) -> Target | None:
    """Return the first comment of a target that has just gone live, if the post has one."""
    if words.first_comment is None or target.status is not TargetStatus.PUBLISHED:
        return None
    return targets.comment_on(target, words.first_comment_delay, now)

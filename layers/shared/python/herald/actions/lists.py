"""Lists of posts: the newest first, or those that have a time, the earliest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from herald.actions.lifecycle import PostDetails
from herald.actions.media import MediaFiles
from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.content import PostContent
from herald.domain.owners import Owner
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus
from herald.domain.values import frozen
from herald.store.posts import Place, PostStore

PostAndContent = tuple[Post, PostContent]


@frozen
class ListedPosts:
    """One page; `next_before` is where the next one starts, None on the last. `positions` are where each post is in the list."""

    posts: Sequence[PostDetails]
    positions: Sequence[str]
    next_before: str | None


@frozen
class Filters:
    """Which posts a list shows; `by_time`: those that have a time, the earliest first, instead of the newest."""

    statuses: frozenset[PostStatus] = LISTED_STATUSES
    platform: Platform | None = None
    account_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    by_time: bool = False
    scheduled_from: datetime | None = None
    scheduled_to: datetime | None = None

    @property
    def reaches(self) -> frozenset[str]:
        """What a post must go to."""
        return frozenset(name for name in (self.platform, self.account_id) if name)

    def match(self, post: Post) -> bool:
        return post.status in self.statuses and self.reaches <= post.reaches and self._in_time(post)

    def _in_time(self, post: Post) -> bool:
        """An agenda is read by its posts' times alone, and may say an old one."""
        return not self.by_time or (
            is_within(post.created_at, self.created_from, self.created_to)
            and is_within(post.scheduled_for, self.scheduled_from, self.scheduled_to)
        )


def is_within(at: datetime | None, start: datetime | None, end: datetime | None) -> bool:
    """Whether there is a time, from `start` to `end`; either may be open."""
    return at is not None and (start is None or start <= at) and (end is None or at <= end)


@frozen
class PostLists:
    """The use case of listing posts."""

    store: PostStore
    media: MediaFiles

    def list(
        self, owner: Owner, filters: Filters, *, before: str | None, limit: int
    ) -> ListedPosts:
        """In the order that the filters say, behind the position `before`, and full unless it is the last one.

        What an index still says of a post is looked up in the post.
        """
        found = (self._agenda if filters.by_time else self._newest)(
            owner, filters, before, limit + 1
        )
        kept: dict[str, tuple[str, PostAndContent]] = {}
        while wanted := dict(islice(found, limit + 1 - len(kept))):
            pairs = self.store.get_with_content([each for each in wanted if each not in kept])
            kept |= {
                pair[0].id: (wanted[pair[0].id], pair) for pair in pairs if filters.match(pair[0])
            }
        shown = list(kept.values())[:limit]
        media = self.media.get_many(
            owner, (each for _, (_, words) in shown for each in words.media_ids)
        )
        seen = [PostDetails(post=post, words=words, media=media) for _, (post, words) in shown]
        positions = [position for position, _ in shown]
        return ListedPosts(
            posts=seen,
            positions=positions,
            next_before=positions[-1] if len(kept) > limit else None,
        )

    def _newest(
        self, owner: Owner, filters: Filters, before: str | None, step: int
    ) -> Iterator[tuple[str, str]]:
        """Ids, each with its position: itself."""
        after = ids.floor("post", filters.created_from) if filters.created_from else None
        if filters.created_to:
            upper = ids.ceiling("post", filters.created_to)
            before = min(before, upper) if before else upper
        found = self.store.list(
            owner, filters.statuses, filters.reaches, before=before, after=after, step=step
        )
        return ((each, each) for each in found)

    def _agenda(
        self, owner: Owner, filters: Filters, behind: str | None, step: int
    ) -> Iterator[tuple[str, str]]:
        """Ids, each with its position: its time and itself."""
        after = Place(*behind.split("#")) if behind else None
        span = filters.scheduled_from, filters.scheduled_to
        found = self.store.agenda(
            owner, filters.statuses, filters.reaches, after=after, span=span, step=step
        )
        return ((each.post_id, "#".join(each)) for each in found)

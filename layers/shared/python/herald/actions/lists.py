"""Lists of posts: the newest first, or those that have a time, the earliest first."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

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
    """One page of posts.

    `positions` are the places of the posts in the list. `next_before` is where the next page
    starts, or None on the last page.
    """

    posts: Sequence[PostDetails]
    positions: Sequence[str]
    next_before: str | None


@frozen
class Filters:
    """The posts that a list shows.

    With `by_time` it shows posts that have a time, the earliest first. Without it, the newest post
    is first.
    """

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
        """Return the platform and the account that a post must go to, if they are named."""
        return frozenset(name for name in (self.platform, self.account_id) if name)

    def match(self, post: Post) -> bool:
        return post.status in self.statuses and self.reaches <= post.reaches and self._in_time(post)

    def _in_time(self, post: Post) -> bool:
        """Whether a post of an agenda has the right times.

        The agenda's index is read by the time of the posts alone, and that time may be an old one.
        """
        return not self.by_time or (
            is_within(post.created_at, self.created_from, self.created_to)
            and is_within(post.scheduled_for, self.scheduled_from, self.scheduled_to)
        )


def is_within(at: datetime | None, start: datetime | None, end: datetime | None) -> bool:
    """Whether there is a time, and it lies from `start` to `end`. None is an open end."""
    return at is not None and (start is None or start <= at) and (end is None or at <= end)


@frozen
class PostLists:
    """The use case of listing posts."""

    store: PostStore
    media: MediaFiles

    def list(
        self, owner: Owner, filters: Filters, *, before: str | None, limit: int
    ) -> ListedPosts:
        """Return the page after the position `before`, in the order that the filters say.

        The page is full unless it is the last one. An index may be out of date, so every post that
        it names is read and checked against the filters.
        """
        read = self._agenda if filters.by_time else self._newest
        entries = read(owner, filters, before, limit + 1)
        kept: dict[str, tuple[str, PostAndContent]] = {}
        while positions := dict(islice(entries, limit + 1 - len(kept))):
            unread = [post_id for post_id in positions if post_id not in kept]
            for post, words in self.store.get_with_content(unread):
                if filters.match(post):
                    kept[post.id] = positions[post.id], (post, words)
        shown = list(kept.values())[:limit]
        media_ids = chain.from_iterable(words.media_ids for _, (_, words) in shown)
        media = self.media.get_many(owner, media_ids)
        return ListedPosts(
            posts=[PostDetails(post=post, words=words, media=media) for _, (post, words) in shown],
            positions=[position for position, _ in shown],
            next_before=shown[-1][0] if len(kept) > limit else None,
        )

    def _newest(
        self, owner: Owner, filters: Filters, before: str | None, step: int
    ) -> Iterator[tuple[str, str]]:
        """Return ids of posts, each with its position. The position is the id itself."""
        after = ids.floor("post", filters.created_from) if filters.created_from else None
        if filters.created_to:
            upper = ids.ceiling("post", filters.created_to)
            before = min(before, upper) if before else upper
        post_ids = self.store.list(
            owner, filters.statuses, filters.reaches, before=before, after=after, step=step
        )
        return ((post_id, post_id) for post_id in post_ids)

    def _agenda(
        self, owner: Owner, filters: Filters, before: str | None, step: int
    ) -> Iterator[tuple[str, str]]:
        """Return ids of posts, each with its position. The position is the time and the id."""
        after = Place(*before.split("#")) if before else None
        span = filters.scheduled_from, filters.scheduled_to
        places = self.store.agenda(
            owner, filters.statuses, filters.reaches, after=after, span=span, step=step
        )
        return ((place.post_id, "#".join(place)) for place in places)

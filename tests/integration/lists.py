"""Posts as rows, the pages that they are read in, and which of them a list must hold."""

from collections.abc import Iterable, Iterator

from herald import runtime
from herald.actions.lists import Filters
from herald.domain.content import PostContent
from herald.domain.owners import Owner
from herald.domain.posts import Post
from herald.store.post_rows import state_row, words_row


def put(posts: Iterable[Post]) -> None:
    """Write their rows, without the events and targets that a created post would have."""
    runtime.table().put_all(
        row
        for post in posts
        for row in (state_row(post, ()), words_row(post.id, PostContent(content="Hello")))
    )


def pages(owner: Owner, filters: Filters, limit: int) -> Iterator[list[Post]]:
    before = None
    while True:
        page = runtime.post_lists().list(owner, filters, before=before, limit=limit)
        yield [details.post for details in page.posts]
        if page.next_before is None:
            return
        before = page.next_before


def wanted(post: Post, filters: Filters) -> bool:
    """The contract's words, on one post."""
    targets = post.targets.values()
    return (
        post.status in filters.statuses
        and (
            filters.platform is None or filters.platform in {target.platform for target in targets}
        )
        and (
            filters.account_id is None
            or filters.account_id in {target.account_id for target in targets}
        )
        and (filters.created_from is None or filters.created_from <= post.created_at)
        and (filters.created_to is None or post.created_at <= filters.created_to)
    )


def wanted_by_time(post: Post, filters: Filters) -> bool:
    """What `docs/api.md` says of lists, on one post."""
    return (
        wanted(post, filters)
        and post.scheduled_for is not None
        and (filters.scheduled_from is None or filters.scheduled_from <= post.scheduled_for)
        and (filters.scheduled_to is None or post.scheduled_for <= filters.scheduled_to)
    )

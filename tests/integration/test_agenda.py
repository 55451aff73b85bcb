"""Lists of posts by the time they are due: what they hold, in which order, and what they cost."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.meter import Meter
from herald import runtime
from herald.actions.lists import Filters
from herald.aws.dynamodb import Update
from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.owners import Mode, Owner
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus
from herald.domain.targets import Target
from herald.store import keys
from tests.integration.conftest import Answer, Caller, drain
from tests.integration.lists import pages, put, wanted_by_time
from tests.integration.test_lifecycle import create
from tests.integration.test_posts import connect

START = datetime(2099, 6, 15, 14, tzinfo=UTC)
OWNER = Owner(f"ws_{0:0>24}", Mode.TEST)
WORKSPACES = count(1)
TWITTER, TIKTOK = f"acc_{0:0>24}", f"acc_{1:0>24}"
PLATFORMS = {TWITTER: Platform.TWITTER, TIKTOK: Platform.TIKTOK}
BY_TIME = Filters(by_time=True)

Drawn = tuple[PostStatus, str, int, int | None]

minutes = st.integers(0, 4)  # few: many posts are due at the same time
moments = st.none() | minutes.map(lambda after: START + timedelta(minutes=after))
drawn_posts = st.lists(
    st.tuples(
        st.sampled_from(PostStatus),
        st.sampled_from([TWITTER, TIKTOK]),
        minutes,
        st.none() | minutes,
    ),
    max_size=25,
)
drawn_filters = st.builds(
    Filters,
    statuses=st.sampled_from([LISTED_STATUSES, frozenset(PostStatus)])
    | st.frozensets(st.sampled_from(PostStatus), min_size=1, max_size=2),
    platform=st.none() | st.sampled_from([Platform.TWITTER, Platform.THREADS]),
    account_id=st.none() | st.sampled_from([TWITTER, TIKTOK]),
    created_from=moments,
    created_to=moments,
    by_time=st.just(True),
    scheduled_from=moments,
    scheduled_to=moments,
)


def drawn_post(
    owner: Owner, status: PostStatus, account: str, created: int, due: int | None
) -> Post:
    at = START + timedelta(minutes=created)
    to = Target(
        id=ids.new("pp", at), account_id=account, platform=PLATFORMS[account], account_name="b"
    )
    return Post(
        id=ids.new("post", at),
        owner=owner,
        status=status,
        targets={to.id: to},
        scheduled_for=None if due is None else START + timedelta(minutes=due),
        created_at=at,
        updated_at=at,
    )


def stored(owner: Owner, drawn: Iterable[Drawn]) -> list[Post]:
    """Posts in that status, to that account, made and due so many minutes after the start."""
    posts = [drawn_post(owner, *each) for each in drawn]
    put(posts)
    return posts


def listed(caller: Caller, query: str) -> list[str]:
    answer: Answer = caller("GET", f"/v1/posts?{query}")
    assert answer.status == 200, answer.body
    return [post["id"] for post in answer.body["data"]]


def at(hour: int) -> str:
    return f"2099-06-15T{hour:02d}:00:00Z"


@pytest.mark.usefixtures("aws")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=drawn_posts, filters=drawn_filters, limit=st.integers(1, 7))
def test_all_pages_together_are_the_posts_that_match_by_their_time(
    drawn: list[Drawn], filters: Filters, limit: int
) -> None:
    owner = Owner(f"ws_{next(WORKSPACES):0>24}", Mode.TEST)
    posts = stored(owner, drawn)

    found = list(pages(owner, filters, limit))

    shown = [post for page in found for post in page]
    assert sorted(post.id for post in shown) == sorted(
        post.id for post in posts if wanted_by_time(post, filters)
    )
    times = [post.scheduled_for for post in shown if post.scheduled_for]
    assert times == sorted(times)
    assert all(len(page) == limit for page in found[:-1])


def test_a_time_is_found_by_its_bounds_in_either_spelling_of_the_sort(test: Caller) -> None:
    account = connect(test, "twitter")
    late = create(test, account, scheduledFor=at(16), saveAsDraft=False)["id"]
    early = create(test, account, scheduledFor=at(10), saveAsDraft=False)["id"]
    draft = create(test, account, scheduledFor=at(12), saveAsDraft=True)["id"]
    create(test, account)

    assert listed(test, "sort=scheduledFor") == [early, draft, late]
    assert listed(test, "sort=SCHEDULEDFOR&status=scheduled") == [early, late]
    assert listed(test, f"scheduledFrom={at(10)}&scheduledTo={at(12)}") == [early, draft]
    assert listed(test, f"scheduledFrom={at(11)}") == [draft, late]
    assert listed(test, f"scheduledTo={at(11)}&sort=scheduledFor&platform=twitter") == [early]
    assert listed(test, f"scheduledFrom={at(12)}&scheduledTo={at(11)}") == []
    assert listed(test, f"sort=scheduledFor&from={at(9)}") == []
    assert len(listed(test, "sort=createdAt")) == len(listed(test, "")) == 4


def test_it_follows_a_post_through_its_life(test: Caller) -> None:
    account = connect(test, "twitter")
    post = create(test, account, scheduledFor=at(10))["id"]
    path = f"/v1/posts/{post}"

    test("PATCH", path, {"scheduledFor": at(15)})
    moved = [listed(test, f"scheduledFrom={at(hour)}&scheduledTo={at(hour)}") for hour in (10, 15)]
    test("POST", f"{path}/publish")
    going_out = listed(test, "sort=scheduledFor&status=publishing")
    drain()
    published = [
        listed(test, f"sort=scheduledFor&status={status}")
        for status in ("published", "scheduled", "publishing")
    ]
    test("PATCH", path, {"status": "archived"})

    assert moved == [[], [post]]
    assert going_out == [post]
    assert published == [[post], [], []]
    assert (
        listed(test, "sort=scheduledFor"),
        listed(test, "sort=scheduledFor&status=archived"),
    ) == ([], [post])


def test_what_loses_its_time_or_is_deleted_leaves_it(test: Caller) -> None:
    account = connect(test, "twitter")
    timeless = create(test, account, scheduledFor=at(10))["id"]
    gone = create(test, account, scheduledFor=at(10))["id"]

    test("PATCH", f"/v1/posts/{timeless}", {"scheduledFor": None})
    test("DELETE", f"/v1/posts/{gone}")

    assert listed(test, "sort=scheduledFor") == []
    assert listed(test, "") == [timeless]


def test_a_claimed_post_is_publishing_though_the_index_was_not_told(aws: None) -> None:
    [post] = stored(OWNER, [(PostStatus.SCHEDULED, TWITTER, 0, 1)])
    begun = {
        "status": PostStatus.PUBLISHING,
        "standing": keys.posts_in(OWNER, PostStatus.PUBLISHING),
    }
    runtime.table().update(Update(key=keys.state(post.id), values=begun))

    def found(status: PostStatus) -> list[list[Post]]:
        return list(pages(OWNER, replace(BY_TIME, statuses=frozenset({status})), 5))

    assert [[each.id for each in page] for page in found(PostStatus.PUBLISHING)] == [[post.id]]
    assert found(PostStatus.SCHEDULED) == [[]]


def test_no_owner_sees_anothers(live: Caller, test: Caller) -> None:
    create(test, connect(test, "twitter"), scheduledFor=at(10))

    assert listed(live, "sort=scheduledFor") == []


def test_a_cursor_serves_its_own_query_alone(test: Caller) -> None:
    account = connect(test, "twitter")
    made = [create(test, account, scheduledFor=at(10))["id"] for _ in range(5)]
    query = f"sort=scheduledFor&scheduledFrom={at(9)}&limit=2"
    seen, cursor = [], ""
    for _ in range(3):
        page = test("GET", f"/v1/posts?{query}{cursor and f'&cursor={cursor}'}").body
        seen += [post["id"] for post in page["data"]]
        cursor = page["pagination"]["nextCursor"] or cursor

    others = [
        "limit=2",
        "sort=scheduledFor&limit=2",
        f"sort=scheduledFor&scheduledFrom={at(8)}&limit=2",
        f"{query}&status=all",
    ]
    answers = [test("GET", f"/v1/posts?{each}&cursor={cursor}") for each in others]

    assert sorted(seen) == sorted(made)
    assert [(answer.status, answer.body["error"]["code"]) for answer in answers] == [
        (400, "BAD_REQUEST")
    ] * 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=name", "sort"),
        (f"sort=createdAt&scheduledFrom={at(10)}", "sort"),
        (f"sort=createdAt&scheduledTo={at(10)}", "sort"),
        ("scheduledFrom=tomorrow", "scheduledFrom"),
        ("scheduledTo=2099-06-15T14:00:00", "scheduledTo"),
    ],
)
def test_a_list_that_cannot_be_is_refused(test: Caller, query: str, field: str) -> None:
    answer = test("GET", f"/v1/posts?{query}")

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, field)


@pytest.mark.parametrize(
    "filters", [BY_TIME, replace(BY_TIME, statuses=frozenset({PostStatus.FAILED}))]
)
def test_a_page_costs_no_more_among_many_posts_than_among_few(aws: None, filters: Filters) -> None:
    meter = Meter("herald")
    spent = []
    filters = replace(filters, scheduled_from=START + timedelta(minutes=2))
    for others in (0, 200):
        stored(
            OWNER,
            [(PostStatus.PUBLISHED, TWITTER, 0, 1)] * others
            + [(PostStatus.FAILED, TWITTER, 1, 2)] * 5,
        )
        with meter.measured() as cost:
            runtime.post_lists().list(OWNER, filters, before=None, limit=4)
        spent.append((cost.calls.total(), cost.read_units))

    assert spent[0] == spent[1]


def test_a_search_for_a_rare_status_reads_what_the_index_says_not_the_posts(aws: None) -> None:
    meter = Meter("herald")
    stored(
        OWNER, [(PostStatus.FAILED, TIKTOK, 0, 4)] + [(PostStatus.PUBLISHED, TWITTER, 1, 1)] * 200
    )

    with meter.measured() as cost:
        page = runtime.post_lists().list(
            OWNER, replace(BY_TIME, statuses=frozenset({PostStatus.FAILED})), before=None, limit=4
        )

    assert len(page.posts) == 1
    assert cost.read_units < 15  # a unit for 40 entries

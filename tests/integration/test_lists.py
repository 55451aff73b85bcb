"""Lists of posts: what they hold, in which order, and that a page costs what a page holds."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.meter import Meter
from herald import runtime
from herald.actions.lists import Filters
from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.owners import Mode, Owner
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus
from herald.domain.targets import Target
from tests.integration.conftest import Caller
from tests.integration.lists import pages, put, wanted
from tests.integration.test_lifecycle import create
from tests.integration.test_posts import connect

START = datetime(2026, 6, 15, tzinfo=UTC)
OWNER = Owner(f"ws_{0:0>24}", Mode.TEST)
TWITTER = f"acc_{0:0>24}"
OTHER_TWITTER = f"acc_{1:0>24}"
TIKTOK = f"acc_{2:0>24}"
ACCOUNTS = {TWITTER: Platform.TWITTER, OTHER_TWITTER: Platform.TWITTER, TIKTOK: Platform.TIKTOK}
FAILED = Filters(statuses=frozenset({PostStatus.FAILED}))
ALL = Filters(statuses=frozenset(PostStatus))
WORKSPACES = count(1)

Drawn = tuple[PostStatus, Collection[str], int]

milliseconds = st.integers(0, 12)
accounts = st.sets(st.sampled_from(list(ACCOUNTS)), min_size=1)
moments = st.none() | milliseconds.map(lambda after: START + timedelta(milliseconds=after))
drawn_posts = st.lists(st.tuples(st.sampled_from(PostStatus), accounts, milliseconds), max_size=25)
drawn_filters = st.builds(
    Filters,
    statuses=st.sampled_from([LISTED_STATUSES, ALL.statuses])
    | st.frozensets(st.sampled_from(PostStatus), min_size=1, max_size=2),
    platform=st.none() | st.sampled_from([Platform.TWITTER, Platform.TIKTOK, Platform.THREADS]),
    account_id=st.none() | st.sampled_from(list(ACCOUNTS)),
    created_from=moments,
    created_to=moments,
)


def stored(owner: Owner, drawn: Iterable[Drawn]) -> list[Post]:
    """Posts in that status, to those accounts, made so many milliseconds after the start."""
    posts = [drawn_post(owner, *each) for each in drawn]
    put(posts)
    return posts


def drawn_post(owner: Owner, status: PostStatus, accounts: Collection[str], after: int) -> Post:
    at = START + timedelta(milliseconds=after)
    targets = [
        Target(id=ids.new("pp", at), account_id=each, platform=ACCOUNTS[each], account_name="b")
        for each in accounts
    ]
    by_id = {each.id: each for each in targets}
    return Post(
        id=ids.new("post", at),
        owner=owner,
        status=status,
        targets=by_id,
        created_at=at,
        updated_at=at,
    )


@pytest.mark.usefixtures("aws")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=drawn_posts, filters=drawn_filters, limit=st.integers(1, 7))
def test_all_pages_together_are_the_posts_that_match_newest_first(
    drawn: list[Drawn], filters: Filters, limit: int
) -> None:
    owner = Owner(f"ws_{next(WORKSPACES):0>24}", Mode.TEST)
    posts = stored(owner, drawn)

    found = list(pages(owner, filters, limit))

    shown = [post.id for page in found for post in page]
    assert shown == sorted((post.id for post in posts if wanted(post, filters)), reverse=True)
    assert all(len(page) == limit for page in found[:-1])


def test_a_post_is_listed_in_the_status_it_is_in(test: Caller) -> None:
    post = create(test, connect(test, "twitter"), scheduledFor="2099-06-15T14:00:00Z")

    def listed(status: str) -> bool:
        return bool(test("GET", f"/v1/posts?status={status}&platform=twitter").body["data"])

    assert (listed("scheduled"), listed("cancelled")) == (True, False)
    test("POST", f"/v1/posts/{post['id']}/cancel")
    assert (listed("scheduled"), listed("cancelled")) == (False, True)
    test("PATCH", f"/v1/posts/{post['id']}", {"status": "archived"})
    assert (listed("cancelled"), listed("archived"), listed("all")) == (False, True, True)
    assert test("GET", "/v1/posts").body["data"] == []
    assert (
        test("DELETE", f"/v1/posts/{create(test, post['platforms'][0]['accountId'])['id']}").status
        == 200
    )
    assert test("GET", "/v1/posts").body["data"] == []


@pytest.mark.parametrize(
    "filters", [Filters(), FAILED, ALL, replace(FAILED, platform=Platform.TWITTER)]
)
def test_a_page_costs_no_more_among_many_posts_than_among_few(aws: None, filters: Filters) -> None:
    meter = Meter("herald")
    spent = []
    for others in (0, 200):
        stored(
            OWNER,
            [(PostStatus.PUBLISHED, {TWITTER}, 0)] * others
            + [(PostStatus.FAILED, {TWITTER}, 1)] * 5,
        )
        with meter.measured() as cost:
            runtime.post_lists().list(OWNER, filters, before=None, limit=4)
        spent.append((cost.calls.total(), cost.read_units))

    assert spent[0] == spent[1]


def test_a_search_for_a_rare_account_reads_what_the_index_says_not_the_posts(aws: None) -> None:
    meter = Meter("herald")
    stored(
        OWNER, [(PostStatus.PUBLISHED, {TIKTOK}, 0)] + [(PostStatus.PUBLISHED, {TWITTER}, 1)] * 200
    )

    with meter.measured() as cost:
        page = runtime.post_lists().list(
            OWNER, replace(ALL, account_id=TIKTOK), before=None, limit=4
        )

    assert len(page.posts) == 1
    assert cost.read_units < 15  # a unit for 50 entries, a half at least for each status


def test_a_page_that_lambda_would_not_take_ends_before_that(test: Caller) -> None:
    account = connect(test, "twitter")
    thread = [{"content": '"' * 4_800} for _ in range(25)]
    made = [create(test, account, content="x", threadPosts=thread)["id"] for _ in range(26)]

    pages: list[list[str]] = []
    cursor = ""
    while not pages or cursor:
        page = test("GET", f"/v1/posts?limit=100{cursor and '&cursor='}{cursor}").body
        pages.append([each["id"] for each in page["data"]])
        assert len(json.dumps(json.dumps(page, ensure_ascii=False))) < 6_000_000
        cursor = page["pagination"]["nextCursor"]

    assert [each for page in pages for each in page] == made[::-1]
    assert len(pages) > 1
    assert all(len(page) > 5 for page in pages[:-1])

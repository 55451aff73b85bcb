"""Pages: what they hold, in which order, and what a cursor is good for."""

from dataclasses import replace

from herald import runtime
from herald.actions.paging import Filters
from herald.domain import deliveries
from herald.domain.events import EventType
from herald.webhooks import formats
from tests.integration.conftest import Caller, tell
from tests.integration.subscribers import (
    House,
    Subscriber,
    happened,
    operations,
)
from tests.integration.test_posts import connect
from tests.integration.test_webhooks import publish


def test_deliveries_page_newest_first_and_filter_by_status(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    subscriber.answers = [500]
    for number in range(5):
        publish(test, f"{number}")
        tell()

    path = f"/v1/webhooks/{hook}/deliveries"
    whole = test("GET", path).body["data"]
    first = test("GET", f"{path}?limit=2").body
    second = test("GET", f"{path}?limit=2&cursor={first['pagination']['next_cursor']}").body
    delivered = test("GET", f"{path}?limit=2&status=DELIVERED").body

    assert [each["id"] for each in whole] == sorted((each["id"] for each in whole), reverse=True)
    assert [each["id"] for each in first["data"] + second["data"]] == [
        each["id"] for each in whole[:4]
    ]
    assert [each["status"] for each in delivered["data"]] == ["delivered"] * 2
    assert [each["status"] for each in test("GET", f"{path}?status=pending").body["data"]] == [
        "pending"
    ]
    assert test("GET", f"{path}?status=delivering").body["data"] == []
    assert test("GET", f"{path}?status=nonsense").status == 400
    assert (
        test("GET", f"{path}?status=failed&cursor={first['pagination']['next_cursor']}").status
        == 400
    )


def test_deliveries_filter_by_event_type_and_time(test: Caller, subscriber: Subscriber) -> None:
    hook = test(
        "POST",
        "/v1/webhooks",
        {"url": subscriber.url, "events": ["post.created", "post.published"]},
    ).body["id"]
    for number in range(3):
        publish(test, f"{number}")
    tell()

    path = f"/v1/webhooks/{hook}/deliveries"
    whole = test("GET", path).body["data"]
    second, third = whole[1]["createdAt"], whole[2]["createdAt"]
    created = test("GET", f"{path}?eventType=POST.created&limit=2").body
    rest = test(
        "GET",
        f"{path}?eventType=post.created&limit=2&cursor={created['pagination']['next_cursor']}",
    ).body
    between = test("GET", f"{path}?from={third}&to={second}").body["data"]

    assert len(whole) == 6
    assert created["data"] + rest["data"] == [
        each for each in whole if each["eventType"] == "post.created"
    ]
    assert rest["pagination"]["has_more"] is False
    assert between == [each for each in whole if third <= each["createdAt"] <= second]
    assert (
        test("GET", f"{path}?from=2024-01-01T00:00:00Z&to=2024-02-01T00:00:00Z").body["data"] == []
    )
    assert test("GET", f"{path}?from={second}&to={third}&limit=1").status == 200
    assert (
        test("GET", f"{path}?eventType=webhook.test").status
        == test("GET", f"{path}?from=2024-01-01").status
        == 400
    )


def test_a_filter_that_leaves_out_nearly_all_takes_few_reads(herald: House) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    for number in range(200):
        told = formats.recorded(
            happened(EventType.POST_CREATED if number else EventType.POST_FAILED, herald.clock()),
            [],
        )
        runtime.delivery_store().save(
            deliveries.first(told, endpoint), endpoint, herald.clock(), was=None
        )
        herald.clock.advance(seconds=1)
    seen = operations(runtime.table().client)

    later = replace(runtime.endpoints(), now=herald.clock)
    filters = Filters(event_type="post.failed")
    page = later.deliveries(endpoint.id, endpoint.owner, filters, before=None, limit=1)

    assert [each.event_type for each in page.items] == ["post.failed"]
    assert seen["Query"] <= 8


def test_a_filtered_page_is_full(test: Caller, account: str) -> None:
    other = connect(test, "twitter")
    for n in range(6):
        test("POST", "/v1/posts", {"content": str(n), "accountIds": [account if n % 2 else other]})

    page = test("GET", f"/v1/posts?limit=2&accountId={account}&status=DRAFT").body

    assert [post["content"] for post in page["data"]] == ["5", "3"]
    assert page["pagination"]["hasMore"] is True
    assert test("GET", "/v1/posts?status=published").body["data"] == []


def test_a_cursor_serves_its_own_query_only(test: Caller, account: str) -> None:
    for n in range(3):
        test("POST", "/v1/posts", {"content": str(n), "accountIds": [account]})
    cursor = test("GET", "/v1/posts?limit=1").body["pagination"]["next_cursor"]

    for path in (
        f"/v1/posts?cursor={cursor}&status=draft",
        f"/v1/posts?cursor={cursor[:-2]}AA",
        "/v1/posts?cursor=x",
        "/v1/posts?cursor=%F0",
    ):
        answer = test("GET", path)
        assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")

"""Lists of posts on the running stack: its indexes and its roles."""

from tests.e2e.stack import Caller


def test_posts_are_found_by_status_and_account_page_by_page(test: Caller) -> None:
    account = test.connect("twitter", username="listed")
    other = test.connect("linkedin", username="listed")
    later = {"content": "Later", "scheduledFor": "2099-01-01T00:00:00Z"}
    made = [
        test("POST", "/v1/posts", {**later, "accountIds": [account]}).body["id"] for _ in range(3)
    ]
    test("POST", "/v1/posts", {**later, "accountIds": [other]})
    test("POST", f"/v1/posts/{made[1]}/cancel")
    path = f"/v1/posts?limit=1&status=scheduled&accountId={account}"

    first = test("GET", path).body
    second = test("GET", f"{path}&cursor={first['pagination']['nextCursor']}").body

    assert [post["id"] for page in (first, second) for post in page["data"]] == [made[2], made[0]]
    assert second["pagination"]["hasMore"] is False
    assert [
        post["id"] for post in test("GET", f"/v1/posts?accountId={account}").body["data"]
    ] == made[::-1]


def test_posts_are_found_by_the_time_they_are_due_page_by_page(test: Caller) -> None:
    account = test.connect("twitter", username="due")
    post = {"content": "Due", "accountIds": [account]}
    hours = (15, 9, 12, 12, 23)
    made = [
        test(
            "POST",
            "/v1/posts",
            {**post, "scheduledFor": f"2098-03-01T{hour:02d}:00:00Z", "saveAsDraft": hour == 9},
        )
        for hour in hours
    ]
    late, draft, *noon, last = [answer.body["id"] for answer in made]
    test("POST", f"/v1/posts/{last}/cancel")
    path = "/v1/posts?limit=3&scheduledFrom=2098-03-01T09:00:00Z&scheduledTo=2098-03-01T23:00:00Z"

    first = test("GET", path).body
    second = test("GET", f"{path}&cursor={first['pagination']['nextCursor']}").body
    scheduled = test("GET", f"{path}&status=scheduled&sort=scheduledFor&accountId={account}").body

    ids = [[each["id"] for each in page["data"]] for page in (first, second, scheduled)]
    assert (ids[0][0], set(ids[0][1:]), ids[1]) == (draft, set(noon), [late, last])
    assert (set(ids[2][:2]), ids[2][2]) == (set(noon), late)
    assert second["pagination"]["hasMore"] is False


def test_a_time_that_ends_before_it_begins_holds_nothing(test: Caller) -> None:
    hook = test(
        "POST", "/v1/webhooks", {"url": "http://127.0.0.1:2/hook", "events": ["post.created"]}
    ).body["id"]
    backwards = "from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z"

    for path in ("/v1/posts", "/v1/events", f"/v1/webhooks/{hook}/deliveries"):
        answer = test("GET", f"{path}?{backwards}")
        assert (answer.status, answer.body["data"]) == (200, [])
    test("DELETE", f"/v1/webhooks/{hook}")

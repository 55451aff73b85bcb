"""Lists longer than one page of the table (1 MB) are read to their end. Every limit is told."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from herald import runtime
from herald.actions.endpoints import NewEndpoint
from herald.aws import dynamodb
from herald.domain import api_keys, ids
from herald.domain.accounts import MAX_CONNECTED, Account, AccountStatus, Platform
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.endpoints import MAX_ENDPOINTS, Endpoint
from herald.domain.errors import UnprocessableError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Mode, Owner
from herald.domain.posts import MAX_TARGETS
from herald.domain.sandbox import Commit
from herald.store.accounts import AccountStore, account_row
from herald.store.endpoint_rows import endpoint_row
from herald.store.endpoints import EndpointStore
from herald.store.workspaces import key_puts
from tests.faults.memory import Table
from tests.integration.conftest import Answer, Caller, fan_out, messages, owner_of
from tests.integration.subscribers import api_key, stream_records

OWNER = Owner("ws_1", Mode.TEST)
BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
MANY, LONG = 15, "a" * 100_000  # rows of this length are 1.5 MB
HOOK = "http://127.0.0.1:2/hook"


def at(number: int) -> datetime:
    return BEGAN + timedelta(milliseconds=number)


def endpoints(owner: Owner, count: int, description: str | None = None) -> list[Endpoint]:
    return [
        Endpoint(
            id=ids.new("wh", at(number)),
            owner=owner,
            url=HOOK,
            events=("post.created",),
            description=description,
            created_at=at(number),
            updated_at=at(number),
        )
        for number in range(count)
    ]


def accounts(owner: Owner, count: int, avatar: str | None = None) -> list[Account]:
    return [
        Account(
            id=ids.new("acc", at(number)),
            owner=owner,
            platform=Platform.LINKEDIN,
            remote_id=f"sandbox:linkedin:user-{number}",
            username=f"user-{number}",
            avatar_url=avatar,
            created_at=at(number),
            updated_at=at(number),
        )
        for number in range(count)
    ]


def key(owner: Owner, number: int) -> ApiKey:
    return ApiKey(
        id=ids.new("key", at(number)),
        owner=owner,
        name=LONG,
        scopes=("posts:read",),
        plan=Plan.PRO,
        digest=api_keys.digest(str(number)),
        hint="…",
        created_at=at(number),
    )


def entry(account: str, number: int, *, name: str = "pp_1", live: bool = True) -> Commit:
    return Commit(
        remote_id=f"r{number:02d}",
        account_id=account,
        key=f"{name}:0",
        platform=Platform.TWITTER,
        text=LONG,
        live=live,
        at=at(number),
    )


def keep(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:  # one by one: together they are more than a call takes
        runtime.table().put(dynamodb.Put(item=row))


def everything(caller: Caller, path: str) -> list[Any]:
    """A list read to its end. Every page is full but the last."""
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller("GET", f"{path}limit=12{cursor and f'&cursor={cursor}'}").body
        found, cursor = found + page["data"], page["pagination"]["nextCursor"]
        assert cursor is None or len(page["data"]) == 12
    return found


def memory() -> dynamodb.Table:
    return cast("dynamodb.Table", Table(random.Random(1), 0, Counter()))


def says(error: pytest.ExceptionInfo[UnprocessableError], most: int) -> None:
    assert error.value.details == {"limit": most}
    assert f"{most:,}" in error.value.message


def test_every_webhook_is_listed_and_told(test: Caller) -> None:
    hooks = endpoints(owner_of(test), MANY, LONG)
    keep(endpoint_row(each) | {"sealed": b"-"} for each in hooks)
    account = test("POST", "/v1/accounts/connect/twitter", {"username": "brand"}).body["account"][
        "id"
    ]
    test("POST", "/v1/posts", {"content": "x", "accountIds": [account]})

    fan_out(stream_records())

    assert [each["id"] for each in everything(test, "/v1/webhooks?")] == [each.id for each in hooks]
    assert {each["endpoint"] for each in messages(runtime.configured().delivery_queue_url)} == {
        each.id for each in hooks
    }


def test_every_account_is_listed_known_and_posted_to(test: Caller) -> None:
    made = accounts(owner_of(test), MANY, LONG)
    keep(account_row(each) for each in made)

    again = test("POST", "/v1/accounts/connect/linkedin", {"username": made[-1].username}).body[
        "account"
    ]
    post = test("POST", "/v1/posts", {"content": "x", "platforms": ["linkedin"]}).body

    assert [each["id"] for each in everything(test, "/v1/accounts?")] == [each.id for each in made]
    assert again["id"] == made[-1].id
    assert {each["accountId"] for each in post["platforms"]} == {each.id for each in made}


def test_every_api_key_is_listed(live: Caller) -> None:
    made = [key(owner_of(live), number) for number in range(MANY)]
    keep(key_puts(each)[1].item for each in made)

    listed = everything(live, "/v1/api-keys?")

    assert [each["id"] for each in listed[:MANY]] == [each.id for each in made]
    assert len(listed) == MANY + 2


def test_a_workspace_has_at_most_so_many_webhooks_in_each_mode(aws: None) -> None:
    table = memory()
    by = api_key(OWNER)
    webhooks = replace(runtime.endpoints(), endpoints=EndpointStore(table, runtime.vault()))
    table.put_all(endpoint_row(each) for each in endpoints(OWNER, MAX_ENDPOINTS - 1))
    new = NewEndpoint(url=HOOK, events=("post.created",))

    last, _ = webhooks.create(new, by=by, request=IdempotentRequest())
    with pytest.raises(UnprocessableError) as refused:
        webhooks.create(new, by=by, request=IdempotentRequest())

    says(refused, MAX_ENDPOINTS)
    assert len(webhooks.list(OWNER)) == MAX_ENDPOINTS
    webhooks.create(new, by=api_key(Owner("ws_1", Mode.LIVE)), request=IdempotentRequest())
    webhooks.delete(last.id, OWNER)
    webhooks.create(new, by=by, request=IdempotentRequest())


def test_a_workspace_has_at_most_so_many_connected_accounts_in_each_mode(aws: None) -> None:
    table = memory()
    made = accounts(OWNER, MAX_CONNECTED + 1)
    actions = replace(runtime.accounts(), store=AccountStore(table, runtime.vault()))
    gone = replace(made.pop(), status=AccountStatus.DISCONNECTED)
    table.put_all(account_row(each) for each in [*made, gone])

    def connect(
        username: str, owner: Owner = OWNER, platform: Platform = Platform.LINKEDIN
    ) -> Account:
        return actions.connect(platform, {"username": username}, owner, request=IdempotentRequest())

    for username in ("one more", gone.username):
        with pytest.raises(UnprocessableError) as refused:
            connect(username)
        says(refused, MAX_CONNECTED)

    assert connect(made[7].username).id == made[7].id
    assert connect("one more", Owner("ws_1", Mode.LIVE), Platform.SANDBOX).username == "one more"
    actions.disconnect(made[0].id, OWNER)
    assert connect(gone.username).id == gone.id


def test_platforms_with_more_accounts_than_a_post_may_have_are_told_so(test: Caller) -> None:
    made = accounts(owner_of(test), MAX_TARGETS + 1)
    keep(account_row(each) for each in made)
    body = {"content": "x", "platforms": ["linkedin"]}

    answer: Answer = test("POST", "/v1/posts", body)

    assert (answer.status, answer.body["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY")
    assert answer.body["error"]["details"] == {"limit": MAX_TARGETS}
    assert test("GET", "/v1/posts").body["data"] == []
    assert test("DELETE", f"/v1/accounts/{made[0].id}").status == 200
    assert len(test("POST", "/v1/posts", body).body["platforms"]) == MAX_TARGETS

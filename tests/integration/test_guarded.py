"""No address that a user can name leads inside: not at the API, not when something is sent."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from herald import runtime
from herald.actions.endpoints import NewEndpoint
from herald.domain.deliveries import DeliveryStatus
from herald.domain.endpoints import Edit, Endpoint
from herald.domain.errors import UnprocessableError
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Mode, Owner
from herald.net.client import Client
from herald.net.guard import Guard
from tests.doors import door
from tests.fakes.peer import Peer, running
from tests.integration.conftest import CONTEXT, Answer, Caller, forget_wiring, messages, sqs_event
from tests.integration.subscribers import OWNER, House, api_key, house
from tests.unit.net.urls import FORBIDDEN, MALFORMED, METADATA, PRIVATE_NAMES, PUBLIC

HOOK = {"events": ["post.published"]}
GOOD = "https://8.8.8.8/hook"
Call = Callable[[Caller, str], Answer]


@pytest.fixture
def guarded(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As deployed: no private address is allowed."""
    monkeypatch.setenv("ALLOW_PRIVATE_TARGETS", "")
    forget_wiring()


def url_of(host: str) -> str:
    return f"https://[{host}]/" if ":" in host else f"https://{host}/"


INSIDE = [
    url_of(host)
    for host in dict.fromkeys(
        [*PRIVATE_NAMES, *chain.from_iterable(METADATA.values()), *FORBIDDEN[::3]]
    )
]
"""Well written, and not to be spoken to."""
ODD = MALFORMED


def no_text(url: str) -> bool:
    """Return whether it holds a character that no body may hold.

    That is refused before anybody looks for an address.
    """
    return any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\t\r\n" for each in url)


def create(caller: Caller, url: str) -> Answer:
    return caller("POST", "/v1/webhooks", HOOK | {"url": url})


def register(caller: Caller, url: str) -> Answer:
    return caller(
        "POST", "/v1/media/register", {"url": url, "contentType": "image/jpeg", "filename": "a.jpg"}
    )


def connect_mastodon(caller: Caller, url: str) -> Answer:
    return caller("POST", "/v1/accounts/connect/mastodon", {"instanceUrl": url, "accessToken": "t"})


def connect_bluesky(caller: Caller, url: str) -> Answer:
    return caller(
        "POST",
        "/v1/accounts/connect/bluesky",
        {"instanceUrl": url, "identifier": "a.example", "appPassword": "p"},
    )


@pytest.mark.parametrize("urls", [ODD[::2], ODD[1::2], INSIDE], ids=["1", "2", "inside"])
def test_what_may_not_be_told_is_a_422_that_names_the_field(
    guarded: None, live: Caller, urls: Sequence[str]
) -> None:
    for url in urls:
        answer = create(live, url)
        expected = (400, "VALIDATION_ERROR") if no_text(url) else (422, "UNPROCESSABLE_ENTITY")
        assert (answer.status, answer.body["error"]["code"]) == expected, url
        assert answer.body["error"]["details"]["field"] == "url"

    assert live("GET", "/v1/webhooks").body["data"] == []


@pytest.mark.parametrize("urls", [ODD[::2], ODD[1::2], INSIDE], ids=["1", "2", "inside"])
def test_what_may_not_be_read_is_not_registered(
    guarded: None, live: Caller, urls: Sequence[str]
) -> None:
    for url in urls:
        answer = register(live, url)
        status = 400 if not url or len(url) > 2048 or no_text(url) else 422
        assert (answer.status, answer.body["error"]["details"]["field"]) == (status, "url"), url

    assert live("GET", "/v1/media").body["data"] == []


@pytest.mark.parametrize("urls", [ODD[::2], ODD[1::2], INSIDE], ids=["1", "2", "inside"])
def test_an_endpoint_cannot_be_moved_inside(
    guarded: None, live: Caller, urls: Sequence[str]
) -> None:
    made = create(live, GOOD).body

    for url in urls:
        answer = live("PATCH", f"/v1/webhooks/{made['id']}", {"url": url})
        assert (answer.status, answer.body["error"]["details"]["field"]) == (
            400 if no_text(url) else 422,
            "url",
        ), url

    assert live("GET", f"/v1/webhooks/{made['id']}").body["url"] == GOOD


@pytest.mark.parametrize("call", [connect_mastodon, connect_bluesky])
def test_no_account_lives_inside(guarded: None, live: Caller, call: Call) -> None:
    for url in INSIDE:
        answer = call(live, url)
        assert (answer.status, "may not be called" in answer.body["error"]["message"]) == (
            422,
            True,
        ), url
    for host in (
        "127.1",
        "0x7f000001",
        "user@127.0.0.1",
        "127.0.0.1\\@example.com",
        "１２７.0.0.1",
        "[::1%25lo]",
        "example.com:0",
        "example.com:22",
        "example.com.:6000",
    ):
        assert call(live, f"https://{host}/").status == 400, host
    for url in (
        "http://127.0.0.1/",
        "http://mastodon.example",
        "HTTP://169.254.169.254/latest/meta-data/",
    ):
        assert call(live, url).status == 422, url


def test_a_name_that_leads_inside_is_a_422_that_does_not_say_where(guarded: None) -> None:
    for found in (
        ["10.1.2.3"],
        [PUBLIC, "10.1.2.3"],
        ["::ffff:10.1.2.3"],
        [PUBLIC, "64:ff9b::a01:203"],
    ):
        with pytest.raises(UnprocessableError) as caught:
            subscribe("https://hook.example/", found)
        assert "10.1" not in caught.value.message
        assert "64:" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "found", "reason"),
    [
        ("https://hook.example/", ["127.0.0.1"], "blocked: the host's address is not a public one"),
        (
            "https://hook.example/",
            [PUBLIC, "127.0.0.1"],
            "blocked: the host's address is not a public one",
        ),
        (
            "https://hook.example/",
            ["::ffff:7f00:1"],
            "blocked: the host's address is not a public one",
        ),
        (
            "https://hook.example/",
            ["fe80::1%eth0"],
            "blocked: the host's address is not a public one",
        ),
        ("https://127.0.0.1/", [], "blocked: the host's address is not a public one"),
        ("https://localhost/", ["127.0.0.1"], "blocked: the host's name is not a public one"),
        (
            "https://metadata.google.internal/",
            ["169.254.169.254"],
            "blocked: the host's name is not a public one",
        ),
        ("http://hook.example/", ["127.0.0.1"], "blocked: only https is allowed"),
        ("https://localhost./", ["127.0.0.1"], "blocked: the host's name is not a public one"),
        (
            "https://hook.example./",
            ["127.0.0.1"],
            "blocked: the host's address is not a public one",
        ),
        ("https://127.1/", ["127.0.0.1"], "blocked: the URL's host is malformed"),
        (
            "https://127.0.0.1\\@hook.example/",
            ["127.0.0.1"],
            "blocked: the URL contains a space, a control character or a backslash",
        ),
    ],
)
def test_a_delivery_that_leads_inside_fails_for_good(
    aws: None, url: str, found: list[str], reason: str
) -> None:
    """Whatever was true when the endpoint was made: its name has moved since."""
    herald = house()
    with running(lambda _connection: None) as peer:
        endpoint = moved(subscribe("https://hook.example/", [PUBLIC]), with_port(url, peer))
        herald.happens()
        guarded = replace(herald.deliverer, http=Client(Guard(lookup=lambda _host, _port: found)))

        assert guarded.deliver(herald.outbox.take()) == []

        assert peer.connections == 0
    [failed] = herald.deliveries(endpoint)
    assert (failed.status, failed.attempts, failed.due, failed.error) == (
        DeliveryStatus.FAILED,
        1,
        None,
        reason,
    )
    assert (failed.status_code, failed.response_body) == (None, None)
    assert nothing_more(herald)


def test_a_delivery_to_a_port_that_no_browser_calls_fails_for_good(aws: None) -> None:
    """As endpoints that were made before such ports were refused."""
    herald = house()
    endpoint = moved(subscribe("https://hook.example/", [PUBLIC]), "https://hook.example:25/")
    herald.happens()

    assert herald.deliverer.deliver(herald.outbox.take()) == []

    [failed] = herald.deliveries(endpoint)
    assert (failed.status, failed.attempts) == (DeliveryStatus.FAILED, 1)
    assert failed.error == "blocked: the URL's port is one that is never called"


def test_a_host_may_end_in_a_dot_and_is_called_without_it(aws: None) -> None:
    herald = house()
    seen: list[bytes] = []

    def answer(connection: Any) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with running(answer) as peer:
        endpoint = moved(
            subscribe("https://hook.example./", [PUBLIC]), f"http://hook.example.:{peer.port}/"
        )
        herald.happens()
        allowing = replace(
            herald.deliverer,
            http=Client(Guard(["127.0.0.1"], lookup=lambda _host, _port: ["127.0.0.1"])),
        )
        allowing.deliver(herald.outbox.take())

    assert [each.status for each in herald.deliveries(endpoint)] == [DeliveryStatus.DELIVERED]
    assert f"Host: hook.example:{peer.port}\r\n".encode() in seen[0]


def test_the_log_says_why_and_not_where(aws: None, live: Caller) -> None:
    herald = house()
    endpoint = subscribe("https://hook.example/", [PUBLIC], caller=live)
    herald.happens(owner=endpoint.owner)
    replace(herald.deliverer, http=Client(Guard(lookup=lambda _host, _port: ["10.1.2.3"]))).deliver(
        herald.outbox.take()
    )

    [listed] = live("GET", f"/v1/webhooks/{endpoint.id}/deliveries").body["data"]
    detail = live("GET", f"/v1/webhooks/{endpoint.id}/deliveries/{listed['id']}").body

    assert (listed["success"], listed["retryCount"], listed["statusCode"]) == (False, 0, None)
    assert listed["error"] == "blocked: the host's address is not a public one"
    assert [each["error"] for each in detail["attempts"]] == [listed["error"]]
    assert "10.1.2.3" not in str(detail)


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_judged(aws: None) -> None:
    """The address is judged when the endpoint is made, and at every attempt.

    Between judging and connecting no name is resolved again.
    """
    herald = house()
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) % 2 else ["127.0.0.2"]

    with running(answer_ok) as peer:
        endpoint = moved(
            subscribe("https://hook.example/", [PUBLIC]), f"http://hook.example:{peer.port}/"
        )
        once_right = replace(herald.deliverer, http=Client(Guard(["127.0.0.1"], lookup=rebinding)))
        for _ in range(2):
            herald.happens()
        for job in herald.outbox.take():
            once_right.deliver([job])

        assert peer.connections == 1
    assert asked == ["hook.example"] * 2
    assert sorted(each.status for each in herald.deliveries(endpoint)) == [
        DeliveryStatus.DELIVERED,
        DeliveryStatus.FAILED,
    ]


def test_a_registered_file_that_leads_inside_is_not_read(
    aws: None, live: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(answer_ok) as peer:
        made = register(live, f"http://127.0.0.1:{peer.port}/a.jpg").body
        monkeypatch.setenv("ALLOW_PRIVATE_TARGETS", "")
        forget_wiring()
        for each in messages(runtime.configured().media_queue_url):
            assert door("process_media").handler(sqs_event(each), CONTEXT) == {
                "batchItemFailures": []
            }

        assert peer.connections == 0
    [finding] = live("GET", f"/v1/media/{made['id']}").body["validationResults"]
    assert finding["code"] == "UNREACHABLE"


def subscribe(url: str, found: Sequence[str], *, caller: Caller | None = None) -> Endpoint:
    """An endpoint made while its name led to these addresses."""
    owner = OWNER
    if caller:
        owner = Owner(caller("GET", "/v1/auth/me").body["workspaceId"], Mode.LIVE)
    hooks = replace(runtime.endpoints(), guard=Guard(lookup=lambda _host, _port: found))
    return hooks.create(
        NewEndpoint(url=url, events=SUBSCRIBABLE), by=api_key(owner), request=IdempotentRequest()
    )[0]


def moved(endpoint: Endpoint, url: str) -> Endpoint:
    """The endpoint as if it had been let through with this URL."""
    found = runtime.endpoint_store().edit(endpoint.owner, endpoint.id, Edit(url=url), runtime.now())
    assert found is not None
    return found


def with_port(url: str, peer: Peer) -> str:
    return f"{url.removesuffix('/')}:{peer.port}/"


def answer_ok(connection: Any) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def nothing_more(herald: House) -> bool:
    """No message is out, and none comes of any sweep."""
    herald.clock.advance(hours=1)
    return not herald.outbox.messages and herald.sweep() == 0

"""The proxy loses what it is told to lose, and nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from herald.net.client import Client, NoAnswerError
from herald.net.guard import Guard
from tests.networks.mastodon import Clock, FakeMastodon, Person
from tests.networks.proxy import Fault, Proxy


@pytest.fixture
def instance() -> Iterator[FakeMastodon]:
    with FakeMastodon(Clock(datetime(2026, 6, 1, tzinfo=UTC))) as instance:
        yield instance


@pytest.fixture
def proxy(instance: FakeMastodon) -> Iterator[Proxy]:
    with Proxy(urlsplit(instance.url).port or 0) as proxy:
        yield proxy


def post(proxy: Proxy, person: Person) -> int:
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
    url = f"{proxy.url}/api/v1/statuses"
    return (
        Client(Guard(["127.0.0.1"]))
        .send("POST", url, headers=headers, body=b'{"status": "x"}', timeout=10)
        .status
    )


def test_what_passes_is_unchanged(proxy: Proxy, instance: FakeMastodon, person: Person) -> None:
    assert post(proxy, person) == 200
    assert len(instance.visible(person)) == 1
    assert proxy.requests == ["POST /api/v1/statuses HTTP/1.1"]


@pytest.mark.parametrize(("fault", "posted"), [(Fault.DROP_REQUEST, 0), (Fault.DROP_ANSWER, 1)])
def test_a_dropped_request_never_arrives_and_a_dropped_answer_did(
    proxy: Proxy, instance: FakeMastodon, person: Person, fault: Fault, posted: int
) -> None:
    proxy.faults.append(fault)

    with pytest.raises(NoAnswerError):
        post(proxy, person)

    assert len(instance.visible(person)) == posted


def test_a_503_is_the_proxys_own(proxy: Proxy, instance: FakeMastodon, person: Person) -> None:
    proxy.faults.append(Fault.ANSWER_503)

    assert post(proxy, person) == 503
    assert instance.asked == []


def test_a_delayed_answer_comes_when_it_is_released(proxy: Proxy, person: Person) -> None:
    proxy.faults.append(Fault.DELAY)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, proxy, person)
        assert proxy.arrived.acquire(timeout=10)
        assert post(proxy, person) == 200  # others are not held up
        assert not waiting.done()
        proxy.release()
        assert waiting.result(10) == 200

"""Peers for the client: sockets on loopback that do whatever a test says."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.peer import Peer, Script, read_request, running


@pytest.fixture
def start() -> Iterator[Callable[[Script], Peer]]:
    """Start a peer that lives until the end of the test."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(running(script))


@pytest.fixture
def answering(start: Callable[[Script], Peer]) -> Callable[[bytes], Peer]:
    """A peer that reads the request, answers these bytes and closes."""

    def begin(answer: bytes) -> Peer:
        def script(connection: socket.socket) -> None:
            read_request(connection)
            connection.sendall(answer)

        return start(script)

    return begin

"""A TCP proxy that misbehaves on demand.

It works in front of any HTTP server whose clients close after one request.
"""

import socket
from collections import deque
from contextlib import closing, suppress
from enum import StrEnum
from threading import Event, Semaphore, Thread
from types import TracebackType
from typing import Self

from tests.fakes.peer import read_request

ENDS = b"Content-Length: 0\r\nConnection: close\r\n\r\n"


class Fault(StrEnum):
    """What happens to one connection."""

    NONE = "none"
    DROP_REQUEST = "drop request"  # read, not forwarded, closed
    DROP_ANSWER = "drop answer"  # forwarded and answered, but closed without passing that on
    DELAY = "delay"  # forwarded; the answer waits for release()
    ANSWER_503 = "answer 503"  # not forwarded
    ANSWER_429 = "answer 429"  # not forwarded; come again in a second


class Proxy:
    """Listens on loopback and forwards to `port` there.

    `faults` are for the next connections, one each.
    """

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._released = Event()
        self._threads: list[Thread] = []
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        self.arrived = Semaphore(0)  # released once per request

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def release(self) -> None:
        """Let delayed answers go."""
        self._released.set()

    def _spawn(self, work: object, *args: object) -> None:
        thread = Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            fault = self.faults.popleft() if self.faults else Fault.NONE
            self._spawn(self._serve, connection, fault)

    def _serve(self, client: socket.socket, fault: Fault) -> None:
        with closing(client), suppress(OSError):
            client.settimeout(30)
            request = read_request(client)
            self.requests.append(request.partition(b"\r\n")[0].decode())
            self.arrived.release()
            match fault:
                case Fault.DROP_REQUEST:
                    return
                case Fault.ANSWER_503:
                    client.sendall(b"HTTP/1.1 503 Service Unavailable\r\n" + ENDS)
                    return
                case Fault.ANSWER_429:
                    client.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n" + ENDS)
                    return
            answer = self._forward(request)
            if fault is Fault.DELAY:
                self._released.wait(30)
            if fault is not Fault.DROP_ANSWER:
                client.sendall(answer)

    def _forward(self, request: bytes) -> bytes:
        """The whole answer, up to the server's end of the connection."""
        with socket.create_connection(("127.0.0.1", self._upstream), timeout=30) as server:
            server.sendall(request)
            return b"".join(iter(lambda: server.recv(65536), b""))

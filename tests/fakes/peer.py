"""A peer on loopback: a socket that does whatever a test says."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread

Script = Callable[[socket.socket], object]


class Peer:
    """A listener that hands every connection to `script`; counts them."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url(self, host: str = "127.0.0.1", path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection):
            try:
                self._script(connection)
            except OSError:
                return  # the client left first

    def close(self) -> None:
        with suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
        still = [thread.name for thread in self._threads if thread.is_alive()]
        assert not still, f"these would use the processor until the tests end: {still}"


def read_request(connection: socket.socket) -> bytes:
    """Read up to the end of a request with a Content-Length, or without a body.

    Raises ConnectionError when the client closes before that.
    """

    def more() -> bytes:
        if data := connection.recv(65536):
            return data
        raise ConnectionError("the client closed in the middle of a request")

    data = b""
    while b"\r\n\r\n" not in data:
        data += more()
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        body += more()
    return head + b"\r\n\r\n" + body


@contextmanager
def running(script: Script) -> Iterator[Peer]:
    peer = Peer(script)
    try:
        yield peer
    finally:
        peer.close()

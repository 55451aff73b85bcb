"""`make receiver`: takes deliveries on 127.0.0.1:9000 and checks their signatures.

    make receiver SECRET=whsec_… RECEIVER_PORT=9000

It prints each delivery with its verdict. It answers 200 when its secret signed the delivery within
the last five minutes, and 401 otherwise.
"""

import hashlib
import hmac
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from local.logs import show
from local.settings import LocalError, port

PORT = "9000"
SHOWN = 1_600  # characters of a body
LARGEST = 1 << 20  # bytes of a body: an event is smaller
TOLERANCE = 300  # seconds
# The signature's header of each format, and the scheme that counts.
SIGNATURES = {"x-voxburst-signature": "v2", "x-postfuze-signature": "v1"}


def verdict(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> str | None:
    """Return what is wrong with a delivery, or None when its sender knows the secret.

    The names of the headers are in lower case.
    """
    header = next((name for name in SIGNATURES if name in headers), None)
    if header is None:
        return "it is not signed"
    fields = [part.strip().partition("=") for part in headers[header].split(",")]
    at = next((value for name, _, value in fields if name == "t"), "")
    if not (at.isascii() and at.isdigit()):
        return "its signature has no time"
    if abs(now - int(at)) > TOLERANCE:
        return "it was signed more than five minutes ago, or ahead"
    expected = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    signed = [value for name, _, value in fields if name == SIGNATURES[header]]
    if any(hmac.compare_digest(value.encode(), expected.encode()) for value in signed):
        return None
    return "another secret signed it, or the body was changed"


class Receiver(BaseHTTPRequestHandler):
    """A subscriber that checks each delivery and prints it."""

    secret: ClassVar[str] = ""

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        known = length.isascii() and length.isdigit()
        body = self.rfile.read(min(int(length), LARGEST)) if known else b""
        wrong = verdict(headers, body, self.secret, time.time())
        status = 401 if wrong else 200
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
        self.told(headers, body, wrong)

    def told(self, headers: Mapping[str, str], body: bytes, wrong: str | None) -> None:
        """Print a delivery with its verdict."""
        delivery = headers.get("x-voxburst-delivery-id", "-")
        attempt = headers.get("x-voxburst-attempt", "-")
        result = f"REFUSED: {wrong}" if wrong else "verified"
        show(f"{'delivery':<16} {result} id={delivery} attempt={attempt}\n{shown(body)}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing: `told` prints each delivery."""


def shown(body: bytes) -> str:
    """Return a body for people: JSON in lines, anything else escaped, a long body cut."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = repr(body)
    return text if len(text) <= SHOWN else text[:SHOWN] + "\n  …"


def main() -> int:
    try:
        secret = os.environ.get("SECRET", "")
        if not secret:
            raise LocalError(
                "make receiver SECRET=…: the secret is shown once, by the call that makes a webhook"
            )
        listening = port("RECEIVER_PORT", os.environ.get("RECEIVER_PORT") or PORT)
        Receiver.secret = secret
        try:
            server = ThreadingHTTPServer(("127.0.0.1", listening), Receiver)
        except OSError as error:
            raise LocalError(
                f"port {listening} cannot be had ({error.strerror}); name another RECEIVER_PORT"
            ) from error
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    print(f"listening: http://127.0.0.1:{listening} takes deliveries at every path", flush=True)
    with server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A subscriber in Python, without a framework. It verifies what it gets and keeps what it accepts.

    PUT  /secrets/<name>     the signing secret of the endpoint <name>
    PUT  /answers/<name>     [500, 200]: the answers to the next verified deliveries, then 200
    POST /voxburst/<name>    a delivery, verified as VoxBurst's guide tells
    POST /postfuze/<name>    a delivery, verified as PostFuze's page on webhooks tells
    POST /standard/<name>    a delivery, verified by the standardwebhooks package
    POST /svix/<name>        a delivery, verified by the svix package
    GET  /received/<name>    every verified delivery, in the order of arrival
    GET  /refused/<name>     how many were not

It prints {"port": …} when it is ready, and ends with its standard input.
"""

import hashlib
import hmac
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from standardwebhooks import Webhook, WebhookVerificationError
from svix.webhooks import Webhook as Svix

TOLERANCE = 300  # seconds
Headers = Mapping[str, str]


@dataclass
class Endpoint:
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[dict[str, object]] = field(default_factory=list)
    refused: int = 0


def stamped(scheme: str, header: str, secret: str, body: bytes) -> bool:
    """Of several signatures of one scheme the last one counts, as in the guides."""
    fields = dict(part.split("=", 1) for part in header.split(","))
    age = time.time() - int(fields["t"])
    expected = hmac.new(
        secret.encode(), fields["t"].encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    return abs(age) <= TOLERANCE and hmac.compare_digest(fields[scheme], expected)


def voxburst(secret: str, headers: Headers, body: bytes) -> bool:
    return stamped("v2", headers["x-voxburst-signature"], secret, body)


def postfuze(secret: str, headers: Headers, body: bytes) -> bool:
    return stamped("v1", headers["x-postfuze-signature"], secret, body)


def standard(secret: str, headers: Headers, body: bytes) -> bool:
    Webhook(secret).verify(body, dict(headers))
    return True


def svix(secret: str, headers: Headers, body: bytes) -> bool:
    Svix(secret).verify(body, dict(headers))
    return True


VERIFIERS: Mapping[str, Callable[[str, Headers, bytes], bool]] = {
    "voxburst": voxburst,
    "postfuze": postfuze,
    "standard": standard,
    "svix": svix,
}
ENDPOINTS: defaultdict[str, Endpoint] = defaultdict(Endpoint)
LOCK = Lock()


def verified(verifier: str, secret: str, headers: Headers, body: bytes) -> bool:
    try:
        return VERIFIERS[verifier](secret, headers, body)
    except (KeyError, ValueError, WebhookVerificationError):
        return False


def take(verifier: str, target: Endpoint, headers: Headers, body: bytes) -> tuple[int, str]:
    if not verified(verifier, target.secret, headers, body):
        target.refused += 1
        return 401, "Invalid signature"
    status = target.answers.pop(0) if target.answers else 200
    target.received.append(
        {"verifier": verifier, "headers": headers, "body": body.decode(), "answered": status}
    )
    return status, "OK"


def answer(method: str, action: str, name: str, headers: Headers, body: bytes) -> tuple[int, str]:
    target = ENDPOINTS[name]
    match method, action:
        case "PUT", "secrets":
            target.secret = body.decode()
            return 204, ""
        case "PUT", "answers":
            target.answers = json.loads(body)
            return 204, ""
        case "POST", _ if action in VERIFIERS:
            return take(action, target, headers, body)
        case "GET", "received":
            return 200, json.dumps(target.received)
        case "GET", "refused":
            return 200, json.dumps(target.refused)
    return 404, ""


class Handler(BaseHTTPRequestHandler):
    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        _, action, name = [*self.path.split("/"), "", ""][:3]
        with LOCK:
            status, text = answer(self.command, action, name, headers, body)
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_PUT = do_POST = handle_any  # noqa: N815 - the names that http.server looks for

    def log_message(self, *args: object) -> None:
        """Silent."""


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(json.dumps({"port": server.server_address[1]}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()

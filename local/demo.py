"""`make demo`: the integration guide's steps against a running stack.

It prints each call and its answer.
"""

import io
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any, ClassVar

from PIL import Image, ImageChops
from PIL.Image import Transpose

from local.logs import BOLD, coloured, paint
from local.receiver import verdict
from local.settings import Settings, read_settings

SHOWN = 1_600  # characters of an answer
PATIENCE = 90  # seconds
TERMINAL = {"published", "partial", "failed"}


class Caller:
    """Calls the API with one key and prints what passes."""

    def __init__(self, base: str, key: str) -> None:
        self.base = base
        self.key = key

    def call(
        self, method: str, path: str, body: object = None, *, refused: bool = False, **headers: str
    ) -> Any:
        """Send one call, show it, and return the parsed answer.

        Raises SystemExit for a refusal, or for the lack of one where `refused` expects it.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        options = "".join(f" -H '{name}: {value}'" for name, value in sent.items())
        print(f"\n$ curl -X {method} $HERALD{path}{options}")
        if body is not None:
            print(f"       -d '{json.dumps(body, ensure_ascii=False)}'")
        status, answer = self.send(method, path, body, sent)
        print(f"{status} {shown(answer)}")
        if (status >= 400) is not refused:
            raise SystemExit(f"{method} {path} was {'not ' if refused else ''}refused")
        return answer

    def send(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        sent = {
            "authorization": f"Bearer {self.key}",
            "content-type": "application/json",
            **headers,
        }
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.base + path, data=data, method=method, headers=sent
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


class Receiver(BaseHTTPRequestHandler):
    """A subscriber that verifies as the guide says, and keeps what it accepts."""

    accepted: ClassVar[Queue[dict[str, Any]]] = Queue()
    secret: ClassVar[str] = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        genuine = verdict(headers, body, self.secret, time.time()) is None
        self.send_response(200 if genuine else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        if genuine:
            self.accepted.put(json.loads(body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing: the demo itself prints what arrived."""


def shown(answer: object) -> str:
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "\n  …"


def step(number: int, title: str) -> None:
    heading = f"── Step {number}: {title}"
    print(f"\n{paint(heading, BOLD) if coloured(sys.stdout, os.environ) else heading}")


def waited(done: Callable[[], bool]) -> None:
    """Ask twice a second until it is done. Raises SystemExit after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(f"it did not finish within {PATIENCE} s")
        time.sleep(0.5)


def follow(api: Caller, post_id: str) -> Any:
    """Poll as the guide says until the status is terminal, then show the post."""
    waited(lambda: api.send("GET", f"/v1/posts/{post_id}", None, {})[1]["status"] in TERMINAL)
    return api.call("GET", f"/v1/posts/{post_id}")


def picture() -> bytes:
    """Return a PNG that is transparent towards its corners."""
    buffer = io.BytesIO()
    glow = Image.radial_gradient("L")
    bands = (glow, glow.transpose(Transpose.ROTATE_90), glow, ImageChops.invert(glow))
    Image.merge("RGBA", bands).save(buffer, "PNG")
    return buffer.getvalue()


def put(url: str, headers: Mapping[str, str], content: bytes) -> None:
    """Send the picture straight to the bucket, as the guide's second command does."""
    options = "".join(f" -H '{name}: {value}'" for name, value in headers.items())
    print(f'\n$ curl -X PUT "$UPLOAD_URL"{options} --data-binary @glow.png')
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, data=content, method="PUT", headers=dict(headers)
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        print(answer.status)


def arrived(post_id: str, kind: str) -> None:
    """Wait for an event of this type about this post, and show it."""
    deadline = time.monotonic() + PATIENCE
    while (left := deadline - time.monotonic()) > 0:
        try:
            event = Receiver.accepted.get(timeout=left)
        except Empty:
            break
        if event["data"].get("id") == post_id and event["type"] == kind:
            print(f"\n← webhook, signature verified: {shown(event)}")
            return
    raise SystemExit(f"no {kind} arrived within {PATIENCE} s")


def walk(api: Caller, receiver: str) -> None:
    step(1, "check the key")
    api.call("GET", "/v1/health")
    api.call("GET", "/v1/auth/me")

    step(2, "connect and discover accounts (a test key: the sandbox plays every network)")
    for platform in ("twitter", "linkedin"):
        api.call("POST", f"/v1/accounts/connect/{platform}", {"username": "brandname"})
    accounts = api.call("GET", "/v1/accounts?status=ACTIVE")["data"]
    ids = [account["id"] for account in accounts if account["platform"] in {"twitter", "linkedin"}]

    step(3, "upload a picture: ask, PUT, poll")
    content = picture()
    file = {"filename": "glow.png", "contentType": "image/png", "sizeBytes": len(content)}
    upload = api.call("POST", "/v1/media/upload", file)
    put(upload["uploadUrl"], upload["uploadHeaders"], content)
    path = f"/v1/media/{upload['mediaId']}"
    waited(lambda: api.send("GET", path, None, {})[1]["status"] in {"READY", "FAILED"})
    api.call("GET", path)
    attached = {"id": upload["mediaId"], "altText": "A glow that fades towards its corners."}

    step(4, "validate before there is a post")
    asked = {
        "content": "Check out our new launch! 🚀",
        "platforms": ["TWITTER", "LINKEDIN"],
        "mediaIds": [upload["mediaId"]],
    }
    api.call("POST", "/v1/posts/validate", asked)

    step(5, "subscribe, then create a post; the same key twice makes it once")
    events = ["post.created", "post.scheduled", "post.published", "post.failed"]
    hook = api.call("POST", "/v1/webhooks", {"url": receiver, "events": events})
    Receiver.secret = hook["secret"]
    soon = datetime.now(UTC) + timedelta(seconds=5)
    body: dict[str, Any] = {
        "content": "Check out our new launch! 🚀",
        "accountIds": ids,
        "scheduledFor": f"{soon:%Y-%m-%dT%H:%M:%SZ}",
        "contentType": "IMAGE",
        "media": [attached],
        "platformOverrides": {"TWITTER": {"content": "Just launched! 🚀 #herald"}},
    }
    once = f"demo-{time.time_ns()}"
    post = api.call("POST", "/v1/posts", body, Idempotency_Key=once)
    again = api.call("POST", "/v1/posts", body, Idempotency_Key=once)
    if again["id"] != post["id"]:
        raise SystemExit("the same key made two posts")
    api.call("DELETE", f"/v1/media/{upload['mediaId']}", refused=True)  # the post needs it

    step(6, "track it: poll, and be told")
    follow(api, post["id"])
    arrived(post["id"], "post.published")

    step(7, "a partial failure, rehearsed with a mark in the text")
    body = {
        "content": "Ours to rehearse #sandbox:linkedin:media-rejected",
        "accountIds": ids,
        "publishNow": True,
    }
    partial = api.call("POST", "/v1/posts", body)
    follow(api, partial["id"])
    arrived(partial["id"], "post.published")

    step(9, "fix what failed with another file")
    [failed] = [target for target in partial["platforms"] if target["platform"] == "linkedin"]
    link = {"content": "Rehearsed", "mediaUrl": "https://cdn.example.com/corrected-1080x1080.jpg"}
    target_path = f"/v1/posts/{partial['id']}/platforms/{failed['postPlatformId']}"
    api.call("POST", f"{target_path}/fix", link)
    follow(api, partial["id"])
    for account_id in ids:
        api.call("GET", f"/v1/sandbox/posts?accountId={account_id}")
    api.call("GET", f"/v1/webhooks/{hook['id']}/deliveries")
    api.call("DELETE", f"/v1/webhooks/{hook['id']}")


def workspace(settings: Settings) -> dict[str, str]:
    """Return the first workspace's keys. Raises SystemExit when no stack has run here yet."""
    try:
        keys: dict[str, str] = json.loads((settings.data_dir / "workspace.json").read_text())
    except FileNotFoundError:
        raise SystemExit(
            "Nothing runs here yet: start it with `make run` in another shell."
        ) from None
    return keys


def main() -> int:
    settings = read_settings(Path("template.yaml"), os.environ)
    key = workspace(settings)["testKey"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    api = Caller(f"http://127.0.0.1:{settings.port}", key)
    try:
        walk(api, f"http://127.0.0.1:{server.server_port}/webhooks/herald")
    except urllib.error.URLError as error:
        print(
            f"The API does not answer ({error.reason}): start it with `make run` in another shell.",
            file=sys.stderr,
        )
        return 1
    finally:
        server.shutdown()
    print("\nDone: every step did what the guide says.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

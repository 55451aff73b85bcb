"""`make demo`: the integration guide's steps against a running stack, each call and its answer shown."""

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
        self.base, self.key = base, key

    def call(
        self, method: str, path: str, body: object = None, *, refused: bool = False, **headers: str
    ) -> Any:
        """Send and show one call. Returns the parsed answer. Raises SystemExit for a refusal, unless that is what is shown."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        print(
            f"\n$ curl -X {method} $HERALD{path}"
            + "".join(f" -H '{name}: {value}'" for name, value in said.items())
        )
        if body is not None:
            print(f"       -d '{json.dumps(body, ensure_ascii=False)}'")
        status, answer = self.send(method, path, body, said)
        print(f"{status} {shown(answer)}")
        if (status >= 400) is not refused:
            raise SystemExit(f"{method} {path} was {'not ' if refused else ''}refused")
        return answer

    def send(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        said = {
            "authorization": f"Bearer {self.key}",
            "content-type": "application/json",
            **headers,
        }
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=said)  # noqa: S310 - loopback
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
        genuine = (
            verdict(
                {name.lower(): value for name, value in self.headers.items()},
                body,
                self.secret,
                time.time(),
            )
            is None
        )
        self.send_response(200 if genuine else 401)
        self.send_header("content-length", "0")
        self.end_headers()
        if genuine:
            self.accepted.put(json.loads(body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent: the demo prints what arrived itself."""


def shown(answer: object) -> str:
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "\n  …"


def step(number: int, title: str) -> None:
    said = f"── Step {number}: {title}"
    print(f"\n{paint(said, BOLD) if coloured(sys.stdout, os.environ) else said}")


def waited(done: Callable[[], bool]) -> None:
    """Look twice a second until it is done. Raises SystemExit when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(f"it did not finish within {PATIENCE} s")
        time.sleep(0.5)


def follow(api: Caller, post_id: str) -> Any:
    """Poll as the guide says, until the status is terminal; then show it."""
    waited(lambda: api.send("GET", f"/v1/posts/{post_id}", None, {})[1]["status"] in TERMINAL)
    return api.call("GET", f"/v1/posts/{post_id}")


def picture() -> bytes:
    """A PNG, clear towards its corners."""
    buffer = io.BytesIO()
    glow = Image.radial_gradient("L")
    Image.merge(
        "RGBA", (glow, glow.transpose(Transpose.ROTATE_90), glow, ImageChops.invert(glow))
    ).save(buffer, "PNG")
    return buffer.getvalue()


def put(url: str, headers: Mapping[str, str], content: bytes) -> None:
    """Send the picture straight to the bucket, as the guide's second command does."""
    said = "".join(f" -H '{name}: {value}'" for name, value in headers.items())
    print(f'\n$ curl -X PUT "$UPLOAD_URL"{said} --data-binary @glow.png')
    request = urllib.request.Request(url, data=content, method="PUT", headers=dict(headers))  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        print(answer.status)


def arrived(post_id: str, kind: str) -> None:
    """Wait for that event of that post and show it."""
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
    ids = [each["id"] for each in accounts if each["platform"] in {"twitter", "linkedin"}]

    step(3, "upload a picture: ask, PUT, poll")
    content = picture()
    upload = api.call(
        "POST",
        "/v1/media/upload",
        {"filename": "glow.png", "contentType": "image/png", "sizeBytes": len(content)},
    )
    put(upload["uploadUrl"], upload["uploadHeaders"], content)
    waited(
        lambda: (
            api.send("GET", f"/v1/media/{upload['mediaId']}", None, {})[1]["status"]
            in {"READY", "FAILED"}
        )
    )
    api.call("GET", f"/v1/media/{upload['mediaId']}")
    picture_of_it = {"id": upload["mediaId"], "altText": "A glow that fades towards its corners."}

    step(4, "validate before there is a post")
    asked = {
        "content": "Check out our new launch! 🚀",
        "platforms": ["TWITTER", "LINKEDIN"],
        "mediaIds": [upload["mediaId"]],
    }
    api.call("POST", "/v1/posts/validate", asked)

    step(5, "subscribe, then create a post; the same key twice makes it once")
    hook = api.call(
        "POST",
        "/v1/webhooks",
        {
            "url": receiver,
            "events": ["post.created", "post.scheduled", "post.published", "post.failed"],
        },
    )
    Receiver.secret = hook["secret"]
    soon = (
        (datetime.now(UTC) + timedelta(seconds=5))
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z")
    )
    body: dict[str, Any] = {
        "content": "Check out our new launch! 🚀",
        "accountIds": ids,
        "scheduledFor": soon,
    }
    body |= {"contentType": "IMAGE", "media": [picture_of_it]}
    body["platformOverrides"] = {"TWITTER": {"content": "Just launched! 🚀 #herald"}}
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
    [failed] = [each for each in partial["platforms"] if each["platform"] == "linkedin"]
    link = {"content": "Rehearsed", "mediaUrl": "https://cdn.example.com/corrected-1080x1080.jpg"}
    api.call("POST", f"/v1/posts/{partial['id']}/platforms/{failed['postPlatformId']}/fix", link)
    follow(api, partial["id"])
    for account_id in ids:
        api.call("GET", f"/v1/sandbox/posts?accountId={account_id}")
    api.call("GET", f"/v1/webhooks/{hook['id']}/deliveries")
    api.call("DELETE", f"/v1/webhooks/{hook['id']}")


def workspace(settings: Settings) -> dict[str, str]:
    """The first workspace's keys. Raises SystemExit when no stack has run here yet."""
    try:
        found: dict[str, str] = json.loads((settings.data_dir / "workspace.json").read_text())
    except FileNotFoundError:
        raise SystemExit(
            "Nothing runs here yet: start it with `make run` in another shell."
        ) from None
    return found


def main() -> int:
    settings = read_settings(Path("template.yaml"), os.environ)
    key = workspace(settings)["testKey"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        walk(
            Caller(f"http://127.0.0.1:{settings.port}", key),
            f"http://127.0.0.1:{server.server_port}/webhooks/herald",
        )
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

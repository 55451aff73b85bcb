"""What callers are told when something is wrong, word by word: problems.json holds every answer.

To change an answer on purpose, delete the file and run this twice: the first run writes it anew,
and fails.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from herald import runtime
from herald.domain import ids, publishing
from herald.domain.accounts import Platform
from herald.domain.content import PostContent
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.media import ContentType, Dimensions
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Failure, Target, TargetStatus
from tests.integration.conftest import Answer, Caller, drain, owner_of
from tests.integration.test_posts import connect
from tests.integration.test_validation import stored

KEPT = Path(__file__).with_name("problems.json")
TOLD = ("Retry-After", "WWW-Authenticate", "Accept-Encoding", "Allow", "X-Herald-Ignored-Fields")
NAMED = re.compile(r"\b([a-z]{2,7})_[0-9a-z]{24}\b")
TIME = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-9:.]+Z")
EVERY = [
    *("TWITTER", "INSTAGRAM", "FACEBOOK", "THREADS", "LINKEDIN", "YOUTUBE", "TIKTOK"),
    *("PINTEREST", "BLUESKY", "MASTODON", "SANDBOX"),
]
# Lists of choices that a message names, and that grow.
CHOICES = {
    ", ".join(name.upper() for name in Platform): "PLATFORMS",
    ", ".join(SUBSCRIBABLE): "EVENTS",
}
NOBODY, NOTHING, NO_POST = "acc_" + "0" * 24, "media_" + "0" * 24, "post_" + "0" * 24
LOOK = "The post may be live: look at the account before you "
BEFORE = f"{LOOK}retry with acknowledgeUnknown, or fix the target."
PAST, LATER = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
SHOUT = "#a #b #c #d #e #f @one @two $ABC $DEF <x> " + "#tag " * 30 + "@some " * 25
ODD = {
    "scheduled_for": 1,
    "{scheduled_for}": 2,
    "account_ids": [],
    "platformOverrides": {"X": {"{media}": 1, "media_ids": []}},
}

PENDING = {"filename": "f.jpg", "contentType": "image/jpeg", "sizeBytes": 10}
EVERYTHING: dict[str, Any] = {
    "tags": ["a"],
    "metadata": {},
    "scheduledFor": None,
    "firstComment": None,
    "firstCommentDelay": 1,
    "platforms": ["X"],
    "threadPosts": [],
    "contentType": "TEXT",
}

Scene = Callable[[Caller, Caller], Iterator[Answer]]
SCENES: dict[str, Scene] = {}


def scene(asked: Scene) -> Scene:
    SCENES[asked.__name__] = asked
    return asked


def validate(caller: Caller, body: dict[str, Any]) -> Answer:
    return caller("POST", "/v1/posts/validate", {"content": "Hello", "platforms": EVERY, **body})


@scene
def texts(test: Caller, _: Caller) -> Iterator[Answer]:
    for content in ("", " ", "x", "a" * 10_000, "a" * 301, SHOUT):
        yield validate(test, {"content": content})


@scene
def follow_ups(test: Caller, _: Caller) -> Iterator[Answer]:
    thread = [
        {"content": "a" * 600},
        {"content": "", "mediaIds": [NOTHING]},
        {"content": "ok", "media": [{"id": NOTHING}]},
    ]
    more: dict[str, Any]
    for more in ({"threadPosts": thread}, {"firstComment": "a" * 501}, {"firstComment": "fine"}):
        yield validate(test, more)


@scene
def shapes(test: Caller, _: Caller) -> Iterator[Answer]:
    picture = stored(test)
    for kind in ("STORY", "REEL", "CAROUSEL", "VIDEO"):
        yield validate(test, {"contentType": kind})
        yield validate(test, {"contentType": kind, "mediaIds": [picture]})


@scene
def files(test: Caller, live: Caller) -> Iterator[Answer]:
    tiny = Dimensions(10, 10)
    flat = Dimensions(5_000, 100)
    large = Dimensions(9_000, 9_000)
    small = stored(test, dimensions=tiny)
    wide = stored(test, dimensions=flat)
    huge = stored(test, ContentType.PNG, size_bytes=50_000_000, dimensions=large)
    long, brief = {"duration_seconds": 50_000.5}, {"duration_seconds": 0.1}
    film = stored(test, ContentType.MP4, size_bytes=10**10, dimensions=flat, **long)
    short = stored(test, ContentType.WEBM, size_bytes=10, dimensions=tiny, **brief)
    gif = stored(test, ContentType.GIF, size_bytes=2 * 10**7, dimensions=Dimensions(2_000, 2_000))
    bare = stored(test, ContentType.MP4, size_bytes=None, dimensions=None)
    pdf = stored(test, ContentType.PDF)
    strange = stored(live)
    pending = test("POST", "/v1/media/upload", PENDING)
    for chosen in (
        [small, wide],
        [huge, gif],
        [film],
        [short, bare],
        [pdf, film, small],
        [NOTHING, strange, pending.body["mediaId"]],
        [stored(test) for _ in range(36)],
    ):
        yield validate(test, {"mediaIds": chosen})


@scene
def overrides(test: Caller, _: Caller) -> Iterator[Answer]:
    wide = stored(test, dimensions=Dimensions(9_000, 100))
    own: dict[str, Any] = {"content": "a" * 9_999, "media": [wide, NOTHING], "boardId": ""}
    own["title"] = "<" * 200
    long: dict[str, Any] = {"title": "a" * 91, "boardId": "b"}
    override: dict[str, Any]
    for override in (own, {"media": []}, {"title": " "}, {"content": ""}, long):
        yield validate(test, {"platformOverrides": dict.fromkeys(EVERY, override), "media": [wide]})


@scene
def bodies(test: Caller, _: Caller) -> Iterator[Answer]:
    long = "x" * 10_001
    own = {"X": {"content": 1, "title": 2, "media": ["m"]}, "NOWHERE": {}}
    for body in (
        {},
        {"content": "x"},
        {"content": 1, "platforms": ["Y", 2], "accountIds": ["acc_1"], "mediaIds": "x"},
        {"content": long, "platforms": ["X"], "media": [{"mediaId": "media_1", "altText": 2}]},
        {"content": "x", "platforms": ["X"], "contentType": "POEM", "overrides": own},
        {
            "content": "x",
            "platforms": ["X"],
            "threadPosts": [{"content": ""}, {"content": long}, 1],
        },
        {"content": "x\u0007", "platforms": ["X\u0008"], "mediaIds": [{"id\u0007": 10**400}]},
        {"content": "x", "accountIds": [NOBODY, "acc_" + "1" * 24]},
        {"content": "x", "platforms": ["X"], **ODD},
    ):
        yield test("POST", "/v1/posts/validate", body)
        yield test("POST", "/v1/posts/validate", body, prefer="handling=strict")
        yield test("POST", "/v1/posts", body, prefer="handling=strict")


@scene
def new_posts(test: Caller, _: Caller) -> Iterator[Answer]:
    account = connect(test, "bluesky")
    other = connect(test, "instagram")
    gone = connect(test, "mastodon")
    test("DELETE", f"/v1/accounts/{gone}")
    pending = test("POST", "/v1/media/upload", PENDING)
    named = [ids.new("media", runtime.now()) for _ in range(41)]
    further = [{"content": "x", "mediaIds": [media_id]} for media_id in named[:20]]
    reel = {"contentType": "REEL", "threadPosts": [{"content": "t"}]}
    now = {"publishNow": True}
    here: dict[str, Any] = {"content": "Hello", "accountIds": [account]}
    for body in (
        {**here, "scheduledFor": PAST},
        {**here, "scheduledFor": "soon"},
        {**here, "scheduledAt": "2099-01-01T00:00:00"},
        {**here, "scheduledFor": "2099-01-01T00:00:00", "timezone": "Mars/Base"},
        {**here, "scheduledFor": LATER, "publishNow": True},
        {**here, "metadata": {"x": "y" * 5_000}},
        {**here, "mediaIds": [NOTHING], "platformOverrides": {"BLUESKY": {"media": [NOTHING]}}},
        {**here, "threadPosts": [{"content": "x", "mediaIds": [NOTHING, {"id": NOTHING}]}]},
        {**here, "mediaIds": named[20:], "threadPosts": further},
        {**here, "mediaIds": [pending.body["mediaId"]], "publishNow": True},
        {**here, "accountIds": [NOBODY]},
        {**here, "accountIds": [account, account]},
        {**here, "accountIds": [gone], "publishNow": True},
        {"content": "Hello", "platforms": ["LINKEDIN", "X"]},
        {"content": "", "accountIds": [account, other], "publishNow": True},
        {"content": "a" * 301, "accountIds": [account, other], "firstComment": "b" * 301, **now},
        {"content": "Hello", "accountIds": [account, other], **reel},
    ):
        yield test("POST", "/v1/posts", body)
    several = [{**here, "scheduledFor": PAST}, {}, {**here, "content": "a" * 301}, 1]
    yield test("POST", "/v1/posts/bulk", {"posts": several})
    several = [{**here, "accountIds": [NOBODY], **now}, ODD]
    yield test("POST", "/v1/posts/bulk", {"posts": several, "dryRun": True})
    for _number in range(26):
        connect(test, "twitter", ids.new("x", runtime.now()))
    yield test("POST", "/v1/posts", {"content": "Hello", "platforms": ["TWITTER"]})


@scene
def known_posts(test: Caller, _: Caller) -> Iterator[Answer]:
    account = connect(test, "bluesky")
    draft = made(test, account)
    for body in (
        {"scheduledFor": PAST},
        {"status": "draft"},
        {"mediaIds": [NOTHING]},
        {"accountIds": [NOBODY]},
        {"content": "a" * 301, "scheduledFor": LATER},
        {"platforms": ["PINTEREST"]},
        {"nothing": 1, "firstCommentDelay": -1},
    ):
        yield test("PATCH", f"/v1/posts/{draft}", body)
    failed = made(test, account, content="x #sandbox:quota", publishNow=True)
    live = made(test, account, content="x #no", publishNow=True)
    drain()
    yield test("PATCH", f"/v1/posts/{failed}", {**EVERYTHING, "accountIds": [account]})
    yield test("GET", f"/v1/posts/{failed}")
    yield test("GET", f"/v1/posts/{failed}/results")
    verbs = ("cancel", "retry", "unpublish", "approve", "submit", "publish")
    for post, verb in itertools.product((draft, failed, live), verbs):
        yield test("POST", f"/v1/posts/{post}/{verb}")
    yield test("POST", f"/v1/posts/{NO_POST}/publish")
    yield test("POST", "/v1/posts/post_1/publish")
    [target] = test("GET", f"/v1/posts/{live}").body["platforms"]
    fix = f"/v1/posts/{live}/platforms/{target['postPlatformId']}/fix"
    yield test("POST", fix, {"content": "x"})
    yield test("DELETE", f"/v1/posts/{live}")


@scene
def threads_half_live(test: Caller, _: Caller) -> Iterator[Answer]:
    thread = [{"content": "two"}, {"content": "three #sandbox:media-rejected"}]
    post = made(test, connect(test, "bluesky"), threadPosts=thread, publishNow=True)
    drain()
    yield test("GET", f"/v1/posts/{post}")
    yield test("DELETE", f"/v1/posts/{post}")


@scene
def nobody_knows(test: Caller, _: Caller) -> Iterator[Answer]:
    """Targets that ended undecided, also as the version before stored them."""
    lost = publishing.undecidable("no answer")
    for failure in (lost, replace(lost, remediation=BEFORE)):
        post = undecided(test, connect(test, "bluesky"), failure)
        yield test("GET", f"/v1/posts/{post}")
        yield test("GET", f"/v1/posts/{post}/results")
        yield test("POST", f"/v1/posts/{post}/retry")


@scene
def accounts(test: Caller, live: Caller) -> Iterator[Answer]:
    some = {"appPassword": "x", "identifier": "x", "instanceUrl": "a b"}
    for body in ({}, {"username": "x"}, {"identifier": " "}, some):
        yield live("POST", "/v1/accounts/connect/bluesky", body)
    local, private = "http://127.0.0.1", "http://10.0.0.1"
    for address, token in (("", ""), (private, ""), ("a b", "x"), ("x", "é"), (local, "x")):
        fields = {"instanceUrl": address, "accessToken": token}
        yield live("POST", "/v1/accounts/connect/mastodon", fields)
    yield live("POST", "/v1/accounts/connect/twitter", {})
    yield live("POST", "/v1/accounts/connect/myspace", {})
    yield test("POST", "/v1/accounts/connect", {"platform": "nowhere", "username": 1})
    yield test("GET", "/v1/accounts?status=lost&limit=0&platform=x&includeArchived=perhaps")
    yield test("GET", f"/v1/accounts/{NOBODY}")


@scene
def keys_and_workspaces(test: Caller, live: Caller) -> Iterator[Answer]:
    yield Caller()("GET", "/v1/posts")
    yield test("PATCH", "/v1/workspace", {"name": "x", "ownerEmail": "a@b.c"})
    yield test("PATCH", "/v1/workspace", {"ownerEmail": None})
    yield live("PATCH", "/v1/workspace", {"plan": "pro"})
    steps = [step(0, "", "a", "a"), step(0, "x")]
    wrong = {"ownerEmail": "nobody", "approvalWorkflow": {"steps": steps}}
    yield live("PATCH", "/v1/workspace", wrong)
    yield test("POST", "/v1/api-keys", {"name": "x", "scopes": ["posts:read"], "mode": "live"})
    wrong = {"name": "", "scopes": ["posts:fly"], "mode": "x", "expiresAt": "2099-01-01"}
    yield test("POST", "/v1/api-keys", wrong)
    short = {"name": "k", "scopes": ["workspace:write"], "mode": "live", "expiresAt": LATER}
    maker = Caller(live("POST", "/v1/api-keys", short).body["key"])
    yield maker("POST", "/v1/api-keys", {"name": "k", "scopes": ["workspace:read"], "mode": "live"})
    yield maker("POST", "/v1/api-keys", {"name": "k", "scopes": ["posts:write"], "mode": "live"})
    yield maker("POST", "/v1/posts", {})
    yield live("DELETE", "/v1/api-keys/key_" + "0" * 24)


@scene
def approvals(test: Caller, _: Caller) -> Iterator[Answer]:
    account = connect(test, "bluesky")
    plain = made(test, account)
    yield test("POST", f"/v1/posts/{plain}/submit")
    steps = [step(1, "editor", "ed"), step(2, "boss", "bo")]
    test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": steps}})
    test("POST", f"/v1/posts/{plain}/submit")
    for by in ("bo", "key_" + "0" * 24, "ed", "ed", ""):
        yield test("POST", f"/v1/posts/{plain}/approve", {"approverId": by})
    yield test("POST", f"/v1/posts/{plain}/publish")


@scene
def hooks(test: Caller, _: Caller) -> Iterator[Answer]:
    url, own = "https://example.com", {"format": "postfuze", "signingSecret": "s" * 20}
    for body in (
        {},
        {"url": "ftp://example.com", "events": ["post.published"]},
        {"url": url, "events": ["post.error"]},
        {"url": url, "events": ["post.born"], "format": "x", "signing_secret": "short"},
        {"url": url, "events": ["post.scheduled"], **own},
    ):
        yield test("POST", "/v1/webhooks", body)
    hook = test("POST", "/v1/webhooks", {"url": url, "events": ["post.published"]}).body["id"]
    test("PATCH", f"/v1/webhooks/{hook}", {"enabled": False})
    yield test("PATCH", f"/v1/webhooks/{hook}", {"url": "ftp://example.com"})
    yield test("PATCH", f"/v1/webhooks/{hook}", {"events": ["post.error"]})
    yield test("POST", f"/v1/webhooks/{hook}/replay", {"from": LATER, "to": PAST})
    yield test("POST", f"/v1/webhooks/{hook}/replay", {})
    yield test("POST", f"/v1/webhooks/{hook}/rotate-secret", {"graceSeconds": -1})
    yield test("POST", "/v1/webhooks/test", {"webhookId": "wh_1"})
    yield test("GET", f"/v1/webhooks/{hook}/deliveries?status=x&eventType=y&from=z")


@scene
def media(test: Caller, _: Caller) -> Iterator[Answer]:
    yield test("POST", "/v1/media/upload", {"filename": "", "contentType": "x", "sizeBytes": 0})
    picture = {"contentType": "image/png", "filename": "a"}
    yield test("POST", "/v1/media/upload", {**picture, "sizeBytes": 10**10})
    for url in ("ftp://example.com/a", "https://127.0.0.1/a", "https://example.com/a b"):
        yield test("POST", "/v1/media/register", {**picture, "url": url})
    needed = stored(test)
    made(test, connect(test, "bluesky"), mediaIds=[needed], scheduledFor=LATER)
    yield test("DELETE", f"/v1/media/{needed}")
    yield test("POST", f"/v1/media/{needed}/refresh-presign")
    yield test("GET", f"/v1/media/{NOTHING}")


@scene
def edges(test: Caller, _: Caller) -> Iterator[Answer]:
    yield test("POST", "/v1/posts", "{")
    yield test("POST", "/v1/posts", "[1]")
    yield test("POST", "/v1/posts", "x" * 1_100_000)
    yield test("POST", "/v1/posts", {"content": "x"}, content_encoding="gzip")
    yield test("POST", "/v1/posts", {"content": "x", "platforms": ["X"]}, idempotency_key="é")
    connect(test, "bluesky")
    for content in ("x", "y"):
        body = {"content": content, "platforms": ["BLUESKY"]}
        yield test("POST", "/v1/posts", body, idempotency_key="once")
    yield test("PUT", "/v1/posts")
    yield test("GET", "/v1/nowhere")
    yield test("GET", f"/v1/posts?cursor=a&from=yesterday&sort=createdAt&scheduledFrom={LATER}")
    yield test("GET", "/v1/posts?cursor=abc")
    listed = test("GET", "/v1/platforms").body["data"]
    named = ("id", "subject", "unit", "having", "unless")
    rules = [[rule[name] for name in named] for platform in listed for rule in platform["rules"]]
    yield Answer(200, {}, {"limits": [platform["limits"] for platform in listed], "rules": rules})


def made(caller: Caller, account: str, **more: Any) -> str:
    answer = caller("POST", "/v1/posts", {"content": "Hello", "accountIds": [account], **more})
    assert answer.status == 201, answer.body
    post: str = answer.body["id"]
    return post


def undecided(caller: Caller, account: str, failure: Failure) -> str:
    """A post that failed so."""
    now = runtime.now()
    target = Target(
        id=ids.new("pp", now),
        account_id=account,
        platform=Platform.BLUESKY,
        account_name="brand",
        status=TargetStatus.FAILED,
        attempts=1,
        failure=failure,
    )
    post = Post(
        id=ids.new("post", now),
        owner=owner_of(caller),
        status=PostStatus.FAILED,
        targets={target.id: target},
        created_at=now,
        updated_at=now,
    )
    store = runtime.post_store()
    words = PostContent(content="Hello")
    store.create(post, words, named=[], events=[], response=None)
    return post.id


def told(answer: Answer) -> dict[str, Any]:
    headers = {name: value for name, value in answer.headers.items() if name in TOLD}
    body = None if answer.status == 201 else answer.body
    return {"status": answer.status, "headers": headers, "body": body}


def step(order: int, role: str, *approver_ids: str) -> dict[str, Any]:
    return {"order": order, "role": role, "approverIds": approver_ids}


def masked(answers: list[dict[str, Any]]) -> list[str]:
    """Return a line for each, the same in every run: ids are numbered as they come."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"{found[1]}_{len(numbers)}")

    lines = [json.dumps(answer, ensure_ascii=False, separators=(",", ":")) for answer in answers]
    for choices, name in CHOICES.items():
        lines = [line.replace(choices, name) for line in lines]
    return [TIME.sub("TIME", NAMED.sub(number, line)) for line in lines]


@pytest.mark.parametrize("name", SCENES)
def test_every_answer_is_what_it_was(test: Caller, live: Caller, name: str) -> None:
    found = masked([told(answer) for answer in SCENES[name](test, live)])

    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if name not in known:
        KEPT.write_text(json.dumps(known | {name: found}, indent=1, ensure_ascii=False) + "\n")
    assert known.get(name) == found

"""A Mastodon instance in one process. It can misbehave.

What it shows (`visible`) is the truth that tests compare with.

Source: the API documentation and the code of Mastodon 4.3, as far as posting text goes; checked
with Mastodon.py. As there, a key is remembered only after its status was made, without a lock. Two
requests under one key that meet make two statuses.
"""

import html
import itertools
import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.networks.doorkeeper import Doorkeeper, Token, fields_of
from tests.networks.replies import RefusedError, Reply

KEY_LIFE = timedelta(seconds=3600)
URL = re.compile(r"https?://\S+")
PUBLISHING = frozenset({"profile", "read:statuses", "write:statuses", "write:media"})
# What a scope was called before Mastodon 4.3.
BROADER = {"profile": "read:accounts"}
MAGIC = {b"\xff\xd8\xff": "image", b"\x89PNG": "image", b"GIF8": "image"}


class Step(StrEnum):
    """What a request asks for."""

    VERIFY = "verify"
    INSTANCE = "instance"
    INSTANCE_V1 = "instance v1"
    CREATE = "create"
    SHOW = "show"
    SOURCE = "source"
    LIST = "list"
    DELETE = "delete"
    UPLOAD = "upload"
    FILE = "file"
    METADATA = "metadata"
    APPS = "apps"
    ASK = "ask"
    DECIDE = "decide"
    TOKEN = "token"
    REVOKE = "revoke"


class Fault(StrEnum):
    """A fault of one request. To refuse the connection itself, see `FakeMastodon.refusing`."""

    DROP = "drop before processing"
    UNAVAILABLE = "503 before processing"
    RATE_LIMIT = "429"
    UNAUTHORIZED = "401"
    HANG = "hang before processing"
    PROCESS_THEN_DROP = "process, then drop"
    PROCESS_THEN_500 = "process, then 500"
    PROCESS_THEN_HANG = "process, then hang"
    PROCESS_THEN_TRUNCATE = "process, then half an answer"
    PROCESS_THEN_DIE = "process, then die before the key is kept"
    STALL = "no answer, and processed much later"


AFTER = frozenset(
    {
        Fault.PROCESS_THEN_DROP,
        Fault.PROCESS_THEN_500,
        Fault.PROCESS_THEN_HANG,
        Fault.PROCESS_THEN_TRUNCATE,
        Fault.PROCESS_THEN_DIE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    username: str
    token: str
    scopes: frozenset[str]


@dataclass(slots=True, kw_only=True)
class File:
    """An upload.

    `polls` is how often the instance still answers that it works on the upload. `status_id` is the
    one status that has it.
    """

    id: str
    owner: Person
    kind: str
    name: str
    description: str | None
    data: bytes
    polls: int
    broken: bool = False
    status_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    id: str
    author: Person
    text: str
    visibility: str
    spoiler_text: str
    language: str
    created_at: datetime
    reblog: bool = False
    sensitive: bool = False
    answered: str | None = None
    files: tuple[File, ...] = ()


class Kept(NamedTuple):
    """What lies under a key: the status, from when on, and until when."""

    status_id: str
    since: datetime
    until: datetime


class Stalled(NamedTuple):
    """A request that is still being worked on, until that time."""

    until: datetime
    person: Person
    fields: Mapping[str, Any]
    key: str | None


class Asked(NamedTuple):
    """A request, as far as tests care."""

    step: Step
    key: str | None
    fault: Fault | None


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class FakeMastodon:
    """Listens on loopback while it is entered.

    `key_delay` passes between a status and its key, `stall` before a stalled request is processed,
    `lag` before a status is listed. No page is longer than `page_cap`.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        domain: str = "social.example",
        max_characters: int = 500,
    ) -> None:
        self.now = now
        self.domain = domain
        self.max_characters = max_characters
        self.max_image_bytes = 16_777_216
        self.max_body = 150_000_000  # the proxy's before it
        self.polls = 0
        self.page_cap = 40
        self.key_delay = timedelta()
        self.stall = timedelta(seconds=60)
        self.lag = timedelta()
        self.files: list[File] = []
        self.people: list[Person] = []
        self.nobody = Person(id="0", username="nobody", token="", scopes=frozenset())
        self.revoked: set[str] = set()
        self.asked: list[Asked] = []
        self.faults: dict[Step, deque[Fault]] = defaultdict(deque)
        self.lock = threading.Lock()
        self.released = threading.Event()
        self._statuses: list[Status] = []
        self._keys: dict[tuple[str, str], Kept] = {}
        self._stalled: list[Stalled] = []
        self._numbers = itertools.count(1)
        self.doorkeeper = Doorkeeper(now, lambda: self.url, self._issue, self._withdraw)
        self._server = Server(("127.0.0.1", 0), self)
        self._port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.stop()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Nobody listens."""
        self._server.stop()
        try:
            yield
        finally:
            self._server = Server(("127.0.0.1", self._port), self)
            self._server.start()

    def person(self, username: str = "alice", scopes: frozenset[str] = PUBLISHING) -> Person:
        """Somebody with an account and a token."""
        number = next(self._numbers)
        person = Person(
            id=str(number), username=username, token=f"token-{number}-of-{username}", scopes=scopes
        )
        self.people.append(person)
        return person

    def _issue(self, token: Token) -> None:
        """A person has consented: the token is one more of theirs."""
        person = next(each for each in self.people if each.username == token.username)
        self.people.append(replace(person, token=token.text, scopes=token.scopes))

    def _withdraw(self, token: Token) -> None:
        self.revoked.add(token.text)

    def fail(self, step: Step, *faults: Fault) -> None:
        """What goes wrong with the next requests of that step, in order."""
        self.faults[step].extend(faults)

    def visible(self, person: Person) -> list[Status]:
        """What anybody sees on that account, oldest first."""
        self.catch_up()
        return [status for status in self._statuses if status.author.id == person.id]

    def write(
        self, person: Person, text: str, *, reblog: bool = False, at: datetime | None = None
    ) -> Status:
        """A post that came from somewhere else."""
        at = at or self.now()
        status = Status(
            id=str((int(at.timestamp() * 1000) << 16) + next(self._numbers)),
            author=person,
            text=text,
            visibility="public",
            spoiler_text="",
            language="en",
            created_at=at,
            reblog=reblog,
        )
        self._statuses.append(status)
        return status

    # What the routes do; each holds the lock.

    def create(
        self, person: Person, fields: Mapping[str, Any], key: str | None, *, keep: bool = True
    ) -> Status:
        """One status per key and hour, whatever the later requests' bodies say."""
        return self._earlier(person, key) or self._post(
            person, fields, key if keep else None, self.now()
        )

    def stall_create(self, person: Person, fields: Mapping[str, Any], key: str | None) -> None:
        """The key is looked up at the beginning, the status made at the end."""
        if not self._earlier(person, key):
            self._stalled.append(Stalled(self.now() + self.stall, person, fields, key))

    def catch_up(self) -> None:
        """What was still being worked on, as far as it is over by now."""
        over = [each for each in self._stalled if each.until <= self.now()]
        self._stalled = [each for each in self._stalled if each.until > self.now()]
        for each in over:
            with suppress(RefusedError):  # nobody hears it
                self._post(each.person, each.fields, each.key, each.until)

    def _earlier(self, person: Person, key: str | None) -> Status | None:
        kept = self._keys.get((person.id, key)) if key else None
        return self.get(kept.status_id) if kept and kept.since <= self.now() < kept.until else None

    def _post(
        self, person: Person, fields: Mapping[str, Any], key: str | None, at: datetime
    ) -> Status:
        text = str(fields.get("status") or "").strip()
        spoiler = str(fields.get("spoiler_text") or "").strip()
        files = self._attachable(person, fields.get("media_ids") or [])
        if not text:
            text, spoiler = spoiler, ""
        if not text and not files:
            raise RefusedError(422, "Validation failed: Text can't be blank")
        if length(spoiler + text) > self.max_characters:
            raise RefusedError(
                422, f"Validation failed: Text character limit of {self.max_characters} exceeded"
            )
        visibility = str(fields.get("visibility") or "public")
        if visibility not in {"public", "unlisted", "private", "direct"}:
            raise RefusedError(422, "Validation failed: Visibility is not included in the list")
        answered = fields.get("in_reply_to_id")
        if answered and all(each.id != answered for each in self._statuses):
            raise RefusedError(404, "The post you are trying to reply to does not appear to exist.")
        status = replace(self.write(person, text, at=at), visibility=visibility, answered=answered)
        sensitive = bool(fields.get("sensitive")) or bool(spoiler)
        language = str(fields.get("language") or status.language)
        status = replace(
            status, spoiler_text=spoiler, sensitive=sensitive, language=language, files=tuple(files)
        )
        self._statuses[-1] = status
        for each in files:
            each.status_id = status.id
        if key:
            since = at + self.key_delay
            self._keys[person.id, key] = Kept(status.id, since, since + KEY_LIFE)
        return status

    def _attachable(self, person: Person, ids: Sequence[str]) -> list[File]:
        """Each once, and ready. Source: PostStatusService of Mastodon 4.4."""
        if len(ids) > 4:
            raise RefusedError(422, "Cannot attach more than 4 files")
        free = {
            each.id: each for each in self.files if each.owner == person and each.status_id is None
        }
        if missing := [each for each in ids if each not in free]:
            raise RefusedError(
                422, f"Media {', '.join(missing)} not found or already attached to another post"
            )
        found = [free[each] for each in ids]
        if len(found) > 1 and any(each.kind == "video" for each in found):
            raise RefusedError(422, "Cannot attach a video to a post that already contains images")
        if any(each.polls or each.broken for each in found):
            raise RefusedError(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
        return found

    def upload(self, person: Person, form: Message) -> File:
        parts = {
            str(each.get_param("name", header="content-disposition")): each
            for each in form.walk()
            if each is not form
        }
        if "file" not in parts:
            raise RefusedError(422, "Validation failed: File can't be blank")
        data = bytes(parts["file"].get_payload(decode=True))
        kind = (
            "video"
            if data[4:8] == b"ftyp"
            else next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
        )
        if kind is None:
            raise RefusedError(
                422, "Validation failed: File content type is invalid, File is invalid"
            )
        if kind == "image" and len(data) > self.max_image_bytes:
            raise RefusedError(
                422,
                f"Validation failed: File file size must be less than {self.max_image_bytes} Bytes",
            )
        described = (
            parts["description"].get_payload(decode=True) if "description" in parts else None
        )
        file = File(
            id=str(next(self._numbers)),
            owner=person,
            kind=kind,
            name=parts["file"].get_filename() or "",
            description=bytes(described).decode() if described is not None else None,
            data=data,
            polls=self.polls,
        )
        self.files.append(file)
        return file

    def file(self, person: Person, file_id: str) -> Reply:
        """What a poll is told; one that some status has is not found."""
        found = next(
            (
                each
                for each in self.files
                if (each.id, each.owner.id, each.status_id) == (file_id, person.id, None)
            ),
            None,
        )
        if found is None:
            raise RefusedError(404, "Record not found")
        if found.broken:
            raise RefusedError(422, "Error processing thumbnail for uploaded media")
        working = found.polls > 0
        found.polls = max(0, found.polls - 1)
        return Reply(206 if working else 200, file_json(self, found, ready=not working))

    def get(self, status_id: str) -> Status:
        found = next((status for status in self._statuses if status.id == status_id), None)
        if found is None:
            raise RefusedError(404, "Record not found")
        return found

    def delete(self, person: Person, status_id: str) -> Status:
        """Its files may be used again, as its author's own client does to edit it."""
        status = self.get(status_id)
        if status.author.id != person.id:
            raise RefusedError(404, "Record not found")
        self._statuses.remove(status)
        for each in status.files:
            each.status_id = None
        return status

    def page(self, account_id: str, query: Mapping[str, str]) -> list[Status]:
        """Newest first, as far as they are listed by now."""
        listed = [
            each
            for each in self._statuses
            if each.author.id == account_id and each.created_at + self.lag <= self.now()
        ]
        found = sorted(listed, key=lambda each: int(each.id), reverse=True)
        if query.get("exclude_reblogs") in {"true", "1"}:
            found = [status for status in found if not status.reblog]
        if "max_id" in query:
            found = [status for status in found if int(status.id) < int(query["max_id"])]
        if "min_id" in query:
            found = [status for status in found if int(status.id) > int(query["min_id"])]
        return found[: self.page_size(query)]

    def page_size(self, query: Mapping[str, str]) -> int:
        return min(int(query.get("limit", 20)), self.page_cap)


def length(text: str) -> int:
    """A link counts 23."""
    return len(URL.sub("x" * 23, text))


class Server(ThreadingHTTPServer):
    """The listener; its thread and those of its requests end with stop()."""

    daemon_threads = False  # joined by server_close

    def __init__(self, address: tuple[str, int], instance: FakeMastodon) -> None:
        super().__init__(address, Handler)
        self.instance = instance
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(10)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 30
    ROUTES: ClassVar[list[tuple[str, re.Pattern[str], Step, str | None]]] = [
        ("GET", re.compile(r"/api/v1/accounts/verify_credentials"), Step.VERIFY, "profile"),
        ("GET", re.compile(r"/api/v2/instance"), Step.INSTANCE, None),
        ("GET", re.compile(r"/api/v1/instance"), Step.INSTANCE_V1, None),
        ("POST", re.compile(r"/api/v1/statuses"), Step.CREATE, "write:statuses"),
        ("GET", re.compile(r"/api/v1/statuses/(\d+)"), Step.SHOW, "read:statuses"),
        ("GET", re.compile(r"/api/v1/statuses/(\d+)/source"), Step.SOURCE, "read:statuses"),
        ("DELETE", re.compile(r"/api/v1/statuses/(\d+)"), Step.DELETE, "write:statuses"),
        ("GET", re.compile(r"/api/v1/accounts/(\d+)/statuses"), Step.LIST, "read:statuses"),
        ("POST", re.compile(r"/api/v2/media"), Step.UPLOAD, "write:media"),
        ("GET", re.compile(r"/api/v1/media/(\d+)"), Step.FILE, "write:media"),
        ("GET", re.compile(r"/\.well-known/oauth-authorization-server"), Step.METADATA, None),
        ("POST", re.compile(r"/api/v1/apps"), Step.APPS, None),
        ("GET", re.compile(r"/oauth/authorize"), Step.ASK, None),
        ("POST", re.compile(r"/oauth/authorize"), Step.DECIDE, None),
        ("POST", re.compile(r"/oauth/token"), Step.TOKEN, None),
        ("POST", re.compile(r"/oauth/revoke"), Step.REVOKE, None),
    ]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Quiet."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_DELETE = do_GET  # noqa: N815 - the names are the server's

    def _serve(self) -> None:
        self.close_connection = True
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        if size > self.server.instance.max_body:
            self._answer(Reply(413, {"error": "Request Entity Too Large"}))
            return
        body = self.rfile.read(size)
        for method, pattern, step, scope in self.ROUTES:
            if method == self.command and (match := pattern.fullmatch(parts.path.rstrip("/"))):
                self._step(step, scope, match.groups(), query_of(parts.query), body)
                return
        self._answer(Reply(404, {"error": "The page you are looking for isn't here."}))

    def _step(
        self,
        step: Step,
        scope: str | None,
        groups: tuple[str, ...],
        query: dict[str, str],
        body: bytes,
    ) -> None:
        instance = self.server.instance
        fault = instance.faults[step].popleft() if instance.faults[step] else None
        instance.asked.append(Asked(step, self.headers.get("Idempotency-Key"), fault))
        if fault is None or fault in AFTER or (fault is Fault.STALL and step is Step.CREATE):
            try:
                with instance.lock:
                    reply = self._process(step, scope, groups, query, body, fault=fault)
            except RefusedError as error:
                reply = error.reply
        match fault:
            case Fault.DROP | Fault.PROCESS_THEN_DROP | Fault.PROCESS_THEN_DIE | Fault.STALL:
                return
            case Fault.HANG | Fault.PROCESS_THEN_HANG:
                instance.released.wait(30)
                return
            case Fault.UNAVAILABLE:
                text = "There was a temporary problem serving your request, please try again"
                reply = Reply(503, {"error": text})
            case Fault.RATE_LIMIT:
                reply = Reply(429, {"error": "Too many requests"}, {"X-RateLimit-Remaining": "0"})
            case Fault.UNAUTHORIZED:
                reply = Reply(401, {"error": "The access token is invalid"})
            case Fault.PROCESS_THEN_500:
                reply = Reply(500, {"error": "500 Internal Server Error"})
        self._answer(reply, cut=fault is Fault.PROCESS_THEN_TRUNCATE)

    def _process(
        self,
        step: Step,
        scope: str | None,
        groups: tuple[str, ...],
        query: dict[str, str],
        body: bytes,
        *,
        fault: Fault | None,
    ) -> Reply:
        instance = self.server.instance
        instance.catch_up()
        person = self._who(scope) if scope else instance.nobody
        match step:
            case Step.INSTANCE:
                found: object = instance_json(instance)
            case Step.INSTANCE_V1:
                found = old_instance_json(instance)
            case Step.VERIFY:
                found = account_json(instance, person)
            case Step.CREATE if fault is Fault.STALL:
                instance.stall_create(
                    person, self._fields(body), self.headers.get("Idempotency-Key")
                )
                found = None
            case Step.CREATE:
                key = self.headers.get("Idempotency-Key")
                keep = fault is not Fault.PROCESS_THEN_DIE
                found = status_json(
                    instance, instance.create(person, self._fields(body), key, keep=keep)
                )
            case Step.SHOW:
                found = status_json(instance, instance.get(groups[0]))
            case Step.SOURCE:
                status = instance.get(groups[0])
                found = {"id": status.id, "text": status.text, "spoiler_text": status.spoiler_text}
            case Step.DELETE:
                status = instance.delete(person, groups[0])
                found = status_json(instance, status) | {"text": status.text}
            case Step.LIST:
                page = instance.page(groups[0], query)
                return Reply(
                    200,
                    [status_json(instance, status) for status in page],
                    self._links(page, query),
                )
            case Step.UPLOAD:
                head = f"Content-Type: {self.headers.get('Content-Type')}\r\n\r\n".encode()
                file = instance.upload(person, message_from_bytes(head + body, policy=HTTP))
                return Reply(
                    202 if file.polls else 200, file_json(instance, file, ready=not file.polls)
                )
            case Step.FILE:
                return instance.file(person, groups[0])
            case _:
                return self._authorize(step, query, body)
        return Reply(200, found)

    def _authorize(self, step: Step, query: dict[str, str], body: bytes) -> Reply:
        provider = self.server.instance.doorkeeper
        fields = fields_of(self._fields(body), self.headers.get("Authorization") or "")
        match step:
            case Step.METADATA:
                return provider.metadata()
            case Step.APPS:
                return provider.register(fields)
            case Step.ASK:
                people = [each.username for each in self.server.instance.people]
                return provider.ask(query, [*dict.fromkeys(people)])
            case Step.DECIDE:
                return provider.decide(fields)
            case Step.TOKEN:
                return provider.token(fields)
        return provider.revoke(fields)

    def _who(self, scope: str) -> Person:
        instance = self.server.instance
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token in instance.revoked:
            raise RefusedError(401, "The access token was revoked")
        person = next((person for person in instance.people if person.token == token), None)
        if person is None:
            raise RefusedError(401, "The access token is invalid")
        if person.scopes.isdisjoint({scope, BROADER.get(scope, scope)}):
            raise RefusedError(403, "This action is outside the authorized scopes")
        return person

    def _fields(self, body: bytes) -> Mapping[str, Any]:
        if "json" in (self.headers.get("Content-Type") or ""):
            return dict(json.loads(body))
        return {
            **query_of(body.decode()),
            "media_ids": parse_qs(body.decode()).get("media_ids[]", []),
        }

    def _links(self, page: list[Status], query: dict[str, str]) -> dict[str, str]:
        if not page:
            return {}
        here = f"{self.server.instance.url}{urlsplit(self.path).path}"
        rest = {name: value for name, value in query.items() if name not in {"max_id", "min_id"}}
        older = urlencode(rest | {"max_id": page[-1].id})
        newer = urlencode(rest | {"min_id": page[0].id})
        full = len(page) == self.server.instance.page_size(query)
        following = f'<{here}?{older}>; rel="next", ' if full else ""
        return {"Link": f'{following}<{here}?{newer}>; rel="prev"'}

    def _answer(self, reply: Reply, *, cut: bool = False) -> None:
        page = isinstance(reply.body, str)
        data = (str(reply.body) if page else json.dumps(reply.body)).encode()
        reset = self.server.instance.now() + timedelta(minutes=5)
        headers = {
            "Content-Type": f"{'text/html' if page else 'application/json'}; charset=utf-8",
            "Content-Length": str(len(data)),
            "Connection": "close",
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "299",
            "X-RateLimit-Reset": wire(reset),
        }
        self.send_response(reply.status)
        for name, value in {**headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)


def query_of(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def wire(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instance_json(instance: FakeMastodon) -> dict[str, object]:
    return {
        "domain": instance.domain,
        "title": "A fake instance",
        "version": "4.3.8",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "",
        "usage": {"users": {"active_month": len(instance.people)}},
        "thumbnail": {"url": f"{instance.url}/thumbnail.png"},
        "languages": ["en"],
        "configuration": {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": instance.max_characters,
                "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "image/png", "video/mp4"],
                "image_size_limit": instance.max_image_bytes,
                "image_matrix_limit": 33_177_600,
                "video_size_limit": 103_809_024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
        },
        "registrations": {"enabled": False, "approval_required": False, "message": None},
        "api_versions": {"mastodon": 2},
        "contact": {"email": "", "account": None},
        "rules": [],
    }


def old_instance_json(instance: FakeMastodon) -> dict[str, object]:
    return {
        "uri": instance.domain,
        "title": "A fake instance",
        "version": "4.3.8",
        "languages": ["en"],
        "urls": {},
        "stats": {},
    }


def account_json(instance: FakeMastodon, person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "username": person.username,
        "acct": person.username,
        "display_name": person.username.capitalize(),
        "locked": False,
        "bot": False,
        "discoverable": True,
        "group": False,
        "created_at": "2020-01-01T00:00:00.000Z",
        "note": "",
        "url": f"https://{instance.domain}/@{person.username}",
        "uri": f"https://{instance.domain}/users/{person.username}",
        "avatar": f"https://{instance.domain}/avatars/{person.id}.png",
        "avatar_static": f"https://{instance.domain}/avatars/{person.id}.png",
        "header": "",
        "header_static": "",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": len(instance.visible(person)),
        "last_status_at": None,
        "emojis": [],
        "fields": [],
    }


def file_json(instance: FakeMastodon, file: File, *, ready: bool) -> dict[str, object]:
    where = f"https://{instance.domain}/media/{file.id}/{file.name}"
    return {
        "id": file.id,
        "type": file.kind,
        "url": where if ready else None,
        "preview_url": where if ready else None,
        "remote_url": None,
        "text_url": None,
        "meta": {},
        "description": file.description,
        "blurhash": None,
    }


def status_json(instance: FakeMastodon, status: Status) -> dict[str, object]:
    where = f"https://{instance.domain}/@{status.author.username}/{status.id}"
    return {
        "id": status.id,
        "created_at": wire(status.created_at),
        "in_reply_to_id": status.answered,
        "in_reply_to_account_id": status.author.id if status.answered else None,
        "sensitive": status.sensitive,
        "spoiler_text": status.spoiler_text,
        "visibility": status.visibility,
        "language": status.language,
        "uri": f"https://{instance.domain}/users/{status.author.username}/statuses/{status.id}",
        "url": where,
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": None,
        "content": "".join(f"<p>{html.escape(part)}</p>" for part in status.text.split("\n\n")),
        "reblog": None,
        "application": {"name": "herald", "website": None},
        "account": account_json(instance, status.author),
        "media_attachments": [file_json(instance, each, ready=True) for each in status.files],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    }

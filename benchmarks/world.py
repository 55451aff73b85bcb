"""The world that is measured: AWS in memory, with a Mastodon instance and a subscriber."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import boto3
from moto import mock_aws

from benchmarks.meter import Meter
from herald import runtime
from herald.actions import sweeps
from herald.actions.endpoints import NewEndpoint
from herald.aws.dynamodb import Table, to_wire
from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.api_keys import Plan
from herald.domain.content import PostContent
from herald.domain.deliveries import DeliveryStatus, first
from herald.domain.events import EventType, RecordedEvent
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target
from herald.store.delivery_rows import delivery_row
from herald.store.due import DueIndex
from herald.store.endpoint_rows import endpoint_row
from herald.store.event_rows import dumped
from herald.store.post_rows import state_row, words_row
from tests import files
from tests.account import CREDENTIALS, built
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, forget_wiring, messages, sqs_event
from tests.integration.subscribers import Subscriber, api_key, happened, listening
from tests.networks.consents import decided, query_of
from tests.networks.mastodon import FakeMastodon, Fault, Step

PNG = files.picture("PNG")
TEXT = (
    "Grüße from the benchmark: a post of a hundred and twenty characters, as most are, with a link."
    " https://example.com/page"
)
PICTURE = {"filename": "photo.png", "contentType": "image/png", "sizeBytes": len(PNG)}
KEY = {"name": "scheduler", "mode": "test", "scopes": ["posts:write"]}
RARE = 1_000
STEPS = [
    {"order": 1, "role": "editor", "approverIds": ["ed", "eve"]},
    {"order": 2, "role": "legal", "approverIds": ["lea", "lou"]},
]

Work = Callable[[], object]
Event = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class World:
    """Makes what the work needs. Making it is not measured; the work that methods return is."""

    meter: Meter
    mastodon: FakeMastodon
    subscriber: Subscriber
    live: Caller
    test: Caller
    workspace: str
    token: str
    account: str = ""
    toot: str = ""
    hook: str = ""
    scheduled: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        caller: Caller | None = None,
        **headers: str,
    ) -> Event:
        """Return the answer to one request, which must succeed."""
        answer = (caller or self.test)(method, path, body, **headers)
        assert 200 <= answer.status < 300, answer
        content: Event = answer.body
        return content

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        caller: Caller | None = None,
        once: bool = False,
    ) -> Work:
        headers = {"idempotency_key": f"k-{next(self.numbers)}"} if once else {}
        return lambda: self.call(method, path, body, caller=caller, **headers)

    # ---------------------------------------------------------------------------------------- posts

    def draft(self, **fields: Any) -> Event:
        """Return the body of a post on one account."""
        return {"content": TEXT, "accountIds": [self.account]} | fields

    def post(self, **fields: Any) -> str:
        identifier: str = self.call("POST", "/v1/posts", self.draft(**fields))["id"]
        return identifier

    def pictures(self, number: int) -> Event:
        """Return new files, as a post names them."""
        return {"media": [self.looked_at() for _ in range(number)]}

    def illustrated(self, number: int) -> Event:
        """Return the body of a post with new pictures."""
        return self.draft(**self.pictures(number))

    def publish_pictures(self) -> Work:
        self.queued()
        self.post(publishNow=True, **self.pictures(4))
        return self.publish(self.queued())

    def sent(self, **fields: Any) -> tuple[str, str]:
        """Publish a post in the sandbox. Return its id and its target's."""
        self.queued()
        post = self.call("POST", "/v1/posts", self.draft(publishNow=True, **fields))
        self.publish(self.queued())()
        return post["id"], post["platforms"][0]["postPlatformId"]

    def submitted(self, *approvers: str) -> str:
        """Return the id of a draft that these have approved."""
        post_id = self.post()
        self.call("POST", f"/v1/posts/{post_id}/submit")
        for approver in approvers:
            self.approve(post_id, approver)()
        return post_id

    def approve(self, post_id: str, approver: str) -> Work:
        body = {"approverId": approver, "comment": "Looks good, approved."}
        return self.ask("POST", f"/v1/posts/{post_id}/approve", body)

    def fix(self, failed: tuple[str, str], **fields: Any) -> Work:
        post_id, target_id = failed
        path = f"/v1/posts/{post_id}/platforms/{target_id}/fix"
        return self.ask("POST", path, {"content": TEXT} | fields)

    def queued(self) -> Event:
        """Take the messages that wait for publish_target out of its queue."""
        return sqs_event(*messages(runtime.configured().publish_queue_url))

    def crowd(self, posts: int) -> None:
        """Write published posts on Bluesky.

        Every thousandth has failed, and the post after it is on Pinterest.
        """
        owner = Owner(self.workspace, Mode.TEST)
        began = datetime.now(UTC) - timedelta(milliseconds=posts)
        written: list[Event] = []
        for number in range(posts):
            at = began + timedelta(milliseconds=number)
            platform = Platform.PINTEREST if number % RARE == 1 else Platform.BLUESKY
            status = PostStatus.FAILED if number % RARE == 0 else PostStatus.PUBLISHED
            to = Target(
                id=ids.new("pp", at),
                account_id=self.account,
                platform=platform,
                account_name="brand",
            )
            post = Post(
                id=ids.new("post", at),
                owner=owner,
                status=status,
                targets={to.id: to},
                scheduled_for=at,
                created_at=at,
                updated_at=at,
            )
            written += [state_row(post, ()), words_row(post.id, PostContent(content=TEXT))]
        unwatched().put_all(written)

    def publish(self, event: Event) -> Work:
        return lambda: done(door("publish_target").handler(event, CONTEXT))

    def publish_to_mastodon(
        self, posts: int = 1, *, faults: Iterable[tuple[Step, Fault]] = ()
    ) -> Work:
        self.queued()
        for step, fault in faults:
            self.mastodon.fail(step, fault)
        for _ in range(posts):
            body = self.draft(accountIds=[self.toot], publishNow=True)
            self.call("POST", "/v1/posts", body, caller=self.live)
        return self.publish(self.queued())

    def release(self, due: int) -> Work:
        """Return a sweep, a minute after the last one, that sees `due` scheduled posts anew."""
        for post_id in self.scheduled:
            self.call("POST", f"/v1/posts/{post_id}/cancel")
        at = (datetime.now(UTC) + timedelta(seconds=100)).isoformat()
        self.scheduled = [self.post(scheduledFor=at) for _ in range(due)]
        DueIndex(runtime.table()).seen({"POST": datetime.now(UTC) + timedelta(seconds=60)})
        return lambda: door("release_due").handler({}, CONTEXT)

    # --------------------------------------------------------------------------- accounts and media

    def connect(self, *, once: bool = False) -> Work:
        body = {"username": f"brand{next(self.numbers)}"}
        return self.ask("POST", "/v1/accounts/connect/bluesky", body, once=once)

    def ask_consent(self) -> Work:
        body = {"instanceUrl": self.mastodon.url}
        return self.ask("POST", "/v1/accounts/connect/mastodon", body, caller=self.live)

    def consented(self) -> Mapping[str, str]:
        """Return the query that a user who has consented comes back with."""
        body = {"instanceUrl": self.mastodon.url}
        asked = self.call("POST", "/v1/accounts/connect/mastodon", body, caller=self.live)
        return query_of(decided(asked["authorizationUrl"]))

    def pass_on_consent(self) -> Work:
        body = dict(self.consented())
        return self.ask("POST", "/v1/accounts/callback/mastodon", body, caller=self.live)

    def land(self) -> Work:
        query = urlencode(self.consented())
        return self.ask("GET", f"/v1/oauth/callback/mastodon?{query}", caller=Caller())

    def connected(self) -> str:
        body = {"username": f"brand{next(self.numbers)}"}
        identifier: str = self.call("POST", "/v1/accounts/connect/bluesky", body)["account"]["id"]
        return identifier

    def refresh(self) -> Work:
        media_id = self.call("POST", "/v1/media/upload", PICTURE)["mediaId"]
        return self.ask("POST", f"/v1/media/{media_id}/refresh-presign")

    def media(self) -> str:
        """Return the id of media whose file is in the bucket, not inspected yet."""
        identifier: str = self.call("POST", "/v1/media/upload", PICTURE)["mediaId"]
        key = self.object_key(identifier)
        boto3.client("s3").put_object(Bucket="herald-media", Key=key, Body=PNG)
        return identifier

    def looked_at(self) -> str:
        media_id = self.media()
        self.complete(media_id)()
        self.processed()()
        return media_id

    def complete(self, media_id: str) -> Work:
        event = {"Records": [{"s3": {"object": {"key": self.object_key(media_id)}}}]}
        return lambda: door("complete_upload").handler(event, CONTEXT)

    def arrived(self) -> Work:
        """Return the inspection of a file that waits alone."""
        messages(runtime.configured().media_queue_url)
        self.complete(self.media())()
        return self.processed()

    def processed(self) -> Work:
        event = sqs_event(*messages(runtime.configured().media_queue_url))
        return lambda: done(door("process_media").handler(event, CONTEXT))

    def link(self) -> Event:
        return {
            "url": f"https://cdn.example.com/{next(self.numbers)}.png",
            "filename": "p.png",
            "contentType": "image/png",
        }

    def object_key(self, media_id: str) -> str:
        return f"uploads/{self.workspace}/test/{media_id}"

    # ------------------------------------------------------------------------------------- webhooks

    def subscription(self) -> Event:
        return {"url": self.subscriber.url, "events": ["post.created"]}

    def webhook(self) -> str:
        identifier: str = self.call("POST", "/v1/webhooks", self.subscription())["id"]
        return identifier

    def delivered(self) -> str:
        """Return the path of a delivery that its subscriber got."""
        self.deliver(Owner(self.workspace, Mode.TEST))()
        path = f"/v1/webhooks/{self.hook}/deliveries"
        return f"{path}/{self.call('GET', path)['data'][0]['id']}"

    def told(self) -> str:
        """Return the id of an event in the log."""
        self.fan_out(Owner(self.workspace, Mode.TEST))()
        identifier: str = self.call("GET", "/v1/events")["data"][0]["id"]
        return identifier

    def subscribed(self, endpoints: int) -> Owner:
        """Return a workspace with this many endpoints."""
        owner = Owner(f"ws_{next(self.numbers):0>24}", Mode.LIVE)
        for _ in range(endpoints):
            new = NewEndpoint(url=self.subscriber.url, events=SUBSCRIBABLE)
            runtime.endpoints().create(new, by=api_key(owner), request=IdempotentRequest())
        return owner

    def fan_out(self, owner: Owner, events: int = 1) -> Work:
        """Return the work for a batch of the stream, whose changes each caused an event."""
        records = []
        for _ in range(events):
            event = happened(EventType.POST_CREATED, datetime.now(UTC), owner=owner)
            image = {"events": {"S": dumped([event])}}
            records.append({"dynamodb": {"SequenceNumber": "1", "NewImage": image}})
        return lambda: done(door("fan_out_events").handler({"Records": records}, CONTEXT))

    def deliver(self, owner: Owner, deliveries: int = 1, *, answer: int = 200) -> Work:
        queue = runtime.configured().delivery_queue_url
        messages(queue)
        self.fan_out(owner, deliveries)()
        event = sqs_event(*messages(queue))
        self.subscriber.answers = [answer] * deliveries
        return lambda: done(door("deliver_webhook").handler(event, CONTEXT))

    def replay(self, missed: int) -> Work:
        """Return the replay, to a new webhook, of events from before it was made."""
        since = datetime.now(UTC).isoformat()
        self.fan_out(Owner(self.workspace, Mode.TEST), missed)()
        return self.ask("POST", f"/v1/webhooks/{self.webhook()}/replay", {"from": since})

    def counted(self, deliveries: int) -> str:
        """Return the path of a new webhook's stats, with all its deliveries counted.

        They fell in an hour of yesterday.
        """
        hook = self.webhook()
        began = datetime.now(UTC) - timedelta(days=1)
        endpoint = runtime.endpoints().get(hook, Owner(self.workspace, Mode.TEST))
        rows = []
        for number in range(deliveries):
            at = began + number * timedelta(hours=1) / deliveries
            event = RecordedEvent(
                id=ids.new("evt", at),
                type="post.created",
                owner=endpoint.owner,
                created_at=at,
                bodies={},
            )
            pending = first(event, endpoint)
            delivered = replace(pending, status=DeliveryStatus.DELIVERED, attempts=1)
            rows.append(delivery_row(delivered))
        unwatched().put_all(rows)
        runtime.endpoint_store().record_attempt(endpoint, began)
        counting = replace(runtime.sweeps(), sweeps=[sweeps.stats(runtime.stats().settle)])
        while counting.release()["stats"]:
            continue
        return f"/v1/webhooks/{hook}/deliveries/stats"

    def fifth_failure(self, owner: Owner) -> Work:
        """Return the work for an endpoint whose fifth delivery in a row has failed for good."""
        [endpoint, *_] = runtime.endpoint_store().list(owner)
        failures = 5 + next(self.numbers)
        failed = replace(endpoint, consecutive_failures=5, failure_count=failures)
        image = to_wire(endpoint_row(failed))
        record = {"dynamodb": {"SequenceNumber": "1", "NewImage": image}}
        return lambda: done(door("watch_endpoints").handler({"Records": [record]}, CONTEXT))

    # ----------------------------------------------------------------------------------- workspaces

    def key(self) -> str:
        identifier: str = self.call("POST", "/v1/api-keys", KEY)["id"]
        return identifier

    def provision(self) -> Work:
        return lambda: door("provision").handler({"name": "Acme"}, CONTEXT)


def unwatched() -> Table:
    """Return the table through a client that is not measured."""
    table = Table(os.environ["TABLE_NAME"], time.sleep)
    table.client = boto3.Session().client("dynamodb")
    return table


def done(answer: Event) -> None:
    assert answer == {"batchItemFailures": []}, answer


@contextmanager
def world() -> Iterator[World]:
    """Make a Mastodon account in live mode, a sandboxed one in test mode, and a webhook."""
    os.environ.update(CREDENTIALS, POWERTOOLS_LOG_LEVEL="CRITICAL")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        os.environ.pop(name, None)
    with mock_aws(), FakeMastodon(lambda: datetime.now(UTC)) as mastodon, listening() as subscriber:
        os.environ.update(built())
        forget_wiring()
        meter = Meter(os.environ["TABLE_NAME"])
        new = runtime.workspaces().provision("Acme", None, Plan.AGENCY)
        ours = World(
            meter=meter,
            mastodon=mastodon,
            subscriber=subscriber,
            live=Caller(new.live_key),
            test=Caller(new.test_key),
            workspace=new.workspace.id,
            token=mastodon.person().token,
        )
        body = {"instanceUrl": mastodon.url, "accessToken": ours.token}
        answer = ours.call("POST", "/v1/accounts/connect/mastodon", body, caller=ours.live)
        ours.toot = answer["account"]["id"]
        ours.account = ours.connected()
        ours.call("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS}})
        ours.hook = ours.webhook()
        yield ours

"""The sample events of events/, and a table that holds what they name."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from herald import runtime
from herald.domain import api_keys, deliveries, posts, workflow
from herald.domain.accounts import Account, Platform
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.content import PostContent
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.media import ContentType, Media
from herald.domain.owners import Mode, Owner, Secret
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target, TargetStatus
from herald.domain.workspaces import Step, Workspace
from herald.store.media import upload_key
from herald.webhooks import formats
from openapi.doors import Route
from tests import files
from tests.integration.conftest import messages
from tests.template import ROOT

NOW = datetime(2025, 6, 15, 14, 0, tzinfo=UTC)
SAMPLES = sorted((ROOT / "events").glob("*/*.json"))
KEY = "vb_test_" + "Example0" * 5
STATUS = {
    "accounts/connect": 201,
    "accounts/connect_named": 201,
    "accounts/callback": 422,  # nobody was asked for this consent
    "accounts/consent": 201,  # a test key connects at once
    "accounts/land": 422,
    "media/register": 201,
    "media/upload": 201,
    "media/upload_invalid": 400,
    "posts/bulk": 207,
    "posts/create": 201,
    "posts/create_invalid": 400,
    "posts/create_now": 201,
    "posts/create_thread": 201,
    "posts/create_with_media": 201,
    "posts/fix": 202,
    "posts/fix_with_media": 202,
    "posts/publish": 202,
    "posts/validate_invalid": 400,
    "posts/retry": 202,
    "webhooks/retry": 202,
    "webhooks/replay": 202,
    "webhooks/read_event": 404,  # it was longer ago than 30 days
    "webhooks/create": 422,  # 198.51.100.7 is for documentation: nobody may be told there
    "workspaces/create_key": 201,
    "workspaces/unknown_route": 404,
}


def sample_id(prefix: str, name: str) -> str:
    return f"{prefix}_0mpc9k1s0{name:0>15}"


OWNER = Owner(sample_id("ws", "workspace"), Mode.TEST)
ACCOUNT = sample_id("acc", "bluesky")
WORKFLOW = (Step(order=1, role="legal", approver_ids=("usr_approver1",)),)


def key(clear: str, name: str) -> ApiKey:
    return ApiKey(
        id=sample_id("key", name),
        owner=OWNER,
        name=name,
        scopes=api_keys.SCOPES,
        plan=Plan.PRO,
        digest=api_keys.digest(clear),
        hint="h",
        created_at=NOW,
    )


def post(name: str, status: PostStatus, target: TargetStatus = TargetStatus.PENDING) -> Post:
    to = Target(
        id=sample_id("pp", name),
        account_id=ACCOUNT,
        platform=Platform.BLUESKY,
        account_name="brand",
        status=target,
    )
    made = Post(
        id=sample_id("post", name),
        owner=OWNER,
        status=status,
        targets={to.id: to},
        created_at=NOW,
        updated_at=NOW,
    )
    return (
        posts.schedule_targets(made, NOW, status=status, now=NOW)
        if status is PostStatus.PUBLISHING
        else made
    )


def lay_out() -> None:
    """Make what the samples name.

    That is a workspace with its key, an account, posts in several states, a webhook and a picture.
    """
    workspace = Workspace(
        id=OWNER.workspace_id,
        name="w",
        owner_email=None,
        plan=Plan.PRO,
        created_at=NOW,
        test_workflow=WORKFLOW,
    )
    runtime.workspace_store().create(workspace, [key(KEY, "sample"), key("spare", "spare")])
    account = Account(
        id=ACCOUNT,
        owner=OWNER,
        platform=Platform.BLUESKY,
        remote_id="sandbox:bluesky:brand",
        username="brand",
        created_at=NOW,
        updated_at=NOW,
    )
    runtime.account_store().save(account, {"token": Secret("sandbox")})
    for each in (
        post("draft", PostStatus.DRAFT),
        workflow.submit(post("pending", PostStatus.DRAFT), WORKFLOW, NOW),
        post("due", PostStatus.PUBLISHING),
        post("failed", PostStatus.FAILED, TargetStatus.FAILED),
        post("published", PostStatus.PUBLISHED, TargetStatus.PUBLISHED),
    ):
        runtime.post_store().create(each, PostContent(content="Hello"), events=[], response=None)
    endpoint = Endpoint(
        id=sample_id("wh", "endpoint"),
        owner=OWNER,
        url="https://198.51.100.7/hook",
        events=(EventType.POST_CREATED,),
        created_at=NOW,
        updated_at=NOW,
    )
    runtime.endpoint_store().create(endpoint, Secret("whsec_c2VjcmV0"), response=None)
    facts = {"post_id": "post_1", "content": "Hello", "status": "draft", "scheduled_for": None}
    event = Event(
        id=sample_id("evt", "created"),
        type=EventType.POST_CREATED,
        owner=OWNER,
        created_at=NOW,
        facts=facts,
    )
    runtime.fan_out().record([event])
    messages(runtime.configured().delivery_queue_url)
    runtime.delivery_store().save(
        deliveries.first(formats.recorded(event, []), endpoint), endpoint, NOW, was=None
    )
    for name in ("picture", "arrived"):
        upload = Media(
            id=sample_id("media", name),
            owner=OWNER,
            filename="photo.jpg",
            content_type=ContentType.JPEG,
            size_bytes=204_800,
            created_at=NOW,
            updated_at=NOW,
        )
        runtime.media_store().create(upload, response=None)
    arrived = upload_key(sample_id("media", "arrived"), OWNER)
    runtime.bucket().put(arrived, files.picture("JPEG"), ContentType.JPEG)
    runtime.media().arrived(arrived)


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def calls(route: Route) -> Iterator[dict[str, Any]]:
    """The sample events of a route that it takes."""
    path = re.compile(re.sub(r"<\w+>", "[^/]+", route.path))
    for file in SAMPLES:
        event = json.loads(file.read_text())
        http = event.get("requestContext", {}).get("http")
        taken = STATUS.get(named(file), 200) != 400
        if http and taken and http["method"] == route.method and path.fullmatch(event["rawPath"]):
            yield event

"""What subscribers are told, by type: when, and what it looks like. The samples are made by what makes the real ones."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from herald.domain import accounts, media, payloads, workflow
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.approvals import Approval, Review, ReviewStatus
from herald.domain.content import PostContent
from herald.domain.events import ALIASES, CATALOG, Event, EventType
from herald.domain.formats import OFFERED, SUBSCRIBABLE, Format, Rendering, spelled
from herald.domain.media import ContentType, Media, MediaStatus
from herald.domain.outcomes import Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Failure, Target, TargetStatus
from herald.domain.workspaces import Step
from herald.webhooks import formats
from herald.webhooks.delivery import TIMEOUT

TAG = "notifications"  # no tag of a route: what herald calls stands apart from what is called
SCHEMAS = "#/components/schemas/"
ENVELOPES = {Format.VOXBURST: "Event", Format.POSTFUZE: "PostfuzeEvent"}
WHEN: Mapping[EventType, str] = {kind: CATALOG[kind].when for kind in SUBSCRIBABLE}
AT = datetime(2026, 6, 15, 14, 0, 5, tzinfo=UTC)
OWNER = Owner("ws_0mpc9k1s0000000workspace", Mode.LIVE)
WORDS = PostContent(content="Check out our new launch! 🚀")
REFUSED = Failure(
    code="MEDIA_REJECTED",
    message="image must be JPEG",
    category="media",
    retryable=False,
    remediation="",
)
LIVE = Target(
    id="pp_0mpc9k1s000000000000000x",
    account_id="acc_0mpc9k1s00000000000000x",
    platform=Platform.TWITTER,
    account_name="brandname",
    status=TargetStatus.PUBLISHED,
    parts=(
        Published(
            platform_post_id="1234567890123456789",
            url="https://x.com/brandname/status/1234567890123456789",
        ),
    ),
    published_at=AT,
)
FAILED = Target(
    id="pp_0mpc9k1s000000000000000i",
    account_id="acc_0mpc9k1s00000000000000i",
    platform=Platform.INSTAGRAM,
    account_name="brandname",
    status=TargetStatus.FAILED,
    failure=REFUSED,
)
DRAFT = Post(
    id="post_0mpc9k1s000000000000post",
    owner=OWNER,
    status=PostStatus.DRAFT,
    targets={LIVE.id: LIVE, FAILED.id: FAILED},
    created_at=AT,
    updated_at=AT,
)
SCHEDULED = replace(DRAFT, status=PostStatus.SCHEDULED, scheduled_for=AT)
PARTIAL = replace(DRAFT, status=PostStatus.PARTIAL, published_at=AT)
NONE_LIVE = replace(DRAFT, status=PostStatus.FAILED, targets={FAILED.id: FAILED})
LAST = Review(
    step=Step(order=2, role="legal", approver_ids=("usr_1",), required=True),
    status=ReviewStatus.APPROVED,
    approver_id="usr_1",
    comment="Looks good, approved.",
    at=AT,
)
APPROVED = replace(
    DRAFT,
    status=PostStatus.PUBLISHING,
    approval=Approval(id="apv_0mpc9k1s0000000000000apv", reviews=(LAST,)),
)
ACCOUNT = Account(
    id=LIVE.account_id,
    owner=OWNER,
    platform=LIVE.platform,
    remote_id="1",
    username=LIVE.account_name,
    created_at=AT,
    updated_at=AT,
)
GONE = replace(ACCOUNT, status=AccountStatus.DISCONNECTED, status_reason="user_disconnected")
BROKEN = replace(
    ACCOUNT,
    status=AccountStatus.ERROR,
    status_reason="The network refuses the account's credentials.",
)
FILE = Media(
    id="media_0mpc9k1s000000000000file",
    owner=OWNER,
    filename="campaign-banner.jpg",
    content_type=ContentType.JPEG,
    size_bytes=204_800,
    status=MediaStatus.READY,
    created_at=AT,
    updated_at=AT,
)


def happened() -> Iterable[Event]:
    """One of each type that anything tells."""
    yield from payloads.created(DRAFT, WORDS, AT)
    yield from payloads.scheduled(SCHEDULED, WORDS, AT)
    for post in (PARTIAL, NONE_LIVE):
        yield from (payloads.completed(each, post) for each in payloads.finished(post, WORDS, AT))
    for target in (LIVE, FAILED):
        yield from (payloads.completed(each, PARTIAL) for each in payloads.ended(OWNER, target, AT))
    yield from workflow.approved(APPROVED, WORDS, AT)
    for account in (ACCOUNT, GONE, BROKEN):
        yield from accounts.account_events(account, AT)
    yield from media.processed(FILE, AT)


SAMPLES = {each.type: replace(each, id="evt_0mpc9k1s00000000000event") for each in happened()}


def sample(kind: EventType, form: Format) -> Any:
    """What a subscriber in that format is told; None where the format has no such event, or nothing tells it yet."""
    event = SAMPLES.get(ALIASES.get(kind, kind))
    if event is None or kind not in OFFERED[form]:
        return None
    return json.loads(formats.rendered(event, Rendering(form, spelled(form, kind))))


def webhooks() -> dict[str, Any]:
    """The document's `webhooks`: one entry for each type one may subscribe to."""
    return {kind.value: {"post": told(kind)} for kind in SUBSCRIBABLE}


def told(kind: EventType) -> dict[str, Any]:
    offered = [form for form in Format if kind in OFFERED[form]]
    envelopes = [{"$ref": SCHEMAS + ENVELOPES[form]} for form in offered]
    content: dict[str, Any] = {"schema": {"anyOf": envelopes} if envelopes[1:] else envelopes[0]}
    if samples := {form.value: {"value": said} for form in offered if (said := sample(kind, form))}:
        content["examples"] = samples
    return {
        "operationId": f"on{named(kind)}",
        "summary": WHEN[kind],
        "description": "; ".join(
            f"`{spelled(form, kind)}` in the {form} format" for form in offered
        )
        + ".",
        "tags": [TAG],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "2XX": {
                "description": f"Delivered. Any other answer, or none within {TIMEOUT} seconds, is tried again."
            },
            "410": {"description": "The endpoint is gone: it is disabled at once."},
        },
        "security": [],  # its signature says that it is herald who calls
        "x-internal": True,  # openapi-generator makes no method of it; one in Python would not compile
    }


def named(kind: str) -> str:
    """`post.target.published` as `PostTargetPublished`."""
    return "".join(part.capitalize() for part in re.split("[._]", kind))


def schemas() -> dict[str, Any]:
    """Those of the envelopes that no route answers."""
    return {
        ENVELOPES[Format.POSTFUZE]: {
            "description": "What subscribers are told in the postfuze format.",
            "type": "object",
            "required": ["event", "timestamp", "data"],
            "properties": {
                "event": {
                    "description": "What happened.",
                    "enum": [*OFFERED[Format.POSTFUZE].values()],
                    "type": "string",
                },
                "timestamp": {
                    "description": "When it happened.",
                    "type": "string",
                    "format": "date-time",
                },
                "data": {
                    "description": "What it happened to.",
                    "type": "object",
                    "additionalProperties": True,
                },
            },
        },
    }

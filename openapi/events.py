"""The webhook part of the document: each type of event, its cause and a sample.

The code that makes real events also makes the samples.
"""

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

# This is no tag of a route, because generators keep the calls that herald makes apart.
TAG = "notifications"
SCHEMAS = "#/components/schemas/"
ENVELOPES = {Format.VOXBURST: "Event", Format.POSTFUZE: "PostfuzeEvent"}
NOT_TOLD = frozenset(kind for kind in SUBSCRIBABLE if CATALOG[kind].facts is None)
WHEN: Mapping[EventType, str] = {
    kind: CATALOG[kind].when + (" Nothing tells it yet." if kind in NOT_TOLD else "")
    for kind in SUBSCRIBABLE
}
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
    """Yield an event of each type that herald sends."""
    yield from payloads.created(DRAFT, WORDS, AT)
    yield payloads.planned(EventType.POST_SCHEDULED, SCHEDULED, WORDS, AT)
    for post in (PARTIAL, NONE_LIVE):
        for event in payloads.finished(post, WORDS, AT):
            yield payloads.completed(event, post)
    for target in (LIVE, FAILED):
        for event in payloads.ended(OWNER, target, AT):
            yield payloads.completed(event, PARTIAL)
    yield from workflow.approved(APPROVED, WORDS, AT)
    for account in (ACCOUNT, GONE, BROKEN):
        yield from accounts.account_events(account, AT)
    yield from media.processed(FILE, AT)


SAMPLES = {event.type: replace(event, id="evt_0mpc9k1s00000000000event") for event in happened()}


def sample(kind: EventType, form: Format) -> Any:
    """Return the body that a subscriber in that format gets.

    Return None if the format has no such event, or if herald never sends it.
    """
    event = SAMPLES.get(ALIASES.get(kind, kind))
    if event is None or kind not in OFFERED[form]:
        return None
    return json.loads(formats.rendered(event, Rendering(form, spelled(form, kind))))


def webhooks() -> dict[str, Any]:
    """Return the document's `webhooks`: an entry for each type that can be subscribed to."""
    return {kind.value: {"post": told(kind)} for kind in SUBSCRIBABLE}


def told(kind: EventType) -> dict[str, Any]:
    offered = [form for form in Format if kind in OFFERED[form]]
    envelopes = [{"$ref": SCHEMAS + ENVELOPES[form]} for form in offered]
    content: dict[str, Any] = {"schema": {"anyOf": envelopes} if envelopes[1:] else envelopes[0]}
    samples: dict[str, Any] = {}
    for form in offered:
        event = sample(kind, form)
        if event:
            samples[form.value] = {"value": event}
    if samples:
        content["examples"] = samples
    names = [f"`{spelled(form, kind)}` in the {form} format" for form in offered]
    delivered = (
        "The event is delivered. After any other answer, or after none within "
        f"{TIMEOUT} seconds, herald tries again."
    )
    return {
        "operationId": f"on{named(kind)}",
        "summary": WHEN[kind],
        "description": f"{'; '.join(names)}.",
        "tags": [TAG],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "2XX": {"description": delivered},
            "410": {"description": "The endpoint is gone. herald disables the webhook at once."},
        },
        # The signature of the call says that herald is the caller.
        "security": [],
        # openapi-generator makes no method of this call. A method in Python would not compile.
        "x-internal": True,
    }


def named(kind: str) -> str:
    """Return `post.target.published` as `PostTargetPublished`."""
    return "".join(part.capitalize() for part in re.split("[._]", kind))


def schemas() -> dict[str, Any]:
    """Return the schemas of the envelopes that no route answers."""
    return {
        ENVELOPES[Format.POSTFUZE]: {
            "description": "An event in the postfuze format, as subscribers get it.",
            "type": "object",
            "required": ["event", "timestamp", "data"],
            "properties": {
                "event": {
                    "description": "The type of the event.",
                    "enum": [*OFFERED[Format.POSTFUZE].values()],
                    "type": "string",
                },
                "timestamp": {
                    "description": "The time of the event.",
                    "type": "string",
                    "format": "date-time",
                },
                "data": {
                    "description": "The object of the event.",
                    "type": "object",
                    "additionalProperties": True,
                },
            },
        },
    }

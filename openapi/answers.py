"""What each route answers. The doors do not import this: their views are held to it, answer by answer, by the tests."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from herald.domain import api_keys, ids
from herald.domain.accounts import AccountStatus, Mode, Platform
from herald.domain.api_keys import Plan
from herald.domain.approvals import ReviewStatus
from herald.domain.counting import Unit
from herald.domain.errors import HeraldError, PublishError
from herald.domain.events import EventType
from herald.domain.limits import Bound, Measure, Severity, Subject
from herald.domain.media import ContentType, Flaw, MediaKind, MediaStatus, Source
from herald.domain.posts import PostStatus, PostType, TargetStatus
from herald.domain.webhooks import MEANT, DeliveryStatus, Format

OMITTED: Any = None  # the default of a field that is left out when there is nothing to say
Item = TypeVar("Item")


def codes(family: type[HeraldError]) -> set[str]:
    """The codes of an error and of everything below it, but for those of targets."""
    below = [codes(each) for each in family.__subclasses__() if each is not PublishError]
    return {family.code}.union(*below)


WorkspaceId = Annotated[str, Field(pattern=ids.pattern("ws"))]
KeyId = Annotated[str, Field(pattern=ids.pattern("key"))]
AccountId = Annotated[str, Field(pattern=ids.pattern("acc"))]
MediaId = Annotated[str, Field(pattern=ids.pattern("media"))]
ApprovalId = Annotated[str, Field(pattern=ids.pattern("apv"))]
PostId = Annotated[str, Field(pattern=ids.pattern("post"))]
TargetId = Annotated[str, Field(pattern=ids.pattern("pp"))]
WebhookId = Annotated[str, Field(pattern=ids.pattern("wh"))]
DeliveryId = Annotated[str, Field(pattern=ids.pattern("del"))]
Subscribed = Annotated[str, Field(json_schema_extra={"enum": [*MEANT]})]
Scope = Annotated[str, Field(json_schema_extra={"enum": list(api_keys.SCOPES)})]


PlatformConstant = Annotated[str, Field(json_schema_extra={"enum": [each.upper() for each in Platform]})]


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class Pagination(Answer):
    """`cursor` of the next page, null on the last one. Both spellings say the same."""

    has_more: Annotated[bool, Field(alias="has_more")]
    next_cursor: Annotated[str | None, Field(alias="next_cursor")]
    more: Annotated[bool, Field(alias="hasMore")]
    cursor: Annotated[str | None, Field(alias="nextCursor")]
    limit: int


class Listed(Answer, Generic[Item]):
    data: list[Item]
    pagination: Pagination


class Removed(Answer):
    success: Literal[True]
    id: str


# Errors


class Problem(Answer):
    """One thing that is wrong, or, as a warning, unwise. A platform's rule says its limit and what to do."""

    field: str = OMITTED
    code: str
    message: str
    platform: PlatformConstant = OMITTED
    rule: str = OMITTED
    max_length: int = OMITTED
    actual_length: int = OMITTED
    remediation: str = OMITTED


class ErrorDetails(Answer):
    """The error's data: which of these there are depends on the code."""

    model_config = ConfigDict(extra="allow")

    field: str = OMITTED
    errors: Annotated[list[Problem], Field(description="VALIDATION_ERROR: every problem, not the first.")] = OMITTED
    status: Annotated[str, Field(description="CONFLICT: the current status.")] = OMITTED
    required_scope: Scope = OMITTED
    required_feature: str = OMITTED
    required_mode: Annotated[Mode, Field(description="FORBIDDEN: a key of that mode may.")] = OMITTED
    latest: Annotated[datetime, Field(description="FORBIDDEN: when the new key must expire, at the latest.")] = OMITTED
    limit: Annotated[int, Field(description="UNPROCESSABLE_ENTITY: there may be so many.")] = OMITTED
    retry_after: Annotated[int, Field(description="Seconds, as in the header Retry-After.")] = OMITTED


class Said(Answer):
    code: Annotated[str, Field(json_schema_extra={"enum": sorted(codes(HeraldError))})]
    message: str
    details: ErrorDetails = OMITTED


class Failed(Said):
    request_id: str


class Error(Answer):
    """Every failure. `code` is for machines, `message` for people."""

    error: Failed


# The workspace, its keys, the platforms


class Health(Answer):
    status: Literal["ok"]
    version: str


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI document: this one."""


class Page(RootModel[str]):
    """A page that shows this document."""


class ApprovalStep(Answer):
    order: int
    role: str
    approver_ids: list[str]
    required: bool


class ApprovalWorkflow(Answer):
    """The steps that a draft must pass, in their order."""

    steps: list[ApprovalStep]


class Workspace(Answer):
    id: WorkspaceId
    name: str
    owner_email: str | None
    plan: Plan
    approval_workflow: ApprovalWorkflow | None


class RateLimit(Answer):
    limit: int
    remaining: int
    reset: Annotated[int, Field(description="When the minute ends, in epoch seconds.")]


class Caller(Answer):
    """Whom a key stands for."""

    workspace_id: WorkspaceId
    workspace_name: str
    plan: Plan
    mode: Mode
    key_id: KeyId
    scopes: list[Scope]
    rate_limit: RateLimit


class ApiKey(Answer):
    id: KeyId
    name: str
    mode: Mode
    scopes: list[Scope]
    hint: Annotated[str, Field(description="How the clear key begins and ends.")]
    created_at: datetime
    expires_at: datetime | None


class NewApiKey(ApiKey):
    """The one time the clear key is shown."""

    key: str


class ApiKeys(Listed[ApiKey]):
    pass


class Capabilities(Answer):
    """What the network can do through its API."""

    thread: bool
    first_comment: bool
    delete: bool
    import_: Annotated[bool, Field(alias="import")]


class TextLimit(Answer):
    max_length: int
    unit: Unit | Measure


class MediaLimits(Answer):
    required: bool
    max_count: int | None
    content_types: list[ContentType] | None


class Rule(Answer):
    """One limit. It holds for `contentTypes`, for all when there are none; `having` and `unless` name the media it depends on."""

    id: str
    subject: Subject
    bound: Bound
    value: float | list[str]
    unit: Unit | Measure
    severity: Severity
    source: str
    verified_at: date
    content_types: list[PostType]
    having: Subject | None
    unless: Subject | None


class PlatformLimits(Answer):
    """What a platform accepts; `connectable` says whether accounts of it can be connected here."""

    platform: Platform
    name: str
    connectable: bool
    content_types: list[PostType]
    capabilities: Capabilities
    limits: list[TextLimit]
    media: MediaLimits
    rules: list[Rule]


class Platforms(Answer):
    data: list[PlatformLimits]


class SandboxMedia(Answer):
    id: MediaId
    alt_text: str | None


class SandboxPost(Answer):
    """What is really live in the sandbox."""

    id: str
    account_id: AccountId
    platform: Platform
    post_platform_id: TargetId
    content: str
    media: list[SandboxMedia]
    reply_to: Annotated[str | None, Field(description="The id of the post that it answers.")]
    published_at: datetime


class SandboxPosts(Listed[SandboxPost]):
    pass


# Accounts


class Account(Answer):
    id: AccountId
    workspace_id: WorkspaceId
    platform: Platform
    username: str
    display_name: str | None
    avatar_url: str | None
    profile_url: Annotated[str | None, Field(description="Where people see it; in test mode nowhere.")]
    account_type: str | None
    platform_account_id: str
    status: AccountStatus
    error: str | None
    connected_at: datetime
    created_at: datetime
    updated_at: datetime


class Accounts(Listed[Account]):
    pass


class Connected(Answer):
    """The account is connected: nothing is left to authorize, and the three addresses are its `profileUrl`."""

    account: Account
    url: str | None
    authorization_url: str | None
    auth_url: str | None
    state: None


# Media


class Upload(Answer):
    """Where to PUT the file, with these headers, before it expires."""

    media_id: MediaId
    upload_url: str
    upload_headers: dict[str, str]
    expires_at: datetime


class Dimensions(Answer):
    """In pixels, as shown."""

    width: int
    height: int


class Finding(Answer):
    """What is wrong with a file."""

    code: Flaw
    message: str


class Media(Answer):
    """Type, size and dimensions are those of the result once it is READY. A registered file's are null until they are learnt."""

    id: MediaId
    media_id: MediaId
    filename: str
    content_type: ContentType
    size_bytes: int | None
    status: MediaStatus
    url: str | None
    thumbnail_url: str | None
    dimensions: Dimensions | None
    duration_seconds: float | None
    codecs: list[str]
    frame_rate: float | None
    page_count: int | None
    validation_results: list[Finding]
    source: Source
    created_at: datetime
    updated_at: datetime


class MediaList(Listed[Media]):
    pass


# Posts


class TargetError(Answer):
    """Why a target is not live. `retryable` ones are tried again by themselves."""

    code: str
    message: str
    category: str
    retryable: bool
    remediation: str


class Progress(Answer):
    """Of what follows a publication."""

    attempts: int
    next_retry_at: datetime | None
    error: TargetError | None


class CommentProgress(Progress):
    """What became of the first comment: there once its post is live. `skipped` where a network takes none."""

    status: TargetStatus
    platform_post_id: str | None
    platform_post_url: str | None


class DeletionProgress(Progress):
    """What became of `deleteFromPlatforms`."""

    status: Literal["pending", "deleting", "deleted", "retrying", "failed", "skipped"]


class PublishedPart(Answer):
    """A part of a thread that is live."""

    platform_post_id: str
    platform_post_url: str | None


class Target(Answer):
    """A post on one account. `unknown`: it was sent, and its outcome is being established."""

    post_platform_id: TargetId
    platform: Platform
    account_id: AccountId
    account_name: str
    status: TargetStatus
    attempts: int
    max_attempts: int
    next_retry_at: datetime | None
    platform_post_id: str | None
    platform_post_url: str | None
    published_at: datetime | None
    thread_posts: Annotated[list[PublishedPart], Field(description="Those of the post's `threadPosts` that are live, in order.")]
    first_comment: CommentProgress | None
    deletion: DeletionProgress | None
    error: TargetError | None


class PostMedia(Answer):
    """A file of a post. Its URL opens for 15 minutes; there is none while it is not READY, nor a type once it is gone."""

    id: MediaId
    url: str | None
    type: MediaKind | None
    alt_text: str = OMITTED


class ThreadPart(Answer):
    content: str
    media_ids: list[MediaId]
    media: list[PostMedia]


class PlatformOverride(Answer):
    """What one platform gets instead."""

    content: str = OMITTED
    media: list[PostMedia] = OMITTED
    title: str = OMITTED
    board_id: str = OMITTED


class Review(ApprovalStep):
    """A step of the workflow as it was when the post was submitted, and what was decided there, by whom."""

    status: ReviewStatus
    approver_id: str | None
    comment: str | None
    at: datetime | None


class Approval(Answer):
    """`step` is the order of the step whose turn it is; `note` says what else became of the post while it waited."""

    id: ApprovalId
    status: ReviewStatus
    step: int | None
    steps: list[Review]
    note: str | None


class Verdict(Answer):
    valid: bool
    errors: list[Problem]
    warnings: list[Problem]


class Verdicts(Answer):
    """By the platforms' names in uppercase."""

    valid: bool
    platforms: dict[str, Verdict]


class Post(Answer):
    id: PostId
    workspace_id: WorkspaceId
    content: str
    content_type: PostType
    status: PostStatus
    scheduled_for: datetime | None
    published_at: datetime | None
    media: list[PostMedia]
    platforms: list[Target]
    platform_overrides: dict[str, PlatformOverride]
    thread_posts: list[ThreadPart]
    first_comment: str | None
    first_comment_delay: Annotated[int, Field(description="In seconds.")]
    tags: list[str]
    metadata: dict[str, Any]
    approval: Annotated[Approval | None, Field(description="The latest, when it was ever submitted.")]
    created_at: datetime
    updated_at: datetime
    validation: Annotated[Verdicts, Field(description="Of a new draft: what the platforms would say.")] = OMITTED


class Posts(Listed[Post]):
    pass


class BulkIssue(Answer):
    field: str
    issue: str
    detail: str


class BulkItem(Answer):
    """What became of one post of many: `post` when it was created, `error` when it was refused."""

    index: int
    status: Literal["created", "valid", "failed"]
    post_id: PostId = OMITTED
    post: Post = OMITTED
    error: Said = OMITTED
    errors: Annotated[list[BulkIssue], Field(description="What `error` says, as VoxBurst's Go client reads it.")] = OMITTED


class Bulk(Answer):
    dry_run: bool
    dry_run_too: Annotated[bool, Field(alias="dry_run", description="As `dryRun`.")]
    total: int
    created: int
    failed: int
    results: list[BulkItem]


class Destination(Answer):
    id: TargetId
    platform: Platform
    account_id: AccountId
    account_name: str
    status: TargetStatus
    url: str | None
    platform_post_id: str | None
    error: TargetError | None
    attempts: int
    next_retry_at: datetime | None
    published_at: datetime | None
    first_comment: CommentProgress | None
    deletion: DeletionProgress | None


class Results(Answer):
    post_id: PostId
    status: PostStatus
    destinations: list[Destination]


# Webhooks


class Webhook(Answer):
    """An endpoint that is told what happens."""

    id: WebhookId
    url: str
    events: list[Subscribed]
    enabled: bool
    description: str | None
    format: Format
    failure_count: int
    consecutive_failures: int
    auto_disabled_at: datetime | None
    last_delivery_at: datetime | None
    last_failure_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewWebhook(Webhook):
    """The one time the secret is shown."""

    secret: str


class RotatedSecret(Answer):
    """The one time the secret is shown."""

    success: bool
    secret: str
    message: str


class WebhookTest(Answer):
    """What came of one test; `statusCode` and `error` as a delivery has them."""

    event: Annotated[str, Field(json_schema_extra={"const": EventType.WEBHOOK_TEST.value})]
    delivered: bool
    success: bool
    response_status: int | None
    status_code: int | None
    latency_ms: int
    signed: bool
    error: str | None


class Event(Answer):
    """What subscribers are told."""

    id: Annotated[str, Field(pattern=ids.pattern("evt"))]
    type: EventType
    created_at: datetime
    data: dict[str, Any]


class Events(Listed[Event]):
    pass


class Replay(Answer):
    """`replayed` deliveries were begun at once; unless that is `complete`, the rest follows, some 1,000 events a minute."""

    id: Annotated[str, Field(pattern=ids.pattern("rpl"))]
    webhook_id: WebhookId
    start: Annotated[datetime, Field(alias="from")]
    to: datetime
    types: list[Subscribed]
    replayed: int
    complete: bool


class ListedWebhook(Webhook):
    active: Annotated[bool, Field(description="As `enabled`.")]


class Webhooks(Listed[Webhook]):
    webhooks: Annotated[list[ListedWebhook], Field(description="As `data`, for VoxBurst's command line.")]


class Delivery(Answer):
    """One event on its way to one webhook."""

    id: DeliveryId
    webhook_id: WebhookId
    event_type: Subscribed
    url: str
    status: DeliveryStatus
    success: bool
    retry_count: int
    status_code: int | None
    latency_ms: int | None
    response_body: str | None
    error: str | None
    created_at: datetime
    next_attempt_at: Annotated[
        datetime | None, Field(description="When it is, or was to be, attempted next; null when it has ended or is parked.")
    ]
    delivered_at: datetime | None


class Attempt(Answer):
    at: datetime
    status_code: int | None
    latency_ms: int | None
    error: str | None
    response_body: str | None


class DeliveryDetail(Delivery):
    """`requestHeaders` are those of the last attempt; `requestBody` is the same on each."""

    request_headers: dict[str, str]
    request_body: str | None
    attempts: list[Attempt]


class Deliveries(Listed[Delivery]):
    pass


class Stats(Answer):
    """What is delivering is pending. `successRate`: percent delivered of what has ended, to one decimal; null while none has."""

    total: int
    delivered: int
    failed: int
    pending: int
    success_rate: float | None


class StatsRead(Answer):
    data: Stats

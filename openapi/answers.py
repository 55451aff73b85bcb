"""What each route answers. The doors do not import this: their views are held to it, answer by answer, by the tests."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from herald.domain import api_keys, ids
from herald.domain.accounts import AccountStatus, Platform
from herald.domain.api_keys import Plan
from herald.domain.approvals import ReviewStatus
from herald.domain.counting import Unit
from herald.domain.deliveries import DeliveryStatus
from herald.domain.errors import MOST_PROBLEMS, HeraldError, PublishError
from herald.domain.events import EventType
from herald.domain.formats import MEANT, Format
from herald.domain.limits import Bound, Measure, Severity, Subject
from herald.domain.media import ContentType, Flaw, MediaKind, MediaStatus, Source
from herald.domain.owners import Mode
from herald.domain.platforms.facts import OptionType
from herald.domain.post_types import PostType
from herald.domain.posts import PostStatus
from herald.domain.targets import TargetStatus

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
    """Whether there is another page."""
    next_cursor: Annotated[str | None, Field(alias="next_cursor")]
    """What `cursor` must be for the next page; null on the last one."""
    more: Annotated[bool, Field(alias="hasMore")]
    """As `has_more`."""
    cursor: Annotated[str | None, Field(alias="nextCursor")]
    """As `next_cursor`."""
    limit: int
    """How many a page holds at most. E.g. `20`."""


class Listed(Answer, Generic[Item]):
    data: list[Item]
    """The items of this page."""
    pagination: Pagination
    """Where the next page begins."""


class Removed(Answer):
    success: Literal[True]
    """Always true: what could not be done is an error."""
    id: str
    """The id of what is gone."""


# Errors


class Problem(Answer):
    """One thing that is wrong, or, as a warning, unwise. A platform's rule says its limit and what to do."""

    field: str = OMITTED
    """The field that is wrong, by its path in the body. E.g. `platformOverrides.TWITTER.content`."""
    code: str
    """For machines. E.g. `TOO_LONG`."""
    message: str
    """For people."""
    platform: PlatformConstant = OMITTED
    """The platform whose rule is broken."""
    rule: str = OMITTED
    """The id of the rule, as `GET /v1/platforms` lists it."""
    max_length: int = OMITTED
    """What the limit is."""
    actual_length: int = OMITTED
    """How much there is, counted as the platform counts."""
    remediation: str = OMITTED
    """What to do about it."""


class ErrorDetails(Answer):
    """The error's data: which of these there are depends on the code."""

    model_config = ConfigDict(extra="allow")

    field: str = OMITTED
    """The first field that is wrong, by its path in the body. E.g. `accountIds[0]`."""
    errors: Annotated[list[Problem], Field(max_length=MOST_PROBLEMS)] = OMITTED
    """VALIDATION_ERROR: every problem, not only the first."""
    more_errors: int = OMITTED
    """How many more there are than `errors` lists."""
    status: str = OMITTED
    """CONFLICT: the current status. E.g. `published`."""
    required_scope: Scope = OMITTED
    """FORBIDDEN: the scope that the key lacks."""
    required_feature: str = OMITTED
    """FORBIDDEN: the feature that the plan lacks. E.g. `custom_integrations`."""
    required_mode: Mode = OMITTED
    """FORBIDDEN: a key of that mode may."""
    latest: datetime = OMITTED
    """FORBIDDEN: when the new key must expire, at the latest."""
    limit: int = OMITTED
    """UNPROCESSABLE_ENTITY: there may be so many."""
    content_encoding: str = OMITTED
    """UNSUPPORTED_MEDIA_TYPE: what the body came in. E.g. `gzip`."""
    retry_after: int = OMITTED
    """In seconds, as in the header Retry-After."""


class Said(Answer):
    code: Annotated[str, Field(json_schema_extra={"enum": sorted(codes(HeraldError))})]
    """For machines."""
    message: str
    """For people."""
    details: ErrorDetails = OMITTED
    """What the code is about."""


class Failed(Said):
    request_id: str
    """Name it when you report the error: the logs have it."""


class Error(Answer):
    """Every failure. `code` is for machines, `message` for people."""

    error: Failed
    """What went wrong."""


# The workspace, its keys, the platforms


class Root(Answer):
    """What this is. `docs`, `openapi` and `health` are paths."""

    name: str
    """Always `herald`."""
    description: str
    """What this service does, in one sentence."""
    version: str
    """The version of this service. E.g. `0.1.0`."""
    docs: str
    """Where a person reads on. E.g. `/v1/docs`."""
    openapi: str
    """Where the OpenAPI document is. E.g. `/v1/openapi.json`."""
    health: str
    """Where a monitor asks. E.g. `/v1/health`."""


class Health(Answer):
    status: Literal["ok"]
    """Always `ok`: a service that cannot answer says nothing."""
    version: str
    """The version of this service. E.g. `0.1.0`."""


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI document: this one."""


class Page(RootModel[str]):
    """A page that shows this document."""


class Script(RootModel[str]):
    """What shows the document on its page. Its name says its content, and it may be kept for ever."""


class ApprovalStep(Answer):
    order: int
    """Steps are passed from the lowest to the highest. E.g. `1`."""
    role: str
    """What the step is called. E.g. `legal`."""
    approver_ids: list[str]
    """Who may decide: your own names for people, or ids of API keys."""
    required: bool
    """Whether later steps must wait for this one."""


class ApprovalWorkflow(Answer):
    """The steps that a draft must pass, in their order."""

    steps: list[ApprovalStep]
    """In their order."""


class Workspace(Answer):
    id: WorkspaceId
    """The workspace."""
    name: str
    """What it is called."""
    owner_email: str | None
    """Who is told when webhooks fail. E.g. `you@example.com`."""
    plan: Plan
    """Sets the rate limit, and whether there are webhooks."""
    approval_workflow: ApprovalWorkflow | None
    """What drafts must pass; null when there is none."""


class RateLimit(Answer):
    limit: int
    """Calls that this key has in a minute. E.g. `500`."""
    remaining: int
    """Calls left in this minute."""
    reset: int
    """When the minute ends, in epoch seconds."""


class Caller(Answer):
    """Whom a key stands for."""

    workspace_id: WorkspaceId
    """The key's workspace."""
    workspace_name: str
    """What the workspace is called."""
    plan: Plan
    """The workspace's plan."""
    mode: Mode
    """Whether the key publishes for real, or to the sandbox."""
    key_id: KeyId
    """The key."""
    scopes: list[Scope]
    """What the key may do."""
    rate_limit: RateLimit
    """What is left of this minute."""


class ApiKey(Answer):
    id: KeyId
    """The key."""
    name: str
    """What it is called. E.g. `website`."""
    mode: Mode
    """A test key sees test data alone, and publishes to the sandbox."""
    scopes: list[Scope]
    """What the key may do."""
    hint: str
    """How the clear key begins and ends. E.g. `vb_live_…x7Qd`."""
    created_at: datetime
    """When it was made."""
    expires_at: datetime | None
    """When it stops working; null for never."""


class NewApiKey(ApiKey):
    """The one time the clear key is shown."""

    key: str
    """The clear key. It is not kept: store it now."""


class ApiKeys(Listed[ApiKey]):
    pass


class Capabilities(Answer):
    """What the network can do through its API."""

    thread: bool
    """Whether `threadPosts` are published as a thread."""
    first_comment: bool
    """Whether a `firstComment` is published."""
    delete: bool
    """Whether `deleteFromPlatforms` takes posts away there."""
    import_: Annotated[bool, Field(alias="import")]
    """Whether the network lets posts be imported."""


class TextLimit(Answer):
    max_length: int
    """The longest text that is taken. E.g. `280`."""
    unit: Unit | Measure
    """How it is counted."""


class MediaLimits(Answer):
    required: bool
    """Whether a post must carry media."""
    max_count: int | None
    """How many files a post may carry; null when no limit is known."""
    content_types: list[ContentType] | None
    """Which files are taken; null for all."""


class Rule(Answer):
    """One limit. It holds for `contentTypes`, for all when there are none; `having` and `unless` name the media it depends on."""

    id: str
    """The rule's name, as problems carry it in `rule`."""
    subject: Subject
    """What is measured."""
    bound: Bound
    """Whether `value` is the most, the least, the only ones that are taken, or what must not be."""
    value: float | list[str]
    """The limit: a number, or a list of names."""
    unit: Unit | Measure
    """What `value` counts."""
    severity: Severity
    """An error refuses a post, a warning does not."""
    source: str
    """Where the rule was read."""
    source_url: str | None
    """The page it was read on; null when the limit is herald's own."""
    verified_at: date
    """When it was read there."""
    content_types: list[PostType]
    """Which types of post it holds for; all when empty."""
    having: Subject | None
    """The rule holds only for posts with media of this kind; null for all."""
    unless: Subject | None
    """The rule does not hold for posts with media of this kind."""


class ConnectField(Answer):
    """What an account there is connected with, with a live key."""

    name: str
    """Its name in the body of a connect. E.g. `appPassword`."""
    required: bool
    """Whether there is no account without it."""
    secret: bool
    """Whether nobody may see it."""
    description: str
    """What it is."""
    example: str | None
    """What it looks like."""


class PlatformOption(Answer):
    """What may be said for the platform alone, in its part of `platformOverrides`."""

    name: str
    """Its name there. E.g. `visibility`."""
    type: OptionType
    """What its value is; an array is one of texts."""
    choices: list[str] | None
    """All that it may be; null when there is no list."""
    pattern: str | None
    """What it, or each of an array, looks like; null when it may be anything."""
    max: int | None
    """The most characters, or entries of an array; null when there is no limit."""
    description: str
    """What it does."""
    source_url: str | None
    """The page that describes it."""
    verified_at: date
    """When it was read there."""


class PlatformLimits(Answer):
    """What a platform accepts; `connectable` says whether accounts of it can be connected here."""

    platform: Platform
    """The platform."""
    name: str
    """Its name as people write it. E.g. `Bluesky`."""
    connectable: bool
    """Whether accounts can be connected with this key."""
    content_types: list[PostType]
    """Which types of post it takes."""
    capabilities: Capabilities
    """What can be done there."""
    connect: list[ConnectField]
    """What accounts are connected with, with a live key; none where they cannot be."""
    options: list[PlatformOption]
    """What may be said for this platform alone."""
    limits: list[TextLimit]
    """How long a text may be."""
    media: MediaLimits
    """What a post may carry."""
    rules: list[Rule]
    """Every limit there is."""


class Platforms(Answer):
    data: list[PlatformLimits]
    """Every platform."""


class SandboxMedia(Answer):
    id: MediaId
    """The file."""
    alt_text: str | None
    """What it shows, for those who cannot see it."""


class SandboxPost(Answer):
    """What is really live in the sandbox."""

    id: str
    """As the network named it."""
    account_id: AccountId
    """The account that it is live on."""
    platform: Platform
    """The network that the sandbox stands for."""
    post_platform_id: TargetId
    """The target that it was sent for."""
    content: str
    """The text that is live."""
    media: list[SandboxMedia]
    """The files that came with it."""
    reply_to: str | None
    """The id of the post that it answers; null when it answers none."""
    published_at: datetime
    """When it went live."""


class SandboxPosts(Listed[SandboxPost]):
    pass


# Accounts


class Account(Answer):
    id: AccountId
    """The account."""
    workspace_id: WorkspaceId
    """Whose it is."""
    platform: Platform
    """The network it is on."""
    username: str
    """Its name there. E.g. `brandname`."""
    display_name: str | None
    """Its name there, as people read it."""
    avatar_url: str | None
    """Its picture there."""
    profile_url: str | None
    """Where people see it; in test mode nowhere."""
    account_type: str | None
    """What the network says that it is."""
    platform_account_id: str
    """Its id there."""
    status: AccountStatus
    """Posts go out to active accounts only."""
    error: str | None
    """Why it is not active; null when it is."""
    connected_at: datetime
    """When it was first connected."""
    created_at: datetime
    """As `connectedAt`."""
    updated_at: datetime
    """When it last changed."""


class Accounts(Listed[Account]):
    pass


class Connected(Answer):
    """The account is connected: nothing is left to authorize, and the three addresses are its `profileUrl`."""

    account: Account
    """The account, ready to be posted to."""
    url: str | None
    """As `account.profileUrl`: nothing is left to authorize."""
    authorization_url: str | None
    """As `url`."""
    auth_url: str | None
    """As `url`."""
    state: str | None
    """Always null."""


# Media


class Upload(Answer):
    """Where to PUT the file, with these headers, before it expires."""

    media_id: MediaId
    """The media that the file becomes."""
    upload_url: str
    """Where to PUT the file."""
    upload_headers: dict[str, str]
    """What the PUT must carry, with exactly these values."""
    expires_at: datetime
    """Until when the URL works."""


class Dimensions(Answer):
    """In pixels, as shown."""

    width: int
    """From left to right."""
    height: int
    """From top to bottom."""


class Finding(Answer):
    """What is wrong with a file."""

    code: Flaw
    """For machines."""
    message: str
    """For people."""


class Media(Answer):
    """Type, size and dimensions are those of the result once it is READY. A registered file's are null until they are learnt."""

    id: MediaId
    """The media."""
    media_id: MediaId
    """As `id`."""
    filename: str
    """As it was named. E.g. `banner.jpg`."""
    content_type: ContentType
    """What it is."""
    size_bytes: int | None
    """How large it is."""
    status: MediaStatus
    """Only READY media are published."""
    url: str | None
    """Where to read it, for 15 minutes; null until it is READY."""
    thumbnail_url: str | None
    """Where to read a small picture of it; null when there is none."""
    dimensions: Dimensions | None
    """Of a picture or video."""
    duration_seconds: float | None
    """Of a video."""
    codecs: list[str]
    """Of a video, as its container names them. E.g. `["avc1","mp4a"]`."""
    frame_rate: float | None
    """Of a video, in frames a second."""
    page_count: int | None
    """Of a document."""
    validation_results: list[Finding]
    """What is wrong with it; empty when nothing is."""
    source: Source
    """Whether it was uploaded, or registered where it lies."""
    created_at: datetime
    """When it was asked for."""
    updated_at: datetime
    """When it last changed."""


class MediaList(Listed[Media]):
    pass


# Posts


class TargetError(Answer):
    """Why a target is not live. `retryable` ones are tried again by themselves."""

    code: str
    """For machines. E.g. `RATE_LIMITED`."""
    message: str
    """What happened, for people."""
    category: str
    """The family of the code. E.g. `media`."""
    retryable: bool
    """Whether it is tried again by itself."""
    remediation: str
    """What to do about it."""


class Progress(Answer):
    """Of what follows a publication."""

    attempts: int
    """How often it was tried."""
    next_retry_at: datetime | None
    """When it is tried again; null when it is not."""
    error: TargetError | None
    """Why the last attempt failed; null when none did."""


class CommentProgress(Progress):
    """What became of the first comment: there once its post is live. `skipped` where a network takes none."""

    status: TargetStatus
    """As a target's."""
    platform_post_id: str | None
    """The comment's id at the network, once it is live."""
    platform_post_url: str | None
    """Where people see it."""


class DeletionProgress(Progress):
    """What became of `deleteFromPlatforms`."""

    status: Literal["pending", "deleting", "processing", "deleted", "retrying", "failed", "skipped"]
    """How far the deletion came; `processing` waits for a comment whose outcome is unknown."""


class PublishedPart(Answer):
    """A part of a thread that is live."""

    platform_post_id: str
    """Its id at the network."""
    platform_post_url: str | None
    """Where people see it; null when the network does not say."""


class Target(Answer):
    """A post on one account. `unknown`: it was sent, and its outcome is being established."""

    post_platform_id: TargetId
    """The target."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that it goes out from."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """How far it came."""
    attempts: int
    """How often it was tried."""
    max_attempts: int
    """After so many it has failed."""
    next_retry_at: datetime | None
    """When it is tried again; of a failed one, when the network's quota is back, if that is known."""
    platform_post_id: str | None
    """Its id at the network, once it is live."""
    platform_post_url: str | None
    """Where people see it."""
    published_at: datetime | None
    """When it went live."""
    thread_posts: list[PublishedPart]
    """Those of the post's `threadPosts` that are live, in order."""
    first_comment: CommentProgress | None
    """What became of it; null until the post is live, or without one."""
    deletion: DeletionProgress | None
    """What became of it; null until it is asked for."""
    error: TargetError | None
    """Why it is not live; null when nothing went wrong."""


class PostMedia(Answer):
    """A file of a post. Its URL opens for 15 minutes; there is none while it is not READY, nor a type once it is gone."""

    id: MediaId
    """The file."""
    url: str | None
    """Where to read it, for 15 minutes."""
    type: MediaKind | None
    """What kind of file it is."""
    alt_text: str = OMITTED
    """What it shows, for those who cannot see it."""


class ThreadPart(Answer):
    content: str
    """Its text."""
    media_ids: list[MediaId]
    """The files that it carries."""
    media: list[PostMedia]
    """The same files, with where to read them."""


class PlatformOverride(Answer):
    """What one platform gets instead."""

    content: str = OMITTED
    """The text there."""
    media: list[PostMedia] = OMITTED
    """The files there."""
    title: str = OMITTED
    """The title there."""
    board_id: str = OMITTED
    """The board it goes to there."""


class Review(ApprovalStep):
    """A step of the workflow as it was when the post was submitted, and what was decided there, by whom."""

    status: ReviewStatus
    """What was decided."""
    approver_id: str | None
    """Who decided; null until then."""
    comment: str | None
    """What they said."""
    at: datetime | None
    """When they decided."""


class Approval(Answer):
    """`step` is the order of the step whose turn it is; `note` says what else became of the post while it waited."""

    id: ApprovalId
    """The approval."""
    status: ReviewStatus
    """What came of it."""
    step: int | None
    """The order of the step whose turn it is; null when it has ended."""
    steps: list[Review]
    """Every step, and what was decided there."""
    note: str | None
    """What else became of the post while it waited."""


class Verdict(Answer):
    valid: bool
    """Whether the platform would take it."""
    errors: list[Problem]
    """Why it would not."""
    warnings: list[Problem]
    """What it would take, though that is unwise."""


class Verdicts(Answer):
    """By the platforms' names in uppercase."""

    valid: bool
    """Whether every platform would take it."""
    platforms: dict[str, Verdict]
    """What each says, by its name in uppercase."""


class Post(Answer):
    id: PostId
    """The post."""
    workspace_id: WorkspaceId
    """Whose it is."""
    content: str
    """Its text."""
    content_type: PostType
    """As it was said, or as it follows from the media."""
    status: PostStatus
    """How far it came, over all its targets."""
    scheduled_for: datetime | None
    """When it goes out; null when it has no time."""
    published_at: datetime | None
    """When its last target ended, at least one being live."""
    media: list[PostMedia]
    """Its files, in order."""
    platforms: list[Target]
    """Its targets: one for each account that it goes out from."""
    platform_overrides: dict[str, PlatformOverride]
    """What single platforms get instead, by their names in uppercase."""
    thread_posts: list[ThreadPart]
    """What follows the content as a thread."""
    first_comment: str | None
    """What is commented under the post once it is live."""
    first_comment_delay: int
    """How many seconds later."""
    tags: list[str]
    """Your own words for it."""
    metadata: dict[str, Any]
    """Your own data, as you gave it."""
    approval: Approval | None
    """The latest; null when it was never submitted."""
    created_at: datetime
    """When it was created."""
    updated_at: datetime
    """When it last changed."""
    validation: Verdicts = OMITTED
    """Of a new draft: what its platforms would say."""


class Posts(Listed[Post]):
    pass


class PostNamed(Answer):
    """Which post it is, where all of it would make the answer too large."""

    id: PostId
    """The post's id: ask for it to see all of it."""
    status: PostStatus
    """What the post is now."""


class BulkIssue(Answer):
    """One thing that is wrong, as VoxBurst's Go client reads it."""

    field: str
    """Where, by its path in the post."""
    issue: str
    """What, for machines."""
    detail: str
    """What, for people."""


class BulkItem(Answer):
    """What became of one post of many: `post` when it was created, `error` when it was refused."""

    index: int
    """The place in the request's `posts`, from 0."""
    status: Literal["created", "valid", "failed"]
    """`valid` is what `dryRun` says of one that would be created."""
    post_id: PostId = OMITTED
    """The new post's id."""
    post: Post | PostNamed = OMITTED
    """The new post."""
    error: Said = OMITTED
    """Why it was refused."""
    errors: list[BulkIssue] = OMITTED
    """What `error` says, as VoxBurst's Go client reads it."""


class Bulk(Answer):
    """`dry_run` says the same as `dryRun`: a pattern, because generators make one identifier of both."""

    model_config = ConfigDict(
        json_schema_extra={"patternProperties": {"^dry_run$": {"type": "boolean", "description": "As `dryRun`."}}}
    )

    dry_run: bool
    """Whether nothing was stored because that was asked for."""
    total: int
    """How many posts were named."""
    created: int
    """How many were created."""
    failed: int
    """How many were refused."""
    results: list[BulkItem]
    """What became of each, in the order of the request."""


class Destination(Answer):
    id: TargetId
    """The target, as `postPlatformId` of a post."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that it goes out from."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """How far it came."""
    url: str | None
    """Where people see it."""
    platform_post_id: str | None
    """Its id at the network, once it is live."""
    error: TargetError | None
    """Why it is not live; null when nothing went wrong."""
    attempts: int
    """How often it was tried."""
    next_retry_at: datetime | None
    """When it is tried again; of a failed one, when the network's quota is back, if that is known."""
    published_at: datetime | None
    """When it went live."""
    first_comment: CommentProgress | None
    """What became of it; null until the post is live, or without one."""
    deletion: DeletionProgress | None
    """What became of it; null until it is asked for."""


class Results(Answer):
    post_id: PostId
    """The post."""
    status: PostStatus
    """How far it came, over all its targets."""
    destinations: list[Destination]
    """Its targets."""


# Webhooks


class Webhook(Answer):
    """An endpoint that is told what happens."""

    id: WebhookId
    """The webhook."""
    url: str
    """Where deliveries go. E.g. `https://example.com/hook`."""
    events: list[Subscribed]
    """What it is told of."""
    enabled: bool
    """Whether it is told anything."""
    description: str | None
    """Your own words for it."""
    format: Format
    """How its deliveries are dressed."""
    failure_count: int
    """How many deliveries failed for good, ever."""
    consecutive_failures: int
    """How many did since the last that succeeded; ten disable it."""
    auto_disabled_at: datetime | None
    """When it was disabled for its failures; null when it was not."""
    last_delivery_at: datetime | None
    """When it last accepted a delivery."""
    last_failure_at: datetime | None
    """When a delivery last failed for good."""
    created_at: datetime
    """When it was created."""
    updated_at: datetime
    """When it last changed."""


class NewWebhook(Webhook):
    """The one time the secret is shown."""

    secret: str
    """What deliveries are signed with. Store it now."""


class RotatedSecret(Answer):
    """The one time the secret is shown."""

    success: bool
    """Always true: what could not be done is an error."""
    secret: str
    """What deliveries are signed with from now on. Store it now."""
    message: str
    """For people."""


class WebhookTest(Answer):
    """What came of one test; `statusCode` and `error` as a delivery has them."""

    event: Annotated[str, Field(json_schema_extra={"const": EventType.WEBHOOK_TEST.value})]
    """The type of what was sent."""
    delivered: bool
    """Whether the endpoint accepted it."""
    success: bool
    """As `delivered`."""
    response_status: int | None
    """The status that it answered; null when it did not."""
    status_code: int | None
    """As `responseStatus`."""
    latency_ms: int
    """How many milliseconds it took."""
    signed: bool
    """Whether it carried a signature."""
    error: str | None
    """Why it was not accepted; null when it was."""


class Event(Answer):
    """What subscribers are told."""

    id: Annotated[str, Field(pattern=ids.pattern("evt"))]
    """The event: the same in every delivery of it."""
    type: EventType
    """What happened."""
    created_at: datetime
    """When it happened."""
    data: dict[str, Any]
    """What it happened to."""


class Events(Listed[Event]):
    pass


class Replay(Answer):
    """`replayed` deliveries were begun at once; unless that is `complete`, the rest follows, some 1,000 events a minute."""

    id: Annotated[str, Field(pattern=ids.pattern("rpl"))]
    """The replay."""
    webhook_id: WebhookId
    """Whom it delivers to."""
    start: Annotated[datetime, Field(alias="from")]
    """The beginning of the time that is replayed."""
    to: datetime
    """Its end."""
    types: list[Subscribed]
    """Which events are replayed."""
    replayed: int
    """How many deliveries were begun at once."""
    complete: bool
    """Whether those are all."""


class ListedWebhook(Webhook):
    active: bool
    """As `enabled`."""


class Webhooks(Listed[Webhook]):
    webhooks: list[ListedWebhook]
    """As `data`, for VoxBurst's command line."""


class Delivery(Answer):
    """One event on its way to one webhook."""

    id: DeliveryId
    """The delivery."""
    webhook_id: WebhookId
    """Whom it goes to."""
    event_type: Subscribed
    """What it tells."""
    url: str
    """Where it goes."""
    status: DeliveryStatus
    """How far it came."""
    success: bool
    """Whether it was accepted."""
    retry_count: int
    """How often it was tried after the first time."""
    status_code: int | None
    """What the endpoint last answered; null when it did not."""
    latency_ms: int | None
    """How many milliseconds the last attempt took."""
    response_body: str | None
    """How the last answer began."""
    error: str | None
    """Why the last attempt failed; null when it did not."""
    created_at: datetime
    """When it was begun."""
    next_attempt_at: datetime | None
    """When it is, or was to be, attempted next; null when it has ended or is parked."""
    delivered_at: datetime | None
    """When it was accepted; null until then."""


class Attempt(Answer):
    at: datetime
    """When it was made."""
    status_code: int | None
    """What the endpoint answered; null when it did not."""
    latency_ms: int | None
    """How many milliseconds it took."""
    error: str | None
    """Why it failed; null when it did not."""
    response_body: str | None
    """How the answer began."""


class DeliveryDetail(Delivery):
    """`requestHeaders` are those of the last attempt; `requestBody` is the same on each."""

    request_headers: dict[str, str]
    """Those of the last attempt."""
    request_body: str | None
    """What is sent, the same on each attempt."""
    attempts: list[Attempt]
    """Every attempt, the first one first."""


class Deliveries(Listed[Delivery]):
    pass


class Stats(Answer):
    """What is delivering is pending. `successRate`: percent delivered of what has ended, to one decimal; null while none has."""

    total: int
    """How many deliveries were begun."""
    delivered: int
    """How many were accepted."""
    failed: int
    """How many failed for good."""
    pending: int
    """How many have not ended."""
    success_rate: float | None
    """How many percent of those that ended were accepted, to one decimal; null while none has."""


class StatsRead(Answer):
    data: Stats
    """The counts."""

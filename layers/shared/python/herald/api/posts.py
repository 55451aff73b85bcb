"""Posts on the wire: bodies in, views out. Source: the contract, section 3."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from herald.actions.posts import Filters, ListedPosts, NewPost
from herald.api.paging import Paged
from herald.api.reply import Reply, accepted, created, ok, to_json
from herald.api.schema import AccountId, Body, PlatformName, Time, one_or_all
from herald.domain import backoff, posts, times
from herald.domain.errors import UnprocessableError
from herald.domain.posts import Failure, Post, PostStatus, Target, TargetStatus, Words

NOT_YET = ("media", "mediaIds", "threadPosts", "firstComment", "timezone")
MAX_TAGS, MAX_TAG, MAX_METADATA = 50, 100, 4_096


class Override(Body):
    """What one platform gets instead."""

    content: Annotated[str | None, Field(max_length=posts.MAX_CONTENT)] = None


def distinct(value: list[str]) -> list[str]:
    if len(set(value)) != len(value):
        raise ValueError("names the same one twice")
    return value


def text_only(value: object) -> str:
    """TEXT in any case; what else the contract knows comes with media."""
    if not isinstance(value, str) or value.upper() != "TEXT":
        raise ValueError("must be TEXT: this version publishes text")
    return "TEXT"


class CreatePost(Body):
    content: Annotated[str, Field(max_length=posts.MAX_CONTENT)]
    account_ids: Annotated[list[AccountId] | None, Field(max_length=posts.MAX_TARGETS)] = None
    platforms: Annotated[list[PlatformName] | None, Field(max_length=posts.MAX_TARGETS)] = None
    content_type: Annotated[str, BeforeValidator(text_only)] = "TEXT"
    scheduled_for: Annotated[Time | None, Field(validation_alias=AliasChoices("scheduledFor", "scheduledAt"))] = None
    overrides: Annotated[
        dict[PlatformName, Override] | None, Field(validation_alias=AliasChoices("platformOverrides", "overrides"))
    ] = None
    publish_now: bool | None = None
    save_as_draft: bool | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=MAX_TAG)]] | None, Field(max_length=MAX_TAGS)] = None
    metadata: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def nothing_dropped(cls, data: Any) -> Any:
        """A known field that this version cannot honour is refused, not ignored: a post must not go out without its picture."""
        asked = [name for name in NOT_YET if isinstance(data, Mapping) and data.get(name)]
        if asked:
            raise ValueError(f"{asked[0]} is not supported by this version")
        return data

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "CreatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("accountIds or platforms must name at least one")
        distinct(self.account_ids or [])
        if self.publish_now and self.scheduled_for:
            raise ValueError("publishNow and scheduledFor exclude each other")
        return self

    def new(self) -> NewPost:
        """What the action takes. Raises UnprocessableError for metadata over its limit."""
        if len(to_json(self.metadata or {}).encode()) > MAX_METADATA:
            raise UnprocessableError(f"metadata is larger than {MAX_METADATA} bytes.", field="metadata", maxLength=MAX_METADATA)
        overrides = {
            name.upper(): {"content": each.content} for name, each in (self.overrides or {}).items() if each.content is not None
        }
        return NewPost(
            words=Words(content=self.content, overrides=overrides, tags=tuple(self.tags or ()), metadata=self.metadata or {}),
            account_ids=self.account_ids or (),
            platforms=self.platforms or (),
            scheduled_for=self.scheduled_for,
            publish_now=bool(self.publish_now),
            as_draft=bool(self.save_as_draft),
        )


class ListPosts(Paged):
    status: Annotated[PostStatus | None, one_or_all(*PostStatus)] = None
    platform: PlatformName | None = None
    account_id: AccountId | None = None
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    to: Time | None = None

    def filters(self) -> Filters:
        return Filters(
            status=self.status, platform=self.platform, account_id=self.account_id, created_from=self.from_, created_to=self.to
        )


def body(post: Post, words: Words) -> str:
    """A post as it is answered, and as it is kept for an idempotent replay."""
    return to_json(view(post, words))


def view(post: Post, words: Words) -> dict[str, object]:
    return {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "contentType": words.content_type,
        "status": post.status,
        "scheduledFor": times.optional(post.scheduled_for),
        "publishedAt": times.optional(post.published_at),
        "media": [],
        "platforms": [target_view(target) for target in post.targets.values()],
        "platformOverrides": words.overrides,
        "threadPosts": [],
        "firstComment": None,
        "tags": words.tags,
        "metadata": words.metadata,
        "createdAt": times.wire(post.created_at),
        "updatedAt": times.wire(post.updated_at),
    }


def target_view(target: Target) -> dict[str, object]:
    return {
        "postPlatformId": target.id,
        "platform": target.platform,
        "accountId": target.account_id,
        "accountName": target.account_name,
        "status": target.status,
        "attempts": target.attempts,
        "maxAttempts": backoff.MAX_PUBLISH_ATTEMPTS,
        "nextRetryAt": times.optional(target.due) if target.status is TargetStatus.RETRYING else None,
        "platformPostId": target.platform_post_id,
        "platformPostUrl": target.url,
        "publishedAt": times.optional(target.published_at),
        "error": failure_view(target.failure) if target.failure else None,
    }


def failure_view(failure: Failure) -> dict[str, object]:
    return {
        "code": failure.code,
        "message": failure.message,
        "category": failure.category,
        "retryable": failure.retryable,
        "remediation": failure.remediation,
    }


def was_created(pair: tuple[Post, Words]) -> Reply:
    return created(body(*pair))


def found(pair: tuple[Post, Words]) -> Reply:
    return ok(view(*pair))


def was_accepted(pair: tuple[Post, Words]) -> Reply:
    return accepted(view(*pair))


def page(listed: ListedPosts, query: ListPosts, secret: str) -> Reply:
    return ok(query.answer([view(*pair) for pair in listed.posts], listed.next_before, secret))

"""Validation on the wire. Source: the contract, section 2, and the integration lifecycle guide, step 4."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasChoices, Field, model_validator

from herald.actions.validation import Proposal
from herald.api import errors
from herald.api.posts import OVERRIDES, SOMEWHERE, AccountIds, Content, FirstComment, Platforms, ThreadPosts, texts
from herald.api.schema import Body, MediaId, PlatformName, one_of
from herald.domain import posts
from herald.domain.accounts import Platform
from herald.domain.errors import Problem
from herald.domain.limits import PostType
from herald.domain.posts import Words
from herald.domain.rules import Verdict

MAX_MEDIA = 50
MediaIds = Annotated[list[MediaId], Field(max_length=MAX_MEDIA)]


class Options(Body):
    """What one platform gets instead, and those of its options that have rules."""

    content: Content | None = None
    media_ids: Annotated[MediaIds | None, Field(validation_alias=AliasChoices("media", "mediaIds"))] = None
    title: str | None = None
    board_id: str | None = None

    def kept(self) -> dict[str, object]:
        """As words keep them."""
        named = {"content": self.content, "title": self.title, "boardId": self.board_id}
        return {name: value for name, value in named.items() if value is not None}


class ValidatePost(Body):
    """`accountIds` is ours: an account's or instance's own limits then count. X and TWITTER are one, and answered as TWITTER."""

    model_config = SOMEWHERE

    content: Content
    platforms: Platforms | None = None
    account_ids: AccountIds | None = None
    media_ids: Annotated[MediaIds | None, Field(validation_alias=AliasChoices("mediaIds", "media"))] = None
    thread_posts: ThreadPosts | None = None
    first_comment: FirstComment | None = None
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    overrides: Annotated[dict[PlatformName, Options] | None, Field(validation_alias=OVERRIDES)] = None

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "ValidatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("platforms or accountIds must name at least one")
        return self

    def proposal(self) -> Proposal:
        overrides = self.overrides or {}
        content, thread = posts.threaded(self.content, texts(self.thread_posts or ()))
        return Proposal(
            words=Words(
                content=content,
                content_type=self.content_type or PostType.TEXT,
                thread=thread,
                first_comment=self.first_comment,
                overrides={platform.upper(): each.kept() for platform, each in overrides.items()},
            ),
            platforms=self.platforms or (),
            account_ids=self.account_ids or (),
            media_ids=self.media_ids or (),
            own_media={platform: each.media_ids for platform, each in overrides.items() if each.media_ids is not None},
        )


def verdicts(found: Mapping[Platform, Verdict]) -> dict[str, object]:
    """By the platforms' constants, in uppercase as the guide has them."""
    return {
        "valid": all(verdict.valid for verdict in found.values()),
        "platforms": {platform.upper(): verdict_view(verdict) for platform, verdict in found.items()},
    }


def verdict_view(verdict: Verdict) -> dict[str, object]:
    return {
        "valid": verdict.valid,
        "errors": [errors.problem(each) for each in verdict.errors],
        "warnings": [warning_view(each) for each in verdict.warnings],
    }


def warning_view(warning: Problem) -> dict[str, object]:
    """Advice on no field in particular is a code and a message, as in the guide."""
    return {name: value for name, value in errors.problem(warning).items() if value != ""}

"""Validation on the wire. Source: the contract, section 2, and the integration lifecycle guide, step 4."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from herald.actions.validation import Proposal
from herald.api.edge.schema import one_of
from herald.api.voxburst import errors
from herald.api.voxburst.content import (
    MEDIA_ID_NAMES,
    OVERRIDES,
    SOMEWHERE,
    AccountIds,
    Content,
    FirstComment,
    MediaEntries,
    Overrides,
    Platforms,
    ThreadPosts,
    overridden,
    thread_parts,
    uses,
)
from herald.api.voxburst.models import Body
from herald.domain.accounts import Platform
from herald.domain.content import Part, PostContent, threaded
from herald.domain.errors import Problem
from herald.domain.post_types import PostType
from herald.domain.rules import Verdict


class ValidatePost(Body):
    """`accountIds` is ours: an account's or instance's own limits then count. X and TWITTER are one, and answered as TWITTER."""

    model_config = SOMEWHERE

    content: Content
    """The text."""
    platforms: Platforms | None = None
    """The platforms to ask, by name. E.g. `["TWITTER","INSTAGRAM"]`."""
    account_ids: AccountIds | None = None
    """The accounts to ask; what their instances allow then counts."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_ID_NAMES)] = None
    """The files, as ids or with their words."""
    thread_posts: ThreadPosts | None = None
    """What follows the content as a thread."""
    first_comment: FirstComment | None = None
    """What is commented under the post."""
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    """The type of the post; left out, it follows from the media."""
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    """What single platforms get instead, by their names."""

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "ValidatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("platforms or accountIds must name at least one")
        return self

    def proposal(self) -> Proposal:
        opening, thread = threaded(
            Part(text=self.content, media=uses(self.media)), thread_parts(self.thread_posts)
        )
        return Proposal(
            words=PostContent(
                content=opening.text,
                media=opening.media,
                content_type=self.content_type,
                thread=thread,
                first_comment=self.first_comment,
                overrides=overridden(self.overrides or {}),
            ),
            platforms=self.platforms or (),
            account_ids=self.account_ids or (),
        )


def verdicts(found: Mapping[Platform, Verdict]) -> dict[str, object]:
    """By the platforms' constants, in uppercase as the guide has them."""
    return {
        "valid": all(verdict.valid for verdict in found.values()),
        "platforms": {
            platform.upper(): verdict_view(verdict) for platform, verdict in found.items()
        },
    }


def verdict_view(verdict: Verdict) -> dict[str, object]:
    return {
        "valid": verdict.valid,
        "errors": [errors.problem_view(each) for each in verdict.errors],
        "warnings": [warning_view(each) for each in verdict.warnings],
    }


def warning_view(warning: Problem) -> dict[str, object]:
    """Advice on no field in particular is a code and a message, as in the guide."""
    return {name: value for name, value in errors.problem_view(warning).items() if value != ""}

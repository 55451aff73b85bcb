"""Validation on the wire.

Source: the contract, section 2, and the integration lifecycle guide, step 4.
"""

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
    """`accountIds` is an addition of herald. With it, the limits of an account or its instance
    apply.

    X and TWITTER are the same platform, and the answer names it TWITTER.
    """

    model_config = SOMEWHERE

    content: Content
    """The text."""
    platforms: Platforms | None = None
    """The platforms that judge the post, by name. E.g. `["TWITTER","INSTAGRAM"]`."""
    account_ids: AccountIds | None = None
    """The accounts that judge the post. The limits of their instances then apply."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_ID_NAMES)] = None
    """The files, as ids or as objects with a description."""
    thread_posts: ThreadPosts | None = None
    """The posts that follow the content as a thread."""
    first_comment: FirstComment | None = None
    """A comment under the post."""
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    """The type of the post. Without this field, the media give the type."""
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    """Different content for single platforms, by the names of the platforms."""

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "ValidatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("platforms or accountIds must name at least one")
        return self

    def proposal(self) -> Proposal:
        first = Part(text=self.content, media=uses(self.media))
        opening, thread = threaded(first, thread_parts(self.thread_posts))
        return Proposal(
            words=PostContent(
                content=opening.text,
                media=opening.media,
                content_type=self.content_type,
                thread=thread,
                first_comment=self.first_comment,
                overrides=overridden(self.overrides),
            ),
            platforms=self.platforms if self.platforms else (),
            account_ids=self.account_ids if self.account_ids else (),
        )


def verdicts(by_platform: Mapping[Platform, Verdict]) -> dict[str, object]:
    """Return the verdicts by the platforms' constants, in uppercase as in the guide."""
    return {
        "valid": all(verdict.valid for verdict in by_platform.values()),
        "platforms": {
            platform.upper(): verdict_view(verdict) for platform, verdict in by_platform.items()
        },
    }


def verdict_view(verdict: Verdict) -> dict[str, object]:
    return {
        "valid": verdict.valid,
        "errors": [errors.problem_view(problem) for problem in verdict.errors],
        "warnings": [warning_view(warning) for warning in verdict.warnings],
    }


def warning_view(warning: Problem) -> dict[str, object]:
    """Return a warning.

    Advice on no particular field has only a code and a message, as in the guide.
    """
    return {name: value for name, value in errors.problem_view(warning).items() if value != ""}

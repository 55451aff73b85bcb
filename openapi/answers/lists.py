"""A page of a list, and what is left of a thing that was removed."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from openapi.answers.answer import Answer

Item = TypeVar("Item")


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

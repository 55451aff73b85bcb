"""A page of a list, and the answer for an object that was removed."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from openapi.answers.answer import Answer

Item = TypeVar("Item")


class Pagination(Answer):
    """The link to the next page.

    `cursor` belongs to the next page, and is null on the last page. Both spellings have the same
    values.
    """

    has_more: Annotated[bool, Field(alias="has_more")]
    """Whether there is another page."""
    next_cursor: Annotated[str | None, Field(alias="next_cursor")]
    """The value of `cursor` for the next page; null on the last page."""
    more: Annotated[bool, Field(alias="hasMore")]
    """The same as `has_more`."""
    cursor: Annotated[str | None, Field(alias="nextCursor")]
    """The same as `next_cursor`."""
    limit: int
    """The most items on a page. E.g. `20`."""


class Listed(Answer, Generic[Item]):
    data: list[Item]
    """The items of this page."""
    pagination: Pagination
    """The link to the next page."""


class Removed(Answer):
    success: Literal[True]
    """Always true. A failure is an error."""
    id: str
    """The id of the removed object."""

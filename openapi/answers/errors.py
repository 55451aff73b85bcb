"""What is answered when something fails."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from herald.domain.accounts import Platform
from herald.domain.errors import MOST_PROBLEMS, HeraldError, PublishError
from herald.domain.owners import Mode
from openapi.answers.answer import OMITTED, Answer
from openapi.answers.api_keys import Scope


def codes(family: type[HeraldError]) -> set[str]:
    """The codes of an error and of everything below it, but for those of targets."""
    below = [codes(each) for each in family.__subclasses__() if each is not PublishError]
    return {family.code}.union(*below)


PlatformConstant = Annotated[
    str, Field(json_schema_extra={"enum": [each.upper() for each in Platform]})
]


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

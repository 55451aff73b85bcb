"""The answers to calls that fail."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from herald.domain.accounts import Platform
from herald.domain.errors import MOST_PROBLEMS, HeraldError, PublishError
from herald.domain.owners import Mode
from openapi.answers.answer import OMITTED, Answer
from openapi.answers.api_keys import Scope


def codes(family: type[HeraldError]) -> set[str]:
    """Return the codes of an error and of every error below it, except the errors of targets."""
    families = [error for error in family.__subclasses__() if error is not PublishError]
    below = [codes(error) for error in families]
    return {family.code}.union(*below)


PlatformConstant = Annotated[
    str, Field(json_schema_extra={"enum": [platform.upper() for platform in Platform]})
]


class Problem(Answer):
    """A problem, or, as a warning, an unwise choice.

    A problem with a platform's rule has the limit of the rule and a remediation.
    """

    field: str = OMITTED
    """The path of the field in the body. E.g. `platformOverrides.TWITTER.content`."""
    code: str
    """The code of the problem, for machines. E.g. `TOO_LONG`."""
    message: str
    """The description of the problem, for people."""
    platform: PlatformConstant = OMITTED
    """The platform whose rule is broken."""
    rule: str = OMITTED
    """The id of the rule, as `GET /v1/platforms` lists it."""
    max_length: int = OMITTED
    """The limit of the rule."""
    actual_length: int = OMITTED
    """The actual value, counted as the platform counts."""
    remediation: str = OMITTED
    """A way to solve the problem."""


class ErrorDetails(Answer):
    """The data of the error. The fields depend on the code."""

    model_config = ConfigDict(extra="allow")

    field: str = OMITTED
    """The path of the first wrong field in the body. E.g. `accountIds[0]`."""
    errors: Annotated[list[Problem], Field(max_length=MOST_PROBLEMS)] = OMITTED
    """VALIDATION_ERROR: every problem, not only the first one."""
    more_errors: int = OMITTED
    """The number of problems that `errors` does not list."""
    status: str = OMITTED
    """CONFLICT: the current status. E.g. `published`."""
    required_scope: Scope = OMITTED
    """FORBIDDEN: the scope that the key lacks."""
    required_feature: str = OMITTED
    """FORBIDDEN: the feature that the plan lacks. E.g. `custom_integrations`."""
    required_mode: Mode = OMITTED
    """FORBIDDEN: the mode of a key that may do this."""
    latest: datetime = OMITTED
    """FORBIDDEN: the latest time at which the new key may expire."""
    limit: int = OMITTED
    """UNPROCESSABLE_ENTITY: the limit that was reached."""
    content_encoding: str = OMITTED
    """UNSUPPORTED_MEDIA_TYPE: the encoding of the body. E.g. `gzip`."""
    retry_after: int = OMITTED
    """The seconds to wait, as in the header Retry-After."""


class Said(Answer):
    code: Annotated[str, Field(json_schema_extra={"enum": sorted(codes(HeraldError))})]
    """The code of the error, for machines."""
    message: str
    """The description of the error, for people."""
    details: ErrorDetails = OMITTED
    """The data of the error, which depend on the code."""


class Failed(Said):
    request_id: str
    """The id of the request. Give it when you report the error, because the logs have it."""


class Error(Answer):
    """An error. `code` is for machines, `message` for people."""

    error: Failed
    """The error."""

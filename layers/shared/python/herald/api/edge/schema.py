"""Bodies and queries as frozen models.

Types are exact, unknown fields are ignored, and every problem is reported.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic import ValidationError as SchemaError

from herald.api.edge import plain
from herald.api.edge.plain import AsSent, flaws, is_plain, location_path
from herald.domain import ids, times
from herald.domain.accounts import Platform, platform_named
from herald.domain.errors import MOST_PROBLEMS, BadRequestError, Problem, ValidationError

# The API's words for pydantic's kinds of problems. A problem of any other kind is "is not valid".
WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not known",
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type"),
        "must be a JSON object",
    ),
    "list_type": "must be an array",
    **dict.fromkeys(("string_type", "string_sub_type", "string_unicode"), "must be a string"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "must be a whole number"
    ),
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
CODES = {
    "missing": "REQUIRED",
    "extra_forbidden": "UNKNOWN",
    "string_too_long": "TOO_LONG",
    "too_long": "TOO_LONG",
}
ALL = "all"
# The context tells a model that is chosen during validation to be strict too.
STRICT: Any = {"extra": "forbid"}
Model = TypeVar("Model", bound="Input")
FRACTION = re.compile(r"(\.\d{6})\d+")


class Input(BaseModel):
    """The data that a caller sends."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def unknown(cls, data: Any) -> list[str]:
        """Return the paths of the fields that no model reads."""
        if not is_plain(data):
            return []
        try:
            cls.model_validate(data, extra="forbid", context=STRICT)
        except SchemaError as error:
            return [
                location_path(problem["loc"])
                for problem in errors_of(error)
                if problem["type"] == "extra_forbidden"
            ]
        return []


class StrictBody(Input):
    """A JSON body.

    The null of an optional field counts as absent, unless the null removes a value. The fields in
    `removable` are removed by null. The parts in `apart` are each judged alone.
    """

    model_config = ConfigDict(strict=True)
    removable: ClassVar[frozenset[str]] = frozenset()
    apart: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def null_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or None not in data.values():
            return data
        return {
            name: value
            for name, value in data.items()
            if value is not None or name in cls.removable
        }


class Nothing(StrictBody):
    """The body of a call that reads no body."""


class Query(Input):
    """A query string. Every value arrives as text."""


def validated(model: type[Model], data: Any, *, strict: bool = False) -> Model:
    """Return the data as the model.

    Raises ValidationError with every problem. When strict, an unknown field is a problem too.
    """
    if issubclass(model, StrictBody):
        check_plain(data, apart=model.apart)
    try:
        if strict:
            return model.model_validate(data, extra="forbid", context=STRICT)
        return model.model_validate(data)
    except SchemaError as error:
        raise problems(error) from error


def check_plain(data: Any, *, apart: Iterable[str] = ()) -> None:
    """Raise ValidationError for text or numbers that no body may hold."""
    own = data
    if apart and isinstance(data, Mapping):
        own = {
            name: value
            for name, value in data.items()
            if name not in apart or not isinstance(value, list)
        }
    if is_plain(own):
        return
    own_flaws = [*flaws(own)]
    if own_flaws:
        listed = [plain.flaw_problem(flaw) for flaw in own_flaws[:MOST_PROBLEMS]]
        raise ValidationError(listed, more=len(own_flaws) - MOST_PROBLEMS)


def problems(error: SchemaError) -> ValidationError:
    """Return everything wrong with a body, in our words. The values are not repeated."""
    listed = [schema_problem(problem) for problem in errors_of(error)[:MOST_PROBLEMS]]
    more = error.error_count() - len(listed)
    if not listed:
        listed = [Problem(path=(), message="is invalid")]
    return ValidationError(listed, more=more)


def errors_of(error: SchemaError) -> list[Any]:
    return error.errors(include_url=False, include_input=False)


def schema_problem(error: Any) -> Problem:
    field = plain.field_of(error["loc"])
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "value_error":
        message = f"{field}: {context['error']}"
    elif context.get("min_length") == 1:
        message = f"{field} must not be empty"
    else:
        message = f"{field} {WORDS.get(kind, 'is not valid').format_map(context)}"
    return Problem(
        path=(AsSent(field),),
        code=CODES.get(kind, "INVALID"),
        message=message,
        max_length=context.get("max_length"),
    )


def parsed_time(value: object) -> datetime:
    """Return a time as it was written, aware or naive, cut to milliseconds.

    Raises ValueError with a message for the caller.
    """
    try:
        text = value if isinstance(value, str) else ""
        at = datetime.fromisoformat(FRACTION.sub(r"\1", text))
        if at.tzinfo:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 time, like 2026-06-15T14:00:00Z") from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def aware(value: object) -> object:
    """Return a time with Z or an offset. Raises ValueError."""
    at = parsed_time(value)
    if at.tzinfo is None:
        raise ValueError("has no time zone: end it with Z or an offset")
    return at


def zone(value: object) -> object:
    """Return the name of an IANA time zone. Raises ValueError."""
    return times.zone(value if isinstance(value, str) else "").key


def identified(prefix: str, value: object) -> str:
    """Return an id of that kind. Raises ValueError."""
    try:
        return ids.check_id(prefix, value if isinstance(value, str) else "")
    except BadRequestError:
        article = "an" if prefix[0] in "aeiou" else "a"
        raise ValueError(f"must be {article} {prefix}_ id") from None


def id_of(prefix: str) -> BeforeValidator:
    """Return a validator for ids of that kind."""
    return BeforeValidator(
        partial(identified, prefix),
        json_schema_input_type=Annotated[str, Field(pattern=ids.pattern(prefix))],
    )


media_id = partial(identified, "media")


def distinct(value: list[str]) -> list[str]:
    """Return a list without duplicates as it is. Raises ValueError for a duplicate."""
    if len(set(value)) != len(value):
        raise ValueError("names the same one twice")
    return value


def once_each(value: list[str]) -> list[str]:
    """Return the list without its duplicates."""
    return [*dict.fromkeys(value)]


def platform(value: object) -> Platform:
    """Return the platform of that name, in any case. Raises ValueError."""
    named = platform_named(value) if isinstance(value, str) else None
    if named is None:
        raise ValueError(f"must be one of {', '.join(name.upper() for name in Platform)}")
    return named


def chooser(choices: Iterable[str]) -> Callable[[object], str]:
    """Return a function that finds a choice by its name in any case.

    A member of an enum stays a member.
    """
    by_name = {choice.lower(): choice for choice in choices}

    def choose(value: object) -> str:
        choice = by_name.get(value.lower()) if isinstance(value, str) else None
        if choice is None:
            raise ValueError(f"must be one of {', '.join(by_name.values())}")
        return choice

    return choose


def one_of(*choices: str) -> BeforeValidator:
    """Return a validator for one of these choices, named in any case."""
    return BeforeValidator(chooser(choices), json_schema_input_type=written_as(choices))


def one_or_all(*choices: str) -> BeforeValidator:
    """Return a validator for one of these choices, or None for `all`."""
    every = (*choices, ALL)
    choose = chooser(every)
    return BeforeValidator(
        lambda value: None if choose(value) == ALL else choose(value),
        json_schema_input_type=written_as(every),
    )


def written_as(choices: Iterable[str]) -> Any:
    """Return the type that a JSON schema shows for one of these choices."""
    return Annotated[str, Field(json_schema_extra={"enum": [*choices]})]


Time = Annotated[datetime, BeforeValidator(aware)]
ZoneName = Annotated[str, BeforeValidator(zone)]
AccountId = Annotated[str, id_of("acc")]
TargetId = Annotated[str, id_of("pp")]
ApproverId = Annotated[str, Field(min_length=1, max_length=100)]
MediaId = Annotated[str, id_of("media")]
PlatformName = Annotated[
    Platform,
    BeforeValidator(platform, json_schema_input_type=written_as(name.upper() for name in Platform)),
]

"""Bodies and queries as frozen models: exact types, unknown fields ignored, every problem told."""

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

WORDS = {  # pydantic's kinds of problems in the API's words; of any other kind it is only said that the value is not valid
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
STRICT: Any = {"extra": "forbid"}  # for a model that is chosen while another one reads
Model = TypeVar("Model", bound="Input")
FRACTION = re.compile(r"(\.\d{6})\d+")


class Input(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def unknown(cls, data: Any) -> list[str]:
        """The fields that nobody will read, by their paths."""
        if not is_plain(data):
            return []
        try:
            cls.model_validate(data, extra="forbid", context=STRICT)
        except SchemaError as error:
            return [
                location_path(each["loc"])
                for each in errors_of(error)
                if each["type"] == "extra_forbidden"
            ]
        return []


class StrictBody(Input):
    """A JSON body. The null of a field that may be left out is as if it was, unless it takes something away.

    `removable` are the fields whose null does; the parts that `apart` names are each judged alone.
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
    """The body of a call that reads none."""


class Query(Input):
    """A query string: every value arrives as text."""


def validated(model: type[Model], data: Any, *, strict: bool = False) -> Model:
    """Raises ValidationError with every problem; when strict, a field that is not known is one."""
    if issubclass(model, StrictBody):
        check_plain(data, apart=model.apart)
    try:
        if strict:
            return model.model_validate(data, extra="forbid", context=STRICT)
        return model.model_validate(data)
    except SchemaError as error:
        raise problems(error) from error


def check_plain(data: Any, *, apart: Iterable[str] = ()) -> None:
    """Raises ValidationError for what no body may hold."""
    own = data
    if apart and isinstance(data, Mapping):
        own = {
            name: value
            for name, value in data.items()
            if name not in apart or not isinstance(value, list)
        }
    if not is_plain(own) and (found := [*flaws(own)]):
        raise ValidationError(
            [plain.flaw_problem(each) for each in found[:MOST_PROBLEMS]],
            more=len(found) - MOST_PROBLEMS,
        )


def problems(error: SchemaError) -> ValidationError:
    """Everything wrong with a body, in our words. The values themselves are not repeated."""
    found = [schema_problem(each) for each in errors_of(error)[:MOST_PROBLEMS]]
    return ValidationError(
        found or [Problem(path=(), message="is invalid")], more=error.error_count() - len(found)
    )


def errors_of(error: SchemaError) -> list[Any]:
    return error.errors(include_url=False, include_input=False)


def schema_problem(error: Any) -> Problem:
    field, kind, context = (
        location_path(error["loc"]) or "body",
        error["type"],
        error.get("ctx") or {},
    )
    if kind == "value_error":
        said = f"{field}: {context['error']}"
    elif context.get("min_length") == 1:
        said = f"{field} must not be empty"
    else:
        said = f"{field} {WORDS.get(kind, 'is not valid').format_map(context)}"
    code = CODES.get(kind, "INVALID")
    return Problem(
        path=(AsSent(field),), code=code, message=said, max_length=context.get("max_length")
    )


def parsed_time(value: object) -> datetime:
    """The time as it was written, aware or naive, to the wire's millisecond. Raises ValueError in words fit for a caller."""
    try:
        at = datetime.fromisoformat(FRACTION.sub(r"\1", value if isinstance(value, str) else ""))
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 time, like 2026-06-15T14:00:00Z") from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def aware(value: object) -> object:
    """A time with Z or an offset. Raises ValueError."""
    at = parsed_time(value)
    if at.tzinfo is None:
        raise ValueError("has no time zone: end it with Z or an offset")
    return at


def zone(value: object) -> object:
    """The name of an IANA time zone. Raises ValueError."""
    return times.zone(value if isinstance(value, str) else "").key


def identified(prefix: str, value: object) -> str:
    """An id of that kind. Raises ValueError."""
    try:
        return ids.check_id(prefix, value if isinstance(value, str) else "")
    except BadRequestError:
        raise ValueError(f"must be {'an' if prefix[0] in 'aeiou' else 'a'} {prefix}_ id") from None


def id_of(prefix: str) -> BeforeValidator:
    """An id of that kind."""
    return BeforeValidator(
        partial(identified, prefix),
        json_schema_input_type=Annotated[str, Field(pattern=ids.pattern(prefix))],
    )


media_id = partial(identified, "media")


def distinct(value: list[str]) -> list[str]:
    """A list that names nothing twice. Raises ValueError."""
    if len(set(value)) != len(value):
        raise ValueError("names the same one twice")
    return value


def once_each(value: list[str]) -> list[str]:
    """The same list, nothing in it twice."""
    return [*dict.fromkeys(value)]


def platform(value: object) -> Platform:
    """The platform of that name, in any case. Raises ValueError."""
    named = platform_named(value) if isinstance(value, str) else None
    if named is None:
        raise ValueError(f"must be one of {', '.join(each.upper() for each in Platform)}")
    return named


def chooser(choices: Iterable[str]) -> Callable[[object], str]:
    """Finds one of these by its name in any case; a member of an enum stays one."""
    by_name = {choice.lower(): choice for choice in choices}

    def choose(value: object) -> str:
        found = by_name.get(value.lower()) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"must be one of {', '.join(by_name.values())}")
        return found

    return choose


def one_of(*choices: str) -> BeforeValidator:
    """One of these, named in any case."""
    return BeforeValidator(chooser(choices), json_schema_input_type=written_as(choices))


def one_or_all(*choices: str) -> BeforeValidator:
    """One of these, or None for `all`."""
    every = (*choices, ALL)
    choose = chooser(every)
    return BeforeValidator(
        lambda value: None if choose(value) == ALL else choose(value),
        json_schema_input_type=written_as(every),
    )


def written_as(choices: Iterable[str]) -> Any:
    """The type that a JSON schema shows for a choice of these."""
    return Annotated[str, Field(json_schema_extra={"enum": [*choices]})]


Time = Annotated[datetime, BeforeValidator(aware)]
ZoneName = Annotated[str, BeforeValidator(zone)]
AccountId = Annotated[str, id_of("acc")]
TargetId = Annotated[str, id_of("pp")]
ApproverId = Annotated[str, Field(min_length=1, max_length=100)]
MediaId = Annotated[str, id_of("media")]
PlatformName = Annotated[
    Platform,
    BeforeValidator(platform, json_schema_input_type=written_as(each.upper() for each in Platform)),
]

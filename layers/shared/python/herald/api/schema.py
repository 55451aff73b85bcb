"""Bodies and queries as frozen models: camelCase on the wire, exact types, unknown fields ignored; every problem told at once."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic import ValidationError as SchemaError
from pydantic.alias_generators import to_camel

from herald.domain import ids, times
from herald.domain.accounts import Platform, platform_named
from herald.domain.errors import BadRequestError, Problem, ValidationError

WORDS = {"missing": "is required", "extra_forbidden": "is not known"}
ALL = "all"
Model = TypeVar("Model", bound=BaseModel)
FRACTION = re.compile(r"(\.\d{6})\d+")
COMMAND_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)


class Body(BaseModel):
    """A JSON body."""

    model_config = ConfigDict(frozen=True, strict=True, alias_generator=to_camel, extra="ignore", defer_build=True)


class Query(BaseModel):
    """A query string: every value arrives as text."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, extra="ignore", defer_build=True)


def validated(model: type[Model], data: Any) -> Model:
    """Raises ValidationError with every problem."""
    try:
        return model.model_validate(data)
    except SchemaError as error:
        raise problems(error) from error


def problems(error: SchemaError) -> ValidationError:
    """Everything wrong with a body, in our words where pydantic's are for programmers. The values themselves are not repeated."""
    return ValidationError(
        [problem(each) for each in error.errors(include_url=False, include_input=False)]
        or [Problem(field="", message="is invalid")]
    )


def problem(error: Any) -> Problem:
    field = path(error["loc"]) or "body"
    kind = error["type"]
    said = str(error["ctx"]["error"]) if kind == "value_error" else WORDS.get(kind) or error["msg"][0].lower() + error["msg"][1:]
    code = {"missing": "REQUIRED", "string_too_long": "TOO_LONG", "too_long": "TOO_LONG"}.get(kind, "INVALID")
    longest = (error.get("ctx") or {}).get("max_length")
    return Problem(field=field, code=code, message=f"{field} {said}" if kind in WORDS else f"{field}: {said}", max_length=longest)


def path(location: tuple[int | str, ...]) -> str:
    """`accountIds[0]`, `platformOverrides.TWITTER.content`."""
    text = ""
    for part in location:
        if part == "[key]":  # pydantic's mark for the name of an entry, which is its path already
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def written(value: object) -> datetime:
    """The time as it was written, aware or naive, to the wire's millisecond. Raises ValueError in words fit for a caller."""
    try:
        at = datetime.fromisoformat(FRACTION.sub(r"\1", value if isinstance(value, str) else ""))
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 time, like 2026-06-15T14:00:00Z") from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def aware(value: object) -> object:
    """A time with Z or an offset. Raises ValueError."""
    at = written(value)
    if at.tzinfo is None:
        raise ValueError("has no time zone: end it with Z or an offset")
    return at


def moment(value: object, info: ValidationInfo) -> object:
    """A time with Z or an offset, or one of the zone that the body's `timezone` names; without that zone, UTC as VoxBurst's
    command line means it, if it is written as there. Raises ValueError.
    """
    at = written(value)
    if at.tzinfo:
        return at
    if "timezone" not in info.data:  # it was named, and is a problem already
        return at.replace(tzinfo=UTC)
    if info.data["timezone"] is None:
        if COMMAND_LINE.fullmatch(str(value)):
            return at.replace(tzinfo=UTC)
        raise ValueError("has no time zone: end it with Z or an offset, or name a timezone")
    try:
        return times.local(at, times.zone(info.data["timezone"]))
    except OverflowError:
        raise ValueError("must be an ISO 8601 time, like 2026-06-15T14:00:00Z") from None


def zone(value: object) -> object:
    """The name of an IANA time zone. Raises ValueError."""
    return times.zone(value if isinstance(value, str) else "").key


def identified(prefix: str, value: object) -> str:
    """An id of that kind. Raises ValueError."""
    try:
        return ids.check(prefix, value if isinstance(value, str) else "")
    except BadRequestError:
        raise ValueError(f"must be {'an' if prefix[0] in 'aeiou' else 'a'} {prefix}_ id") from None


def id_of(prefix: str) -> BeforeValidator:
    """An id of that kind."""
    return BeforeValidator(partial(identified, prefix), json_schema_input_type=Annotated[str, Field(pattern=ids.pattern(prefix))])


media_id = partial(identified, "media")


def distinct(value: list[str]) -> list[str]:
    """A list that names nothing twice. Raises ValueError."""
    if len(set(value)) != len(value):
        raise ValueError("names the same one twice")
    return value


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
        lambda value: None if choose(value) == ALL else choose(value), json_schema_input_type=written_as(every)
    )


def written_as(choices: Iterable[str]) -> Any:
    """The type that a JSON schema shows for a choice of these."""
    return Annotated[str, Field(json_schema_extra={"enum": [*choices]})]


Time = Annotated[datetime, BeforeValidator(aware)]
Moment = Annotated[datetime, BeforeValidator(moment)]
ZoneName = Annotated[str, BeforeValidator(zone)]
AccountId = Annotated[str, id_of("acc")]
TargetId = Annotated[str, id_of("pp")]
ApproverId = Annotated[str, Field(min_length=1, max_length=100)]
MediaId = Annotated[str, id_of("media")]
PlatformName = Annotated[
    Platform, BeforeValidator(platform, json_schema_input_type=written_as(each.upper() for each in Platform))
]

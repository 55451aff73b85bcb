"""What a user may say for one platform alone in `platformOverrides`: as the platform declares it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pydantic import AliasChoices, Field, ValidationInfo, create_model
from pydantic.alias_generators import to_camel

from herald.api.edge.schema import StrictBody, one_of
from herald.domain.accounts import Platform, platform_named
from herald.domain.platforms import NETWORKS

if TYPE_CHECKING:
    from herald.domain.platforms.facts import Option

Model = TypeVar("Model", bound=StrictBody)


class PlatformPart(NamedTuple):
    """A part of an object by platforms, with its platform; None for a name that is none."""

    platform: Platform | None
    value: object


def platform_parts(value: object) -> object:
    """The parts of such an object."""
    if not isinstance(value, Mapping):
        return value
    return {name: PlatformPart(platform_of(name), part) for name, part in value.items()}


def platform_of(name: object) -> Platform | None:
    return platform_named(name) if isinstance(name, str) else None


def read_part(base: type[Model], part: object, info: ValidationInfo) -> Model:
    """A part, with the options of its platform. Raises pydantic's ValidationError."""
    assert isinstance(part, PlatformPart)
    model = base
    if part.platform and set_fields(part.value) - names(base):
        model = with_options(base, part.platform)
    context = info.context or {}
    return model.model_validate(part.value, extra=context.get("extra"), context=context)


def set_fields(value: object) -> set[str]:
    """The names in an object that have a value."""
    if not isinstance(value, Mapping):
        return set()
    return {name for name, inner in value.items() if inner is not None}


@cache
def names(base: type[StrictBody]) -> frozenset[str]:
    """All the names that its fields have on the wire."""
    fields = base.model_fields.items()
    return frozenset(
        name for field, info in fields for name in spellings(field, info.validation_alias)
    )


def spellings(field: str, alias: object) -> Iterator[str]:
    if isinstance(alias, AliasChoices):
        yield from map(str, alias.choices)
    else:
        yield str(alias or to_camel(field))


@cache
def with_options(base: type[Model], platform: Platform) -> type[Model]:
    """The base, with a field for every option of the platform that it has none for."""
    options = NETWORKS[platform].options
    new = [option for option in options if to_camel(option.name) not in names(base)]
    fields: dict[str, Any] = {option.name: (type_of(option) | None, None) for option in new}
    return create_model(base.__name__, __base__=base, **fields) if fields else base


def type_of(option: Option) -> Any:
    """What a value of it must be."""
    from herald.domain.platforms.facts import OptionType  # noqa: PLC0415 - only with options

    if option.type is OptionType.BOOLEAN:
        return bool
    if option.choices:
        return Annotated[str, one_of(*option.choices)]
    if option.type is OptionType.ARRAY:
        text = Annotated[str, Field(pattern=option.pattern)]
        return Annotated[list[text], Field(max_length=option.most)]
    return Annotated[str, Field(pattern=option.pattern, max_length=option.most)]


def view(option: Option) -> dict[str, object]:
    """An option as `GET /v1/platforms` lists it."""
    return {
        "name": to_camel(option.name),
        "type": option.type,
        "choices": list(option.choices) or None,
        "pattern": option.pattern,
        "max": option.most,
        "description": option.description,
        "sourceUrl": option.source.url,
        "verifiedAt": option.source.verified.isoformat(),
    }

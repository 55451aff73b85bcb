"""The options of a single platform in `platformOverrides`, as the platform declares them."""

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
    """A part of an object that is keyed by platform. `platform` is None for an unknown name."""

    platform: Platform | None
    value: object


def platform_parts(value: object) -> object:
    """Return such an object with its parts as `PlatformPart`."""
    if not isinstance(value, Mapping):
        return value
    return {name: PlatformPart(platform_of(name), part) for name, part in value.items()}


def platform_of(name: object) -> Platform | None:
    return platform_named(name) if isinstance(name, str) else None


def read_part(base: type[Model], part: object, info: ValidationInfo) -> Model:
    """Return a part as a model with the options of its platform.

    Raises pydantic's ValidationError.
    """
    assert isinstance(part, PlatformPart)
    model = base
    if part.platform and set_fields(part.value) - names(base):
        model = with_options(base, part.platform)
    context = info.context if info.context else {}
    return model.model_validate(part.value, extra=context.get("extra"), context=context)


def set_fields(value: object) -> set[str]:
    """Return the names in an object that have a value."""
    if not isinstance(value, Mapping):
        return set()
    return {name for name, inner in value.items() if inner is not None}


@cache
def names(base: type[StrictBody]) -> frozenset[str]:
    """Return all names that the fields of a model have on the wire."""
    spelled: set[str] = set()
    for field, info in base.model_fields.items():
        spelled.update(spellings(field, info.validation_alias))
    return frozenset(spelled)


def spellings(field: str, alias: object) -> Iterator[str]:
    if isinstance(alias, AliasChoices):
        yield from map(str, alias.choices)
    else:
        yield str(alias if alias else to_camel(field))


@cache
def with_options(base: type[Model], platform: Platform) -> type[Model]:
    """Return the model with a field for each option of the platform that it lacks."""
    options = NETWORKS[platform].options
    new = [option for option in options if to_camel(option.name) not in names(base)]
    if not new:
        return base
    fields: dict[str, Any] = {option.name: (type_of(option) | None, None) for option in new}
    return create_model(base.__name__, __base__=base, **fields)


def type_of(option: Option) -> Any:
    """Return the type of an option's value."""
    from herald.domain.platforms.facts import OptionType  # noqa: PLC0415 - only with options

    if option.type is OptionType.BOOLEAN:
        return bool
    length = Field(max_length=option.most)
    text: Any = Annotated[str, Field(pattern=option.pattern)]
    if option.choices:
        text = Annotated[str, one_of(*option.choices)]
    if option.type is OptionType.ARRAY:
        return Annotated[list[text], length]
    return Annotated[text, length]


def view(option: Option) -> dict[str, object]:
    """Return an option as `GET /v1/platforms` lists it."""
    return {
        "name": to_camel(option.name),
        "type": option.type,
        "choices": list(option.choices) if option.choices else None,
        "pattern": option.pattern,
        "max": option.most,
        "description": option.description,
        "sourceUrl": option.source.url,
        "verifiedAt": option.source.verified.isoformat(),
    }

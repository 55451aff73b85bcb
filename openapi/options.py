"""The declarations of single platforms: options as schemas, and the fields that connect."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic.alias_generators import to_camel

from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import Option, OptionType


def declared(known: Iterable[str]) -> dict[str, tuple[list[dict[str, Any]], str]]:
    """Return the schemas and the description of each option that is not known.

    The keys are the names on the wire.
    """
    schemas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    words: dict[str, list[str]] = defaultdict(list)
    for network in NETWORKS.values():
        for option in network.options:
            name = to_camel(option.name)
            words[name].append(f"{network.name}: {option.description}")
            if schema(option) not in schemas[name]:
                schemas[name].append(schema(option))
    return {name: (schemas[name], " ".join(words[name])) for name in schemas if name not in known}


def schema(option: Option) -> dict[str, Any]:
    """Return the schema of an option's value."""
    choices = list(option.choices) if option.choices else None
    if option.type is OptionType.ARRAY:
        text = present(type="string", enum=choices, pattern=option.pattern)
        return present(type="array", items=text, maxItems=option.most)
    return present(
        type=str(option.type), enum=choices, pattern=option.pattern, maxLength=option.most
    )


def present(**keywords: object) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}


def add(body: dict[str, Any], answer: dict[str, Any]) -> None:
    """Add the platforms' options to the schemas of an override, for requests and for answers."""
    for name, (values, words) in declared(body["properties"]).items():
        shown = values[0] if len(values) == 1 else {"anyOf": values}
        answer["properties"][name] = {**shown, "description": words}
        body["properties"][name] = {"anyOf": [*values, {"type": "null"}], "description": words}


def connecting() -> str:
    """Return a sentence with the fields that connect an account, by platform, for a live key."""
    needs: list[str] = []
    for network in NETWORKS.values():
        names = [f"`{to_camel(field.name)}`" for field in network.connect if field.required]
        if names:
            verb = "" if needs else "takes "
            needs.append(f"{network.name} {verb}{' and '.join(names)}")
    return ", ".join(needs)

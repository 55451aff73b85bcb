"""What single platforms declare: options as schemas, and in words what connects an account."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic.alias_generators import to_camel

from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import Option, OptionType


def declared(known: Iterable[str]) -> dict[str, tuple[list[dict[str, Any]], str]]:
    """What each option that is not among those known may be, by its name on the wire, and what the platforms say of it."""
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
    """What a value of it must be."""
    if option.type is OptionType.ARRAY:
        text = present(type="string", pattern=option.pattern)
        return present(type="array", items=text, maxItems=option.most)
    choices = list(option.choices) or None
    return present(
        type=str(option.type), enum=choices, pattern=option.pattern, maxLength=option.most
    )


def present(**said: object) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def add(body: dict[str, Any], answer: dict[str, Any]) -> None:
    """Add what is missing to the schemas of what a platform gets instead: as it is asked for, and as it is shown."""
    for name, (values, words) in declared(body["properties"]).items():
        shown = values[0] if len(values) == 1 else {"anyOf": values}
        answer["properties"][name] = {**shown, "description": words}
        body["properties"][name] = {"anyOf": [*values, {"type": "null"}], "description": words}


def connecting() -> str:
    """What each platform must have of who connects an account with a live key."""
    needs: list[str] = []
    for network in NETWORKS.values():
        names = [f"`{to_camel(field.name)}`" for field in network.connect if field.required]
        if names:
            takes = (
                f"{network.name} {' and '.join(names)}"
                if needs
                else f"{network.name} takes {' and '.join(names)}"
            )
            needs.append(takes)
    return ", ".join(needs)

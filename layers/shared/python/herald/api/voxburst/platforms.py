"""The limits of each platform, on the wire. Source: the contract, section 2."""

from collections.abc import Callable, Sequence

from pydantic.alias_generators import to_camel

from herald.api.voxburst import options
from herald.api.voxburst.words import spelled
from herald.domain.accounts import Platform
from herald.domain.limits import MEDIA_KINDS, Bound, Measure, Rule, Subject
from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import ConnectField, Network


def every(connects: Callable[[Platform], bool]) -> dict[str, object]:
    """Return every platform. `connectable` says whether this herald has a connector for it."""
    data = [
        view(platform, network, connectable=connects(platform))
        for platform, network in NETWORKS.items()
    ]
    return {"data": data}


def view(platform: Platform, network: Network, *, connectable: bool) -> dict[str, object]:
    """Return the limits that most clients ask for, then every rule."""
    can = network.capabilities
    return {
        "platform": platform,
        "name": network.name,
        "connectable": connectable,
        "contentTypes": sorted(network.post_types),
        "capabilities": {
            "thread": can.threads,
            "firstComment": can.comments,
            "delete": can.deletion,
            "import": can.imports,
        },
        "connect": [connect_view(field) for field in network.connect],
        "options": [options.view(option) for option in network.options],
        "limits": [
            {"maxLength": rule.value, "unit": spelled(rule.unit)}
            for rule in network.rules
            if is_text_limit(rule)
        ],
        "media": media_view(network.rules),
        "rules": [rule_view(rule) for rule in network.rules],
    }


def connect_view(field: ConnectField) -> dict[str, object]:
    return {
        "name": to_camel(field.name),
        "required": field.required,
        "secret": field.secret,
        "description": f"{field.description[:1].upper()}{field.description[1:]}",
        "example": field.example,
    }


def is_text_limit(rule: Rule) -> bool:
    return rule.subject is Subject.TEXT and rule.bound is Bound.MOST


def media_view(rules: Sequence[Rule]) -> dict[str, object]:
    """Return the limits of files.

    `maxCount` counts all files together, or else files of the kind with the highest limit.
    """
    always = [rule for rule in rules if rule.unit is Measure.COUNT and not rule.when]
    of_files = [rule for rule in always if rule.subject is Subject.MEDIA]
    most = [rule.number for rule in of_files if rule.bound is Bound.MOST]
    most_of_kinds = [
        rule.number for rule in always if rule.subject in MEDIA_KINDS and rule.bound is Bound.MOST
    ]
    content_types = [value_view(rule) for rule in rules if rule.bound is Bound.AMONG]
    return {
        "required": any(rule.bound is Bound.LEAST for rule in of_files),
        "maxCount": min(most) if most else max(most_of_kinds, default=None),
        "contentTypes": content_types[0] if content_types else None,
    }


def rule_view(rule: Rule) -> dict[str, object]:
    """Return a rule on the wire.

    `contentTypes` are the types of post to which it applies; an empty list means all. `having` and
    `unless` name the media on which it depends.
    """
    return {
        "id": rule.id,
        "subject": spelled(rule.subject),
        "bound": rule.bound,
        "value": value_view(rule),
        "unit": spelled(rule.unit),
        "severity": rule.severity,
        "source": rule.source,
        "sourceUrl": rule.url,
        "verifiedAt": rule.verified.isoformat(),
        "contentTypes": sorted(rule.when),
        "having": rule.having,
        "unless": rule.unless,
    }


def value_view(rule: Rule) -> object:
    return sorted(rule.value) if isinstance(rule.value, frozenset) else rule.value

"""The parts of the pages that the code knows. `python -m openapi.pages` writes them.

A part stands between `<!-- name -->` and `<!-- /name -->`: a table, or some words of a sentence.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from herald.domain.accounts import Platform
from herald.domain.backoff import PUBLISH_MINUTES
from herald.domain.deliveries import MINUTES
from herald.domain.formats import OFFERED, SUBSCRIBABLE, Format
from herald.domain.platforms import NETWORKS
from herald.platforms import registry
from openapi.document import TAGS
from openapi.doors import Route
from openapi.doors import routes as registered_routes
from openapi.events import NOT_TOLD, WHEN
from openapi.operations import operation_of

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PART = re.compile(r"<!-- ([\w-]+) -->.*?<!-- /\1 -->", re.DOTALL)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def filled(text: str) -> str:
    """Return a page with its parts as the code has them now. Raises KeyError for another part."""
    return PART.sub(lambda part: f"<!-- {part[1]} -->{PARTS[part[1]]()}<!-- /{part[1]} -->", text)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table between empty lines."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def listed(words: Sequence[object]) -> str:
    """Return `1, 5 and 15`."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def routes() -> str:
    order = list(TAGS)
    doors = sorted(registered_routes(), key=lambda route: order.index(route.function))
    rows = [(f"`{route_named(door)}`", scope(door), operation_of(door).summary) for door in doors]
    return table(("Route", "Scope", "What it does"), rows)


def route_named(route: Route) -> str:
    """Return `GET /v1/posts/:id`."""
    path = re.sub(r"<\w+_id>", ":id", route.path)
    path = re.sub(r"<(\w+)>", r":\1", path)
    return f"{route.method} {path}"


def scope(route: Route) -> str:
    if route.open:
        return ""
    return f"`{route.scope}`" if route.scope else "any key"


def events() -> str:
    spellings = OFFERED[Format.POSTFUZE]
    rows = []
    for kind in SUBSCRIBABLE:
        postfuze = f"`{spellings[kind]}`" if kind in spellings else ""
        rows.append((f"`{kind}`", WHEN[kind], postfuze))
    return table(("Event", "When", "In PostFuze's format"), rows)


def counted_events() -> str:
    """Return how many events an endpoint of each format may ask for, and how many can arrive."""
    asked, postfuze = set(SUBSCRIBABLE), set(OFFERED[Format.POSTFUZE])
    return (
        f"{len(asked)} names, of which {len(asked - NOT_TOLD)} can arrive today; in PostFuze's "
        f"format {len(postfuze)}, of which {len(postfuze - NOT_TOLD)} can arrive"
    )


def webhook_retries() -> str:
    rows = [
        (f"`{form}`", str(1 + len(minutes)), ", ".join(map(str, minutes)))
        for form, minutes in MINUTES.items()
    ]
    return table(("Format", "Attempts", "Delays in minutes"), rows)


def webhook_attempts() -> str:
    attempts = [f"{1 + len(minutes)} over {sum(minutes)} minutes" for minutes in MINUTES.values()]
    return ", or ".join(attempts)


def publish_delays() -> str:
    return f"{listed(PUBLISH_MINUTES)} minutes"


def is_live(platform: Platform) -> bool:
    """Return whether herald speaks to the network, and not to its sandbox alone."""
    return platform is not Platform.SANDBOX and bool(find_spec(registry.package_name(platform)))


def live_networks() -> str:
    return listed(sorted(NETWORKS[platform].name for platform in Platform if is_live(platform)))


def other_networks() -> str:
    """Return how many networks there are in test mode only."""
    others = [each for each in Platform if each is not Platform.SANDBOX and not is_live(each)]
    return NUMBERS[len(others)]


PARTS: Mapping[str, Callable[[], str]] = {
    "routes": routes,
    "events": events,
    "counted-events": counted_events,
    "webhook-retries": webhook_retries,
    "webhook-attempts": webhook_attempts,
    "publish-delays": publish_delays,
    "live-networks": live_networks,
    "other-networks": other_networks,
}


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text()))

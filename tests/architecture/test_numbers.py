"""The numbers in the pages' sentences are the code's: each is written here as the code says it.

A number that no constant knows stands in `SAID`, with the reason why it may.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from herald.actions import attempts, deliveries, media
from herald.api.edge import app, gateway, handling
from herald.api.edge import response as answers
from herald.api.voxburst import bulk
from herald.domain import (
    content,
    endpoints,
    errors,
    events,
    idempotency,
    lanes,
    notices,
    posts,
    workspaces,
)
from herald.domain import deliveries as sent
from herald.domain import media as files
from herald.domain.accounts import MAX_CONNECTED
from herald.domain.api_keys import RATE, STRANGERS_PER_MINUTE
from herald.domain.authorizations import AUTHORIZATION_LIFETIME
from herald.media import films, normalize, player, reader
from herald.platforms.mastodon import publish as mastodon
from herald.store import posts as post_rows
from herald.store import sandbox as ledger
from herald.webhooks import delivery
from openapi.pages import PAGES
from tests.films import RECIPES
from tests.hostile.receivers import GOOD, HOSTILE
from tests.pages import prose
from tests.template import ROOT, functions, resources

MB = 1024 * 1024
NUMBER = re.compile(r"(?<![\w./:#,=-])\d[\d,]*(?:\.\d+)?(?![\w./-]*[\w])")
CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|https?://\S+")
STATUS = re.compile(r"\b(?:HTTP )?(?:40[0-9]|41[0-9]|422|429|503)\b")
SAID = {
    "README.md": [
        "Python 3.11",
        "Python 3.13",
        "costs about $3.50",
    ],  # the price is the sum that cost.md shows
    "api.md": ["OpenAPI 3.1"],
    "operating.md": ["Python 3.13", "2.7 times cheaper"],  # `make bench` measures start-ups
}
MEASURED = {
    "cost.md",
    "testing.md",
    "compared.md",
}  # of the benchmarks and of others' pages: held by `make bench`, or by nothing
UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def period(value: timedelta | float, unit: str) -> str:
    """`30 days`; a number is of seconds. It must be whole."""
    span = value if isinstance(value, timedelta) else timedelta(seconds=value)
    count = span / UNITS[unit]
    assert count == int(count)
    return f"{int(count)} {unit}" + ("s" if count != 1 else "")


def source(function: str) -> dict[str, Any]:
    """How a queue's worker gets its messages."""
    [event] = functions()[function]["Events"].values()
    properties: dict[str, Any] = event["Properties"]
    return properties


def batch(function: str) -> int:
    """How many messages one invocation takes."""
    return int(source(function)["BatchSize"])


def together(function: str) -> int:
    """How many invocations there are at the same time."""
    return int(source(function)["ScalingConfig"]["MaximumConcurrency"])


def default(variable: str) -> str:
    """What a make target gives a variable that the shell does not set."""
    [value] = set(re.findall(rf"\$\${{{variable}:-(\w+)}}", (ROOT / "Makefile").read_text()))
    return str(value)


def lifetime(rule: str) -> int:
    """For how many days the bucket keeps what a rule is about."""
    [bucket] = resources("AWS::S3::Bucket").values()
    rules = {each["Id"]: each for each in bucket["LifecycleConfiguration"]["Rules"]}
    return int(rules[rule]["ExpirationInDays"])


FAST, SLOW = "DeliverWebhookFunction", "DeliverSlowlyFunction"
ALARMS = len(resources("AWS::CloudWatch::Alarm"))
DAYS = period(events.EVENT_RETENTION, "day")
WORDS = {1: "one", 2: "two", 3: "three", 8: "eight", 10: "ten"}

HELD = {
    "api.md": [
        f"herald keeps the answer for {period(idempotency.RESPONSE_KEPT, 'hour')}.",
        f"the first {errors.MOST_PROBLEMS} problems",
        f"larger than {answers.ROOM / 1_000_000:.1f} MB",
        f"A body over {app.MAX_BODY // MB} MB is a 413",
        f"names at most {handling.MOST_NAMES} fields",
        f"an answer over {gateway.WORTH_COMPRESSING // 1024} KB",
        f"the user there, within {period(AUTHORIZATION_LIFETIME, 'minute')}",
        f"takes up to {bulk.MAX_BULK} posts",
        f"works for {period(media.UPLOAD_LIFETIME, 'minute')}",
        f"never came after {period(files.UPLOAD_KEPT, 'hour')}",
        f"a workflow of up to {workspaces.MAX_STEPS} steps",
        f"at most {MAX_CONNECTED:,} connected accounts and {endpoints.MAX_ENDPOINTS:,} webhooks",
        f"goes to at most {posts.MAX_TARGETS} accounts",
        f"at most {content.MAX_CONTENT:,} characters, {content.MAX_THREAD} further thread parts, "
        f"and {content.MAX_FILES} different files",
        f"together have at most {post_rows.MAX_WORDS // 1_000} KB",
        f"smaller pictures for {lifetime('OldRenditions')} days",
        f"more than {normalize.MAX_PIXELS // 1_000_000} million pixels",
        f"more than 8192 x {player.MAX_PIXELS // 8192} pixels",
        f"if reading it failed {WORDS[files.MAX_ATTEMPTS]} times",
        f"again after {period(mastodon.OVER, 'second')} at the earliest",
    ],
    "webhooks.md": [
        f"of {endpoints.MIN_SECRET} to {endpoints.MAX_SECRET} printable characters",
        f"An attempt fails after {period(delivery.TIMEOUT, 'second')}.",
        f"at most {period(endpoints.MAX_GRACE, 'hour')}. Until then both secrets sign",
        f"later, by {period(sent.MAX_RETRY_AFTER, 'hour')} at most",
        f"After {notices.WARN_AT} deliveries in a row that failed for good",
        f"After {endpoints.MAX_FAILURES} such deliveries",
        f"Answer {sent.HTTP_GONE} to leave",
        f"within {period(attempts.TEST_TIMEOUT, 'second')}",
        f"what happened in the last {DAYS}",
        f"the deliveries of the last {DAYS}",
        f"the first {sent.MAX_BODY_KEPT // 1024} KB",
        f"the deliveries of up to {DAYS} exactly",
    ],
    "sandbox.md": [
        f"The sandbox keeps a post for {period(ledger.COMMIT_RETENTION, 'day')}.",
    ],
    "how-it-works.md": [
        f"lately took {period(lanes.SLOW_AFTER, 'second')} or more",
        f"up to {batch(FAST)} endpoints at the same time, in the slow lane for {batch(SLOW)}",
        f"at most {deliveries.MAX_CONCURRENT_PER_ENDPOINT} requests to one endpoint at a time",
        f"at most {deliveries.MAX_CONCURRENT_PER_ENDPOINT * together(FAST):,} in the fast lane "
        f"and at most {deliveries.MAX_CONCURRENT_PER_ENDPOINT * together(SLOW):,} in the slow lane",
        f"the run has {default('FAULT_POSTS')} posts.",
        f"A ledger of {int(default('LEDGER_EVENTS')):,} events",
        f"meets {len(HOSTILE)} receivers that follow no rule, and {len(GOOD)} that are unusual",
        f"reads from {len(RECIPES)} films",
        f"{player.MEMORY >> 30} GB of memory, {period(films.WALL_CLOCK_LIMIT, 'second')} and "
        f"{reader.BLOCK * reader.MAX_BLOCKS // MB} MB of the file",
        f"dies {WORDS[files.MAX_ATTEMPTS]} times",
    ],
    "operating.md": [
        f"events and deliveries for {DAYS}",
        f"was asked for is kept for {period(AUTHORIZATION_LIFETIME, 'minute')}, sealed",
        f"`Idempotency-Key` for {period(idempotency.RESPONSE_KEPT, 'hour')}, sealed",
        f"to {STRANGERS_PER_MINUTE} a minute for each source address",
    ],
    "cost.md": [
        f"{ALARMS} alarms, at $0.10 each | ${ALARMS / 10:.2f}",
        f"up to {batch(FAST)} deliveries for at most one second",
    ],
    "compared.md": [
        f"`Idempotency-Key`, {period(idempotency.RESPONSE_KEPT, 'hour')} |",
        f"owner told after {notices.WARN_AT}, disabled after {endpoints.MAX_FAILURES} failed",
        f"with up to {workspaces.MAX_STEPS} steps",
        f"{min(RATE.values())} to {max(RATE.values()):,} for a key, by plan",
    ],
}


SENTENCES = [(name, sentence) for name, sentences in HELD.items() for sentence in sentences]
UNMEASURED = [path for path in PAGES if path.name not in MEASURED]


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_a_page_says_the_number_that_the_code_has(name: str, sentence: str) -> None:
    [path] = [path for path in PAGES if path.name == name]

    assert sentence in prose(path)


@pytest.mark.parametrize("path", UNMEASURED, ids=lambda path: path.name)
def test_every_number_in_a_sentence_is_held_or_has_its_reason(path: Path) -> None:
    text = prose(path, tables=False)  # test_pages holds the tables
    for known in [*HELD.get(path.name, []), *SAID.get(path.name, [])]:
        text = text.replace(known, "")
    text = STATUS.sub("", CODE.sub("", text))

    numbers = [found.span() for found in NUMBER.finditer(text)]
    assert [text[max(begin - 40, 0) : end + 20] for begin, end in numbers] == []

"""api/voxburst/words.py: our names as VoxBurst's."""

import ast
import re
from collections.abc import Iterator

import pytest

from herald.api.edge.plain import AsSent
from herald.api.voxburst import words
from herald.domain.errors import Path, Phrase
from tests.architecture.test_imports import SOURCES
from tests.documented import DOCUMENT


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ((), ""),
        (("content",), "content"),
        (("media", 0), "mediaIds[0]"),
        (("account_ids", 1), "accountIds[1]"),
        (("thread", 2, "content"), "threadPosts[2].content"),
        (("thread", 2, "media", 3), "threadPosts[2].mediaIds[3]"),
        (("overrides", "bluesky", "media", 0), "platformOverrides.BLUESKY.media[0]"),
        (("overrides", "pinterest", "board_id"), "platformOverrides.PINTEREST.boardId"),
        ((AsSent("media[0].alt_text"),), "media[0].alt_text"),
        ((AsSent("thread"),), "thread"),
    ],
)
def test_a_path_is_the_callers_field(path: Path, field: str) -> None:
    assert words.field(path) == field


def test_only_a_sentence_of_ours_is_filled_in() -> None:
    said = "{scheduled_for} is in the past."

    assert words.public_message(Phrase(said)) == "scheduledFor is in the past."
    assert words.public_message(said) == said
    assert words.filled("Retry with acknowledgeUnknown.") == "Retry with acknowledgeUnknown."


def test_details_are_under_the_contracts_names() -> None:
    targets = [{"id": "pp_1", "reason": Phrase("Use {acknowledge_unknown}.")}]
    details = {"field": "thread", "fields": ["media", "account_ids"], "retry_after": 1}
    waiting = {"media": "PENDING"}

    assert words.renamed_details(
        {**details, "media": waiting, "targets": targets, "platforms": ["bluesky"]}
    ) == {
        "field": "threadPosts",
        "fields": ["mediaIds", "accountIds"],
        "retryAfter": 1,
        "media": {"media": "PENDING"},
        "targets": [{"id": "pp_1", "reason": "Use acknowledgeUnknown."}],
        "platforms": ["BLUESKY"],
    }


def placeholders() -> Iterator[str]:
    """Every name that a sentence of ours has a place for."""
    nodes = (node for _, path in SOURCES for node in ast.walk(ast.parse(path.read_text())))
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Phrase":
            texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            yield from re.findall(r"\{(\w+)\}", "".join(map(str, texts)))


@pytest.mark.parametrize("own", sorted({*placeholders(), *words.NAMES}))
def test_a_sentence_names_what_the_contract_has(own: str) -> None:
    schemas = DOCUMENT["components"]["schemas"].values()
    fields = {name for schema in schemas for name in schema.get("properties", {})}
    paths = DOCUMENT["paths"].items()
    routes = {f"{method.upper()} {path}" for path, methods in paths for method in methods}

    assert words.name(own) in fields | routes

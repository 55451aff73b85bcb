"""What becomes clickable in a text, and exactly which bytes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.platforms.bluesky.facets import facets, mentioned

DIDS = {"alice.test": "did:plc:alice", "bob.example.com": "did:plc:bob"}


def shown(text: str) -> list[tuple[str, object]]:
    """The marked parts of a text, as a reader finds them: by their bytes."""
    encoded = text.encode()
    found = []
    for facet in facets(text, DIDS):
        index, [feature] = facet["index"], facet["features"]  # type: ignore[misc]
        part = encoded[index["byteStart"] : index["byteEnd"]].decode()  # type: ignore[index]
        found.append((part, feature.get("uri") or feature.get("did") or feature.get("tag")))  # type: ignore[has-type]
    return found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nothing", []),
        ("https://example.com", [("https://example.com", "https://example.com")]),
        ("example.com", [("example.com", "https://example.com")]),
        (
            "a (sub.example.co.uk/path), Example.org! x.test",
            [
                ("sub.example.co.uk/path", "https://sub.example.co.uk/path"),
                ("Example.org", "https://Example.org"),
            ],
        ),
        ("httpbin.org http.nothing", [("httpbin.org", "https://httpbin.org")]),
        ("HTTP://Example.com/x x-y.example.com example.COM a@example.com example.nothing", []),
        (
            "see https://example.com/a?b=c#d, or",
            [("https://example.com/a?b=c#d", "https://example.com/a?b=c#d")],
        ),
        ("(https://example.com/a)", [("https://example.com/a", "https://example.com/a")]),
        (
            "https://example.com/a_(b).",
            [("https://example.com/a_(b)", "https://example.com/a_(b)")],
        ),
        ("🦋ä https://example.com/ü!", [("https://example.com/ü", "https://example.com/ü")]),
        ("xhttps://example.com https://a", [("https://a", "https://a")]),
        ("https:// https://. https://) https:///x ftp://x.com", []),
        (
            "#tag #Größe, #日本語。 #a_b-c! ＃wide",
            [
                ("#tag", "tag"),
                ("#Größe", "Größe"),
                ("#日本語", "日本語"),
                ("#a_b-c", "a_b-c"),
                ("＃wide", "wide"),
            ],
        ),
        ("#2026 #1 #️⃣ # ## x#y #... #" + "x" * 65, []),
        ("#" + "x" * 64, [("#" + "x" * 64, "x" * 64)]),
        ("$TSLA, ($tsla) $BRK.B", [("$TSLA", "$TSLA"), ("$tsla", "$TSLA"), ("$BRK", "$BRK")]),
        ("$100 $GOOGLE x$A $A-B $", []),
        ("#" + "🦋" * 33 + " #" + "🦋" * 32, [("#" + "🦋" * 32, "🦋" * 32)]),
        (
            "@alice.test: hi (@Bob.Example.com)",
            [("@alice.test", "did:plc:alice"), ("@Bob.Example.com", "did:plc:bob")],
        ),
        ("@nobody.test me@alice.test @alice @alice.test.", [("@alice.test", "did:plc:alice")]),
        (
            "https://example.com/(@alice.test #x",
            [("https://example.com/(@alice.test", "https://example.com/(@alice.test"), ("#x", "x")],
        ),
    ],
)
def test_parts_are_marked_where_they_stand(text: str, parts: list[tuple[str, object]]) -> None:
    assert shown(text) == parts


def test_mentions_are_named_once_in_lower_case_and_not_without_end() -> None:
    assert mentioned("@Alice.Test @alice.test (@bob.example.com) x@y.z @z") == [
        "alice.test",
        "bob.example.com",
    ]
    assert len(mentioned(" ".join(f"@a{number}.test" for number in range(100)))) == 20


@given(
    st.text(
        alphabet=st.sampled_from("aA1#＃@.:/()ä🦋\u200d\ufe0f -_,!\n")
        | st.characters(exclude_categories=["Cs"]),
        max_size=60,
    )
)
def test_marks_lie_within_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for facet in facets(text, DIDS):
        index = facet["index"]
        assert isinstance(index, dict)
        assert end <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        end = index["byteEnd"]


def test_a_spelling_that_nobody_can_have_is_text_beside_one_that_somebody_has() -> None:
    text = "@example.com @example.COM"

    [facet] = facets(text, dict.fromkeys(mentioned(text), "did:plc:somebody"))

    assert facet["index"] == {"byteStart": 0, "byteEnd": len("@example.com")}

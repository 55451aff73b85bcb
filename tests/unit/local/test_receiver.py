"""local/receiver.py: which deliveries it takes for genuine, and that it survives whatever comes."""

import pytest

from local.receiver import shown, verdict

SECRET = "whsec_c2VjcmV0IHdvcmRzIG9mIDI0IGJ5dGU="
BODY = b'{"type":"post.published"}'
NOW = 1_780_000_000


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "it is not signed"),
        ({"x-voxburst-signature": ""}, "its signature has no time"),
        ({"x-voxburst-signature": "t=,v2=aa"}, "its signature has no time"),
        ({"x-voxburst-signature": "t=²,v2=aa"}, "its signature has no time"),
        (
            {"x-voxburst-signature": f"t={NOW - 301},v2=aa"},
            "it was signed more than five minutes ago, or ahead",
        ),
        (
            {"x-voxburst-signature": f"t={NOW + 301},v2=aa"},
            "it was signed more than five minutes ago, or ahead",
        ),
        ({"x-voxburst-signature": f"t={NOW}"}, "another secret signed it, or the body was changed"),
        (
            {"x-voxburst-signature": f"t={NOW},v2=é"},
            "another secret signed it, or the body was changed",
        ),
        (
            {"x-postfuze-signature": f"t={NOW},v2=aa"},
            "another secret signed it, or the body was changed",
        ),
    ],
)
def test_what_is_not_genuine_is_said_in_words(headers: dict[str, str], said: str) -> None:
    assert verdict(headers, BODY, SECRET, NOW) == said


def test_a_body_is_shown_in_lines_or_as_what_it_is() -> None:
    assert shown(b'{"a":"\xc3\xbc"}') == '{\n  "a": "ü"\n}'
    assert shown(b"\xff\x1b[2J") == r"b'\xff\x1b[2J'"
    assert len(shown(b"[" + b"1," * 5000 + b"1]")) < 1_700

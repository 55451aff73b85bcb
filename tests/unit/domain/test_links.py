"""Links: where they stand in a text."""

from herald.domain import links


def test_links_know_their_place() -> None:
    text = "see https://a.com and b.org/x"

    assert [
        text[start : start + length] for start, length in links.links(text, links.twitter())
    ] == [
        "https://a.com",
        "b.org/x",
    ]

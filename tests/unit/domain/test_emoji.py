"""What is one emoji. What X counts is held against its own code in tests/counting."""

import pytest

from herald.domain import emoji


@pytest.mark.parametrize("text", ["🚀", "👍🏽", "👩‍🔬", "👨‍👩‍👧", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "3️⃣"])
def test_a_sequence_is_one(text: str) -> None:
    assert emoji.pattern().fullmatch(text)


@pytest.mark.parametrize(("text", "count"), [("a1#", 0), ("🇽🇽", 0), ("🚀🚀", 2), ("👍🏽🇩🇪!", 2)])
def test_letters_are_none_and_neighbours_count_each(text: str, count: int) -> None:
    assert len(emoji.pattern().findall(text, overlapped=False)) == count

"""Formats: how each spells the events it offers."""

from herald.domain.formats import MEANT, OFFERED


def test_no_spelling_means_two_events() -> None:
    spelled = {(name, kind) for offered in OFFERED.values() for kind, name in offered.items()}

    assert len({name for name, _ in spelled}) == len(spelled) == len(MEANT)

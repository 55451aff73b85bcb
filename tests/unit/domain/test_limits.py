"""The limits of each network, as data."""

from datetime import UTC, date, datetime

import pytest

from herald.domain.accounts import Platform
from herald.domain.limits import COUNT, IMAGE, Rule, Source, most
from herald.domain.platforms import NETWORKS
from tests.unit.domain.test_rules import PAIRS, named


@pytest.mark.parametrize("platform", list(Platform))
def test_every_platform_has_rules_and_their_ids_are_its_own(platform: Platform) -> None:
    ids = [rule.id for rule in NETWORKS[platform].rules]

    assert ids
    assert len(set(ids)) == len(ids)
    assert all(each.startswith(f"{platform}.") for each in ids)


@pytest.mark.parametrize(("platform", "rule"), PAIRS, ids=named)
def test_a_rule_names_its_source_and_when_it_was_read(platform: Platform, rule: Rule) -> None:
    assert rule.source
    assert rule.verified <= datetime.now(UTC).date()
    assert rule.url is None or rule.url.startswith("https://")


def test_a_fact_that_is_read_again_alone_has_a_date_of_its_own() -> None:
    page = Source("A page", "https://example.com/limits", date(2026, 11, 21))
    old = most("a", IMAGE, COUNT, 4, page)
    new = most("b", IMAGE, COUNT, 10, page, verified=date(2026, 11, 27))

    assert (old.verified, new.verified) == (date(2026, 11, 21), date(2026, 11, 27))
    assert (new.source, new.url) == ("A page", "https://example.com/limits")

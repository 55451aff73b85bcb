"""The in-memory account of the integration tests, with two shards of the due index.

A query there reads the whole table.
"""

import pytest

from herald.store import keys
from tests.integration.conftest import aws

__all__ = ["aws"]


@pytest.fixture(autouse=True)
def few_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in keys.SHARDS:
        monkeypatch.setitem(keys.SHARDS, kind, 2)

"""Events are recorded in our own words.

A format's names begin in webhooks, a contract's in api.
"""

import re

import pytest

from tests.architecture.test_imports import HERALD

CAMEL = re.compile(r"""(["'])[a-z]+[0-9]*(?:[A-Z][A-Za-z0-9]*)+\1""")
OF_EVENTS = [
    "actions/attempts.py",
    "actions/events.py",
    "actions/fan_out.py",
    "domain/accounts.py",
    "domain/events.py",
    "domain/formats.py",
    "domain/media.py",
    "domain/payloads.py",
    "domain/workflow.py",
    "store/event_rows.py",
    "store/events.py",
    "store/stream.py",
]
"""The modules that make, keep or read events.

`store/former.py` is not among them: it reads what was written in VoxBurst's names.
"""


@pytest.mark.parametrize("name", OF_EVENTS)
def test_no_name_of_a_format_stands_below_the_formats(name: str) -> None:
    found = [match.group() for match in CAMEL.finditer((HERALD / name).read_text())]

    assert found == []

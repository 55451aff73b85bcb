"""What API Gateway and its callers are given."""

import pytest

from herald.api.edge import gateway


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("deflate, GZIP;q=0.1", True),
        ("gzip;q=0, *", False),
        ("gzip; q=0.000", False),
        ("*", True),
        ("br;q=1.0, *;q=0", False),
        ("x-gzip", True),
        ("gzip;q=much", False),
    ],
)
def test_who_takes_gzip(accepted: str, taken: bool) -> None:
    assert gateway.takes_gzip({"accept-encoding": accepted}) is taken

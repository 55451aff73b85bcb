"""Fields that are not known."""

from tests.integration.conftest import Caller


def test_many_unknown_fields_make_no_long_header(live: Caller) -> None:
    odd = {f"misspelt, {'ü' * 50}\n{number}": 1 for number in range(1_000)}

    header = live("POST", "/v1/posts", odd).headers["X-Herald-Ignored-Fields"]

    assert header.isascii()
    assert header.isprintable()
    assert len(header) < 2_200
    assert header.endswith(", ...")
    assert header.count(",") == 20

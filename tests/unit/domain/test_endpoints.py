"""What an endpoint wants to hear, and by which name."""

from dataclasses import replace

import pytest

from herald.domain.formats import Format
from tests.unit.domain.test_deliveries import ENDPOINT


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (("media.uploaded",), "media.uploaded"),
        (("media.processed",), "media.processed"),
        (("media.processed", "media.uploaded"), "media.uploaded"),
        ((), "media.uploaded"),
    ],
)
def test_an_alias_is_told_to_who_asked_for_it_alone(asked: tuple[str, ...], name: str) -> None:
    endpoint = replace(ENDPOINT, events=asked)

    assert endpoint.wants("media.uploaded") is bool(asked)
    assert endpoint.rendering("media.uploaded") == (Format.VOXBURST, name)


def test_an_event_is_spelled_as_its_endpoints_format_does() -> None:
    assert replace(ENDPOINT, events=("post.failed",), format=Format.POSTFUZE).rendering(
        "post.failed"
    ) == (
        "postfuze",
        "post.error",
    )


def test_an_endpoint_wants_what_it_subscribed_to_while_it_is_enabled() -> None:
    assert ENDPOINT.wants("post.created")
    assert not ENDPOINT.wants("post.failed")
    assert not replace(ENDPOINT, enabled=False).wants("post.created")

"""Every sample event in events/ goes through its handler.

The table holds what the samples name.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from herald import runtime
from herald.domain.media import MediaStatus
from herald.domain.posts import PostStatus
from tests import files
from tests.documented import complaints
from tests.doors import door
from tests.integration.conftest import CONTEXT, body_of
from tests.integration.samples import OWNER, SAMPLES, STATUS, lay_out, named, sample_id
from tests.template import ROOT


@pytest.fixture
def world(aws: None) -> None:
    lay_out()


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_goes_through_its_handler(world: None, path: Path) -> None:
    event = json.loads(path.read_text())

    answer: Any = door(path.parent.name).handler(event, CONTEXT)

    if "requestContext" in event:
        assert answer["statusCode"] == STATUS.get(named(path), 200), answer["body"]
        assert not complaints(
            event["requestContext"]["http"]["method"],
            event["rawPath"],
            answer["statusCode"],
            body_of(answer),
        )
    elif "Records" in event:
        assert not (answer or {}).get("batchItemFailures")
    else:
        assert answer


def test_the_process_sample_makes_media_ready(world: None) -> None:
    door("process_media").handler(
        json.loads((ROOT / "events/process_media/arrived.json").read_text()), CONTEXT
    )

    found = runtime.media().get(sample_id("media", "arrived"), OWNER)

    assert (found.media.status, found.media.dimensions) == (MediaStatus.READY, files.SIZE)


def test_the_publish_sample_publishes(world: None) -> None:
    door("publish_target").handler(
        json.loads((ROOT / "events/publish_target/due.json").read_text()), CONTEXT
    )

    found = runtime.lifecycle().find(sample_id("post", "due"), OWNER)

    assert found[0].status is PostStatus.PUBLISHED

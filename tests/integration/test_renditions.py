"""Files on their way to a network, from a bucket in memory and from a server of somebody else's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
import requests
from PIL import Image

from herald import runtime
from herald.actions.renditions import PIECE
from herald.domain import ids
from herald.domain.accounts import Account, Platform
from herald.domain.errors import MediaError, TransientError
from herald.domain.media import ContentType, Dimensions, Media, MediaStatus, Source
from herald.domain.owners import Mode, Owner
from herald.media import shrink
from herald.platforms.protocol import Outgoing
from herald.store.media import file_key
from tests import files
from tests.fakes.http import Site, site_with
from tests.integration.conftest import forget_wiring
from tests.outgoing import AT
from tests.template import ROOT

ROUGH = files.encoded(Image.effect_noise((900, 700), 60).convert("RGB"), "JPEG", quality=95)
SMALL = files.picture("JPEG")
VIDEO = files.mp4(content=PIECE + 1_000)
SMALLER = {"max_image_bytes": 100_000}  # than ROUGH


def account(**limits: int) -> Account:
    return Account(
        id="acc_1",
        owner=Owner("ws_1", Mode.LIVE),
        platform=Platform.MASTODON,
        remote_id="1@social.example",
        username="alice",
        limits=limits,
        created_at=AT,
        updated_at=AT,
    )


def media(
    content_type: ContentType = ContentType.JPEG,
    size: int | None = None,
    shown: Dimensions | None = None,
) -> Media:
    return Media(
        id=ids.new("media", AT),
        owner=Owner("ws_1", Mode.LIVE),
        filename="photo.jpg",
        content_type=content_type,
        size_bytes=size,
        dimensions=shown,
        status=MediaStatus.READY,
        attempts=1,
        created_at=AT,
        updated_at=AT,
    )


def stored(
    data: bytes, content_type: ContentType = ContentType.JPEG, shown: Dimensions | None = None
) -> Media:
    """A file as processing left it."""
    kept = media(content_type, len(data), shown)
    runtime.bucket().put(file_key(kept), data, content_type)
    return kept


def read(outgoing: Outgoing) -> bytes:
    data = b"".join(outgoing.body.chunks())
    assert len(data) == outgoing.body.size == outgoing.file.size
    return data


def renditions() -> dict[str, str]:
    """What was made, by key, with its version."""
    found = boto3.client("s3").list_objects_v2(Bucket="herald-media", Prefix="renditions/")
    return {
        each["Key"]: each["LastModified"].isoformat() + each["ETag"]
        for each in found.get("Contents", [])
    }


def test_a_file_that_fits_goes_out_as_it_is_as_often_as_asked(aws: None) -> None:
    outgoing = runtime.renditions().file(stored(SMALL, shown=Dimensions(*files.SIZE)), account())

    assert read(outgoing) == read(outgoing) == SMALL
    assert outgoing.file.dimensions == files.SIZE
    assert renditions() == {}


def test_a_picture_is_made_smaller_once_and_kept_for_whoever_needs_it(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = stored(ROUGH, shown=Dimensions(900, 700))

    first = runtime.renditions().file(large, account(**SMALLER))
    kept = renditions()
    forget_wiring()
    monkeypatch.delattr(shrink, "shrink")  # nobody makes it again
    again = runtime.renditions().file(large, replace(account(**SMALLER), id="acc_2"))

    assert [key.startswith(f"renditions/ws_1/live/{large.id}/1/") for key in kept] == [True]
    assert first.file == again.file
    assert read(first) == read(again)
    assert first.file.size <= 100_000
    assert renditions() == kept


def test_other_bounds_and_another_attempt_are_other_renditions(aws: None) -> None:
    large = stored(ROUGH, shown=Dimensions(900, 700))
    anew = replace(large, attempts=2)
    runtime.bucket().put(file_key(anew), ROUGH, ContentType.JPEG)

    for each, limits in (
        (large, {"max_image_bytes": 100_000}),
        (large, {"max_image_bytes": 90_000}),
        (anew, SMALLER),
    ):
        runtime.renditions().file(each, account(**limits))

    assert len(renditions()) == 3


def test_a_network_that_fetches_by_itself_gets_a_plain_address(aws: None) -> None:
    outgoing = runtime.renditions().file(
        stored(ROUGH, shown=Dimensions(900, 700)), account(**SMALLER)
    )

    answer = requests.get(outgoing.url(), timeout=5)

    assert outgoing.url().isascii()
    assert (answer.headers["Content-Type"], answer.content) == ("image/jpeg", read(outgoing))


def test_a_gif_that_is_too_large_is_refused_in_words(aws: None) -> None:
    with pytest.raises(MediaError, match="at most 100 bytes; this one has 101") as caught:
        runtime.renditions().file(
            media(ContentType.GIF, 101, Dimensions(1, 1)), account(max_image_bytes=100)
        )

    assert caught.value.target_code == "MEDIA_REJECTED"


def test_a_picture_that_cannot_be_made_to_fit_is_refused(aws: None) -> None:
    with pytest.raises(MediaError, match="cannot be made to fit"):
        runtime.renditions().file(
            stored(ROUGH, shown=Dimensions(900, 700)), account(max_image_bytes=100)
        )


@pytest.mark.parametrize("limits", [{}, SMALLER])
def test_a_file_that_was_deleted_meanwhile_is_refused(aws: None, limits: dict[str, int]) -> None:
    gone = media(size=len(ROUGH), shown=Dimensions(900, 700))

    with pytest.raises(MediaError, match="there no more"):
        read(runtime.renditions().file(gone, account(**limits)))


def test_a_file_that_is_not_ready_is_refused(aws: None) -> None:
    with pytest.raises(MediaError, match="is FAILED"):
        runtime.renditions().file(replace(media(), status=MediaStatus.FAILED), account())


def test_a_worker_that_sends_text_alone_loads_nothing_of_this(aws: None) -> None:
    script = (
        "import sys; from herald import runtime; runtime.publisher();"
        "import herald.platforms.bluesky.publish, herald.platforms.mastodon.publish;"
        "print(*(name for name in sys.modules"
        " if name.split('.')[0] in {'PIL', 'pypdf'} or name.endswith('renditions')))"
    )

    environment = os.environ | {"PYTHONPATH": str(ROOT / "layers/shared/python")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


# ------------------------------------------------------------------------------ what lies elsewhere


@pytest.fixture
def site(aws: None) -> Iterator[Site]:
    with site_with(path="/photo") as site:
        yield site


def registered(site: Site, content: bytes, content_type: ContentType = ContentType.JPEG) -> Media:
    site.content = content
    return replace(media(content_type), source=Source.REGISTER, url=site.url)


def test_a_picture_that_lies_elsewhere_is_fetched_once_and_made_ready_as_an_upload_is(
    site: Site,
) -> None:
    private = registered(site, files.turned(6))

    outgoing = runtime.renditions().file(private, account())
    again = runtime.renditions().file(private, account())

    assert outgoing.file.dimensions == again.file.dimensions == files.SIZE[::-1]
    assert b"SECRET-CAMERA" not in read(outgoing)
    assert len(site.asked) == 1


def test_a_picture_that_lies_elsewhere_is_made_to_fit(site: Site) -> None:
    outgoing = runtime.renditions().file(registered(site, ROUGH), account(**SMALLER))

    assert outgoing.file.size <= 100_000
    assert len(read(outgoing)) == outgoing.file.size


def test_a_video_that_lies_elsewhere_is_passed_on_in_pieces(site: Site) -> None:
    outgoing = runtime.renditions().file(registered(site, VIDEO, ContentType.MP4), account())

    assert read(outgoing) == VIDEO
    assert site.asked == [
        "bytes=0-65535",
        f"bytes=0-{PIECE - 1}",
        f"bytes={PIECE}-{len(VIDEO) - 1}",
    ]
    assert outgoing.url() == site.url


def test_a_server_that_gives_no_pieces_is_said_to(site: Site) -> None:
    site.ranged = False

    with pytest.raises(MediaError, match="Upload it instead"):
        runtime.renditions().file(registered(site, VIDEO, ContentType.MP4), account())


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, MediaError), (403, MediaError), (429, TransientError), (503, TransientError)],
)
def test_a_file_that_cannot_be_read_is_tried_again_only_where_it_may_help(
    site: Site, status: int, error: type[MediaError | TransientError]
) -> None:
    wanted = registered(site, SMALL)
    site.status = status

    with pytest.raises(error, match=f"its server answered HTTP {status}"):
        runtime.renditions().file(wanted, account())


def test_what_turns_out_to_be_no_picture_is_refused(site: Site) -> None:
    with pytest.raises(MediaError, match="no picture"):
        runtime.renditions().file(registered(site, b"<html>"), account())


def test_an_address_that_may_not_be_called_is_refused(aws: None) -> None:
    inside = replace(media(), source=Source.REGISTER, url="https://169.254.169.254/latest")

    with pytest.raises(MediaError, match="not a public one"):
        runtime.renditions().file(inside, account())

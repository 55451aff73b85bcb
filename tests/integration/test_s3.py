"""The bucket: what a signed URL lets one do."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.conftest import Caller
from tests.integration.test_media import ask


def test_the_url_signs_type_encryption_and_length_at_the_buckets_own_region(test: Caller) -> None:
    url = urlsplit(ask(test).body["uploadUrl"])

    assert url.netloc == "herald-media.s3.eu-west-1.amazonaws.com"
    signed = parse_qs(url.query)
    assert signed["X-Amz-SignedHeaders"] == [
        "content-length;content-type;host;x-amz-server-side-encryption"
    ]
    assert signed["X-Amz-Expires"] == ["900"]
    assert not [name for name in signed if "checksum" in name.lower()]


def test_with_an_endpoint_of_its_own_the_bucket_is_in_the_path(
    test: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")

    url = urlsplit(ask(test).body["uploadUrl"])

    assert url.netloc == "127.0.0.1:4566"
    assert url.path.startswith("/herald-media/uploads/ws_")

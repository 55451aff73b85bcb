"""S3: the media bucket. Files go in and out by presigned URLs; only their first bytes are read here."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from herald.domain.values import frozen

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENCRYPTION = "AES256"
# The bucket's own region: the global address redirects while a bucket is young, and a redirect breaks the signature.
ADDRESS: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}


@frozen
class Beginning:
    """How an object begins, and the size of all of it, in bytes."""

    first: bytes
    size: int


class Bucket:
    """One bucket. Making a URL is no call."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def client(self) -> "S3Client":
        """Made on first use: of all clients it takes the longest, and a call that is refused needs none."""
        return boto3.client("s3", config=Config(signature_version="s3v4", s3=ADDRESS))

    def upload_url(self, key: str, *, content_type: str, size: int, lifetime: timedelta) -> str:
        """A URL that takes one PUT of exactly `size` bytes, with the headers `upload_headers` says; all three are signed."""
        wanted = {"ContentType": content_type, "ContentLength": size, "ServerSideEncryption": ENCRYPTION}
        return self._url("put_object", key, lifetime, wanted)

    def download_url(self, key: str, *, lifetime: timedelta) -> str:
        return self._url("get_object", key, lifetime, {})

    def begin(self, key: str, count: int) -> Beginning | None:
        """At most `count` first bytes, or None when there is no such object. One call.

        S3 says so only to those who may list the bucket; to others it answers 403.
        """
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key, Range=f"bytes=0-{count - 1}")
        except self.client.exceptions.NoSuchKey:
            return None
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidRange":
                raise
            return Beginning(first=b"", size=0)  # no range fits an empty object
        return Beginning(first=answer["Body"].read(), size=int(answer["ContentRange"].rpartition("/")[2]))

    def delete(self, key: str) -> None:
        """An object that is not there is no error."""
        self.client.delete_object(Bucket=self.name, Key=key)

    def _url(self, operation: str, key: str, lifetime: timedelta, wanted: Mapping[str, object]) -> str:
        named = {"Bucket": self.name, "Key": key, **wanted}
        return self.client.generate_presigned_url(operation, Params=named, ExpiresIn=int(lifetime.total_seconds()))


def upload_headers(content_type: str) -> dict[str, str]:
    """What an upload must send beside its length, which every HTTP client sends by itself."""
    return {"Content-Type": content_type, "x-amz-server-side-encryption": ENCRYPTION}

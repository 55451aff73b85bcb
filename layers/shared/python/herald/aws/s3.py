"""S3: the media bucket.

Files go in and out by presigned URLs. herald reads an upload in pieces, and offers the result under
another key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from herald.domain.values import frozen

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENCRYPTION: Final = "AES256"
CHUNK: Final = 262_144  # bytes of a file that are in memory while it passes through
# The address of the bucket's own region. The global address redirects while a bucket is young, and
# a redirect breaks the signature.
ADDRESS: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}


class Replaced(Exception):  # noqa: N818 - an answer to expect, not a fault
    """Another object lies under the key now, or none."""


@frozen
class Object:
    """One version of an object: its first bytes, and the size of the whole object in bytes."""

    key: str
    etag: str
    size: int
    first: bytes = field(repr=False)


class Bucket:
    """One bucket. Making a URL needs no call; every other method is one call."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def client(self) -> "S3Client":
        """The client, made on first use.

        Of all clients this one takes the longest to make, and a request that is refused needs none.
        """
        return boto3.client("s3", config=Config(signature_version="s3v4", s3=ADDRESS))

    def upload_url(self, key: str, *, content_type: str, size: int, lifetime: timedelta) -> str:
        """Return a URL that takes one PUT of exactly `size` bytes.

        The PUT must have the headers that `upload_headers` returns. The two headers and the size
        are signed.
        """
        wanted = {
            "ContentType": content_type,
            "ContentLength": size,
            "ServerSideEncryption": ENCRYPTION,
        }
        return self._url("put_object", key, lifetime, wanted)

    def download_url(self, key: str, *, lifetime: timedelta) -> str:
        return self._url("get_object", key, lifetime, {})

    def begin(self, key: str, count: int) -> Object | None:
        """Return the object with at most `count` first bytes, or None when there is none.

        S3 says that there is none only to callers that may list the bucket; others get a 403.
        """
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key, Range=f"bytes=0-{count - 1}")
        except self.client.exceptions.NoSuchKey:
            return None
        except ClientError as error:
            if code(error) != "InvalidRange":
                raise
            # No range fits an empty object.
            return Object(key=key, etag="", size=0, first=b"")
        size = int(answer["ContentRange"].rpartition("/")[2])
        return Object(key=key, etag=answer["ETag"], size=size, first=answer["Body"].read())

    def read(self, found: Object, at: int, count: int) -> bytes:
        """Return `count` bytes of this very version, from `at` on. Raises Replaced."""
        try:
            answer = self.client.get_object(
                Bucket=self.name,
                Key=found.key,
                Range=f"bytes={at}-{at + count - 1}",
                IfMatch=found.etag,
            )
        except ClientError as error:
            raise replaced(error) from error
        return answer["Body"].read()

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the object in chunks, in one call. Raises Replaced when there is none."""
        try:
            answer = self.client.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            raise replaced(error) from error
        yield from answer["Body"].iter_chunks(CHUNK)

    def copy(self, found: Object, key: str, content_type: str) -> None:
        """Copy this very version to another key. No byte passes through herald. Raises Replaced."""
        try:
            self.client.copy_object(
                Bucket=self.name,
                Key=key,
                CopySource={"Bucket": self.name, "Key": found.key},
                CopySourceIfMatch=found.etag,
                MetadataDirective="REPLACE",
                ContentType=content_type,
                ServerSideEncryption=ENCRYPTION,
            )
        except ClientError as error:
            raise replaced(error) from error

    def put(self, key: str, data: bytes, content_type: str) -> None:
        self.client.put_object(
            Bucket=self.name,
            Key=key,
            Body=data,
            ContentType=content_type,
            ServerSideEncryption=ENCRYPTION,
        )

    def delete(self, *keys: str) -> None:
        """Delete at most 1,000 objects. An object that does not exist is no error."""
        answer = self.client.delete_objects(
            Bucket=self.name, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        for error in answer.get("Errors", []):
            reason = error.get("Code", "")
            message = error.get("Message", "")
            raise ClientError({"Error": {"Code": reason, "Message": message}}, "DeleteObjects")

    def _url(
        self, operation: str, key: str, lifetime: timedelta, wanted: Mapping[str, object]
    ) -> str:
        parameters = {"Bucket": self.name, "Key": key, **wanted}
        return self.client.generate_presigned_url(
            operation, Params=parameters, ExpiresIn=int(lifetime.total_seconds())
        )


def code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def replaced(error: ClientError) -> Exception:
    """Return Replaced when the error means that, and else the error itself."""
    return Replaced() if code(error) in {"PreconditionFailed", "NoSuchKey"} else error


def upload_headers(content_type: str) -> dict[str, str]:
    """Return the headers that an upload must send beside its length.

    Every HTTP client sends the length by itself.
    """
    return {"Content-Type": content_type, "x-amz-server-side-encryption": ENCRYPTION}

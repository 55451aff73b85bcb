"""S3: an upload has arrived."""

from typing import Any
from urllib.parse import unquote_plus

from herald import runtime


def handler(event: dict[str, Any], _context: Any) -> None:
    runtime.logger()
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        runtime.media().arrived(key)

"""The work between API Gateway and every route.

It covers HEAD, trailing slashes, compression and the size limit of answers.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

# Bytes. A smaller answer fits one packet either way.
WORTH_COMPRESSING = 1024
# Bytes that Lambda accepts as an answer, less the bytes that it adds.
LARGEST = 6 * 1024 * 1024 - 64 * 1024
# No character takes more than six bytes.
SURELY_FITS = LARGEST // 6
GZIP = zlib.MAX_WBITS | 16

Event = dict[str, Any]
GatewayResponse = dict[str, Any]


def normal(event: Event) -> Event:
    """Return the event as the routes expect it: HEAD becomes GET, a trailing slash is removed."""
    context = event["requestContext"]
    request = context["http"]
    path = shorter(event["rawPath"])
    method = "GET" if request["method"] == "HEAD" else request["method"]
    http = {**request, "method": method, "path": path}
    return {**event, "rawPath": path, "requestContext": {**context, "http": http}}


def shorter(path: str) -> str:
    return path[:-1] if path.endswith("/") and path != "/" else path


def fits(body: str) -> bool:
    """Return whether Lambda accepts an answer with this body."""
    return len(body) < SURELY_FITS or len(json.dumps(body, ensure_ascii=False).encode()) < LARGEST


def finished(answer: GatewayResponse, event: Event) -> GatewayResponse:
    """Return the answer in its final form.

    A HEAD gets no body. The body is compressed if the caller accepts gzip.
    """
    raw = answer["body"].encode()
    if len(raw) <= WORTH_COMPRESSING:
        return without_body(answer) if asked_for_head(event) else answer
    headers = {**answer["headers"], "Vary": "Accept-Encoding"}
    request_headers = event.get("headers")
    packed = None
    if request_headers and takes_gzip(request_headers):
        packed = pack(raw)
    if packed:
        headers["Content-Encoding"] = "gzip"
        answer = {**answer, "body": base64.b64encode(packed).decode(), "isBase64Encoded": True}
    answer = {**answer, "headers": headers}
    return without_body(answer) if asked_for_head(event) else answer


def asked_for_head(event: Event) -> bool:
    return bool(event["requestContext"]["http"]["method"] == "HEAD")


def without_body(answer: GatewayResponse) -> GatewayResponse:
    return {**answer, "body": "", "isBase64Encoded": False}


def pack(raw: bytes) -> bytes | None:
    """Compress the bytes with gzip. Return None when the result is not shorter."""
    packing = zlib.compressobj(wbits=GZIP)
    packed = packing.compress(raw) + packing.flush()
    return packed if len(packed) < len(raw) else None


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Return whether the caller's Accept-Encoding allows gzip, by name or as `*`.

    Source: RFC 9110, section 12.5.3.
    """
    weights: dict[str, float] = {}
    for coding in headers.get("accept-encoding", "").lower().split(","):
        name, _, parameters = coding.partition(";")
        weights[name.strip()] = weight(parameters)
    for name in ("gzip", "x-gzip", "*"):
        if name in weights:
            return weights[name] > 0
    return False


def weight(parameters: str) -> float:
    """Return the `q` of `;q=0.5`, or 1 without a `q`."""
    name, _, value = parameters.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0

"""What stands between API Gateway and the routes, for all of them: HEAD, a trailing slash, compression, the largest answer."""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

WORTH_COMPRESSING = 1024  # bytes; below that a packet is a packet
LARGEST = 6 * 1024 * 1024 - 64 * 1024  # bytes that Lambda takes for an answer, less what it adds
SURELY_FITS = LARGEST // 6  # no character takes more than six bytes
GZIP = zlib.MAX_WBITS | 16

Event = dict[str, Any]
GatewayResponse = dict[str, Any]


def normal(event: Event) -> Event:
    """The event as the routes know it: HEAD is a GET, and a trailing slash says nothing."""
    context, asked = event["requestContext"], event["requestContext"]["http"]
    path = shorter(event["rawPath"])
    http = {
        **asked,
        "method": "GET" if asked["method"] == "HEAD" else asked["method"],
        "path": path,
    }
    return {**event, "rawPath": path, "requestContext": {**context, "http": http}}


def shorter(path: str) -> str:
    return path[:-1] if path.endswith("/") and path != "/" else path


def fits(body: str) -> bool:
    """Whether Lambda takes an answer with this body."""
    return len(body) < SURELY_FITS or len(json.dumps(body, ensure_ascii=False).encode()) < LARGEST


def finished(answer: GatewayResponse, event: Event) -> GatewayResponse:
    """The answer as it leaves: without its body where HEAD asked, compressed where the caller takes it."""
    raw = answer["body"].encode()
    if len(raw) <= WORTH_COMPRESSING:
        return without_body(answer) if asked_for_head(event) else answer
    headers = {**answer["headers"], "Vary": "Accept-Encoding"}
    packed = pack(raw) if takes_gzip(event.get("headers") or {}) else None
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
    """The bytes as gzip, None when that is not shorter."""
    packing = zlib.compressobj(wbits=GZIP)
    packed = packing.compress(raw) + packing.flush()
    return packed if len(packed) < len(raw) else None


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """What the caller's Accept-Encoding says of gzip, by name or as `*`. Source: RFC 9110, section 12.5.3."""
    said = headers.get("accept-encoding", "").lower().split(",")
    weights = {
        name.strip(): weight(parameters)
        for name, _, parameters in (each.partition(";") for each in said)
    }
    return next((weights[name] for name in ("gzip", "x-gzip", "*") if name in weights), 0.0) > 0


def weight(parameters: str) -> float:
    """The `q` of `;q=0.5`, 1 when none is said."""
    name, _, value = parameters.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0

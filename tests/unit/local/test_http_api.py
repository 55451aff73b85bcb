"""local/http_api.py: the line in the log, and how a body is read."""

import email.message
import gzip
import io
import json

import pytest

from local.gateway import Answer
from local.http_api import LARGEST_REQUEST, read_body, refusal

# --- The line in the log --------------------------------------------------------------------------

REFUSED = {
    "error": {
        "code": "VALIDATION_ERROR",
        "message": "m",
        "details": {"field": "content"},
        "requestId": "r",
    }
}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, REFUSED, {"code": "VALIDATION_ERROR", "field": "content"}),
        (
            404,
            {"error": {"code": "NOT_FOUND", "message": "m", "requestId": "r"}},
            {"code": "NOT_FOUND"},
        ),
        (404, {"message": "Not Found"}, {}),
        (500, ["error"], {}),
        (200, REFUSED, {}),
    ],
)
def test_a_refusal_says_its_code_and_its_field(
    status: int, body: object, said: dict[str, str]
) -> None:
    plain = json.dumps(body).encode()

    assert refusal(Answer(status, plain, {})) == said
    assert refusal(Answer(status, gzip.compress(plain), {"content-encoding": "gzip"})) == said


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"", "identity"),
        (b"\xff", "identity"),
        (b"{}", "gzip"),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip"),
    ],
)
def test_an_answer_that_is_none_of_heralds_says_nothing(body: bytes, encoding: str) -> None:
    assert refusal(Answer(502, body, {"content-encoding": encoding})) == {}


# --- Bodies ---------------------------------------------------------------------------------------


def body_of(headers: dict[str, str], data: bytes) -> bytes | None:
    message = email.message.Message()
    for name, value in headers.items():
        message[name] = value
    stream = io.BytesIO(data)
    return read_body(message, stream.read, stream.readline)


def test_a_body_is_as_long_as_it_says() -> None:
    assert body_of({"Content-Length": "3"}, b"abcdef") == b"abc"
    assert body_of({}, b"the next request") == b""


def test_a_chunked_body_is_put_together() -> None:
    chunks = b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n"

    assert body_of({"Transfer-Encoding": "chunked"}, chunks) == b"abcde"


def test_a_body_over_ten_megabytes_is_read_away() -> None:
    assert body_of({"Content-Length": str(LARGEST_REQUEST + 1)}, b"x") is None
    assert body_of({"Transfer-Encoding": "chunked"}, b"a00001\r\n") is None


@pytest.mark.parametrize("length", ["many", "-1"])
def test_a_length_that_makes_no_sense_is_refused(length: str) -> None:
    with pytest.raises(ValueError, match=r"literal|negative"):
        body_of({"Content-Length": length}, b"")

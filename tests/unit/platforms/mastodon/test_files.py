"""Files at an instance."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser

import pytest

from herald.domain.errors import MediaError, PublishError, TransientError
from herald.domain.outcomes import Preparing
from herald.net.client import Response
from herald.platforms.mastodon.files import FileState, multipart, state_of, with_files
from herald.platforms.protocol import Attached, Session
from tests.fakes.http import reply, scripted
from tests.outgoing import giving, media, outgoing
from tests.unit.platforms.mastodon.samples import PUBLICATION, instance

FILE = media("1")


def read(boundary: str, body: bytes) -> Iterator[tuple[object, object, object]]:
    """The form's parts, as a stock parser of MIME reads them: name, file's name, content."""
    head = f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n".encode()
    for part in BytesParser().parsebytes(head + body).walk():
        if not part.is_multipart():
            assert isinstance(part, Message)
            yield (
                part.get_param("name", header="content-disposition"),
                part.get_filename(),
                part.get_payload(decode=True),
            )


@pytest.mark.parametrize("alt", [None, "Our shop at night. 🚀"])
def test_a_form_has_the_file_and_what_it_shows(alt: str | None) -> None:
    form = multipart("herald-1", outgoing(b"\xff\xd8\r\n--a"), alt)

    body = b"".join(form.chunks())

    shown = [("description", None, alt.encode())] if alt else []
    assert list(read("herald-1", body)) == [*shown, ("file", "file.jpg", b"\xff\xd8\r\n--a")]
    assert form.size == len(body)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (reply(200, {}), FileState.READY),
        (reply(206, {}), FileState.WORKING),
        (reply(404, {}), FileState.GONE),
    ],
)
def test_an_instance_says_how_far_a_file_is(answer: Response, state: FileState) -> None:
    http = scripted(answer)

    assert state_of(instance(http), "7") is state
    assert http.requests[0].url == "https://social.example/api/v1/media/7?lang=en"


@pytest.mark.parametrize(("status", "error"), [(422, MediaError), (503, TransientError)])
def test_a_file_that_an_instance_cannot_read_is_the_files_fault_and_nothing_else_is(
    status: int, error: type[PublishError]
) -> None:
    with pytest.raises(error):
        state_of(instance(scripted(reply(status, {"error": "Could not read it"}))), "7")


def test_a_file_that_is_gone_there_is_uploaded_anew(session: Session) -> None:
    publication = replace(PUBLICATION, media=(Attached(media=FILE),))
    filed = replace(session, file=giving({FILE.id: outgoing(b"one")}))
    http = scripted(reply(404, {}), reply(202, {"id": "8"}), reply(200, {}))

    working = with_files(instance(http), publication, filed, {"media": '["7"]'})
    assert isinstance(working, Preparing)
    ready = with_files(instance(http), publication, filed, working.handle)

    assert working.handle == ready == {"media": '["8"]'}

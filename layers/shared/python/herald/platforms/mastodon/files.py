"""Files at an instance.

Each is uploaded once, processed there for a while, and belongs to one status at most.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import chain

from herald.domain.errors import MediaError, PublishError, TransientError
from herald.domain.media import ContentType
from herald.domain.outcomes import Preparing
from herald.net.client import StreamedBody
from herald.platforms.calls import UPLOADING, data, text_in
from herald.platforms.mastodon.instance import ENGLISH, Instance
from herald.platforms.protocol import Attached, Outgoing, Publication, Session

POLL_AFTER = 2.0
EXTENSIONS = {
    ContentType.JPEG: "jpg",
    ContentType.PNG: "png",
    ContentType.GIF: "gif",
    ContentType.WEBP: "webp",
    ContentType.MP4: "mp4",
    ContentType.QUICKTIME: "mov",
    ContentType.WEBM: "webm",
    ContentType.AVI: "avi",
    ContentType.PDF: "pdf",
}


class FileState(StrEnum):
    """The state of an uploaded file that no status has."""

    READY = "ready"
    WORKING = "working"
    GONE = "gone"


STATES = {200: FileState.READY, 206: FileState.WORKING, 404: FileState.GONE}


def with_files(
    instance: Instance, publication: Publication, session: Session, handle: Mapping[str, str]
) -> Mapping[str, str] | Preparing:
    """Upload the files that the instance does not have. Return Preparing while it processes one."""
    ids: list[str | None] = [None] * len(publication.media)
    if "media" in handle:
        ids = json.loads(handle["media"])
    states = []
    for number, attached in enumerate(publication.media):
        media_id = ids[number]
        state = state_of(instance, media_id) if media_id else FileState.GONE
        if state is FileState.GONE and instance.calls.time_left < UPLOADING / 2:
            return waiting(handle, ids, 0, TransientError("Mastodon took the files too slowly."))
        if state is FileState.GONE:
            ids[number], state = upload(instance, session, attached)
        states.append(state)
    if FileState.WORKING in states:
        error = MediaError("Mastodon was still working on the files after an hour.")
        return waiting(handle, ids, POLL_AFTER, error)
    return {**handle, "media": json.dumps(ids)}


def upload(instance: Instance, session: Session, attached: Attached) -> tuple[str, FileState]:
    file = session.file(attached.media)
    boundary = f"herald-{secrets.token_hex(16)}"
    body = multipart(boundary, file, attached.alt)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    response = instance.ask("POST", f"/api/v2/media?{ENGLISH}", headers=headers, body=body)
    if response.status == 413:
        raise MediaError(instance.calls.quote(response, text_in(data(response), "error")))
    media_id = text_in(data(response), "id")
    if response.status not in {200, 202} or not media_id:
        raise instance.refusal(response)
    return media_id, FileState.READY if response.status == 200 else FileState.WORKING


def state_of(instance: Instance, media_id: str) -> FileState:
    """Ask for the state of a file. Raises MediaError if the instance could not process it."""
    response = instance.ask("GET", f"/api/v1/media/{media_id}?{ENGLISH}")
    if response.status == 422:
        raise MediaError(instance.calls.quote(response, text_in(data(response), "error")))
    if response.status not in STATES:
        raise instance.refusal(response)
    return STATES[response.status]


def multipart(boundary: str, outgoing: Outgoing, alt: str | None) -> StreamedBody:
    """Return a form with the file and its description. The file is read as it is sent.

    Source: RFC 7578.
    """
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    description = f'{part}"description"\r\n\r\n{alt}\r\n' if alt else ""
    content_type = outgoing.file.content_type
    name = f'"file"; filename="file.{EXTENSIONS[content_type]}"'
    head = f"{description}{part}{name}\r\nContent-Type: {content_type}\r\n\r\n".encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    return StreamedBody(
        size=len(head) + outgoing.body.size + len(tail),
        chunks=lambda: chain([head], outgoing.body.chunks(), [tail]),
    )


def waiting(
    handle: Mapping[str, str], ids: Sequence[str | None], poll_after: float, error: PublishError
) -> Preparing:
    known = {**handle, "media": json.dumps(ids)}
    return Preparing(handle=known, poll_after=poll_after, error=error)

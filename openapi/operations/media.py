"""Media."""

from openapi.answers import lists, media
from openapi.operations.operation import Operation

OPERATIONS = {
    "upload": Operation(
        "uploadMedia",
        "Ask where to upload a file",
        media.Upload,
        description="PUT the file to `uploadUrl` with `uploadHeaders`. The URL binds the type and "
        "the exact length of the file.",
    ),
    "register": Operation(
        "registerMedia",
        "Register a file that lies elsewhere",
        media.Media,
        description="The media is READY at once. herald learns its size, dimensions and problems "
        "soon after, from the first bytes of the file.",
    ),
    "refresh": Operation(
        "refreshUpload",
        "Ask anew where to upload a file that has not come",
        media.Upload,
    ),
    "index": Operation(
        "listMedia",
        "List the files",
        media.MediaList,
    ),
    "read": Operation(
        "readMedia",
        "Read a file",
        media.Media,
    ),
    "delete": Operation(
        "deleteMedia",
        "Delete a file",
        lists.Removed,
        description="This is a conflict while a post needs the media and waits for approval, is "
        "scheduled or is going out. `details.postId` names the post.",
    ),
}

"""Media."""

from openapi.answers import lists, media
from openapi.operations.operation import Operation

OPERATIONS = {
    "upload": Operation(
        "uploadMedia",
        "Ask where to upload a file",
        media.Upload,
        description="PUT the file to `uploadUrl` with `uploadHeaders`; the URL binds its type and exact length.",
    ),
    "register": Operation(
        "registerMedia",
        "Register a file that lies elsewhere",
        media.Media,
        description="READY at once. Size, dimensions and what is wrong with it are learnt soon after, from its first bytes.",
    ),
    "refresh": Operation(
        "refreshUpload",
        "Ask anew where to upload a file that has not come",
        media.Upload,
    ),
    "index": Operation(
        "listMedia",
        "List the media",
        media.MediaList,
    ),
    "read": Operation(
        "readMedia",
        "Read a media",
        media.Media,
    ),
    "delete": Operation(
        "deleteMedia",
        "Delete a media",
        lists.Removed,
        description="Not while a post that waits for approval, is scheduled or is going out needs it: `details.postId` names it.",
    ),
}

"""Posts."""

from herald.api.voxburst.bulk import MAX_BULK
from openapi.answers import bulk, lists, posts, targets, validation
from openapi.operations.operation import Operation

OPERATIONS = {
    "create": Operation(
        "createPost",
        "Create a post",
        posts.Post,
        description="Without `scheduledFor` it is a draft, with it scheduled; `publishNow` publishes it at once.",
    ),
    "bulk": Operation(
        "createPosts",
        f"Create up to {MAX_BULK} posts",
        bulk.Bulk,
        description="Each is judged alone: 201 when all were created, 207 when some, 422 when none. `dryRun` stores nothing.",
    ),
    "validate": Operation(
        "validatePost",
        "Ask what each platform would say to a post",
        validation.Verdicts,
        description="Nothing is stored.",
    ),
    "index": Operation(
        "listPosts",
        "List the posts, newest first, or by the time they are due",
        posts.Posts,
        description="`from` and `to` filter by creation, `scheduledFrom` and `scheduledTo` by "
        "`scheduledFor`, and sort by it. Archived ones are hidden unless `status` is "
        "`archived` or `all`.",
    ),
    "read": Operation(
        "readPost",
        "Read a post",
        posts.Post,
    ),
    "results": Operation(
        "readResults",
        "Where a post is, network by network",
        targets.Results,
    ),
    "edit": Operation(
        "editPost",
        "Edit a post, or archive it",
        posts.Post,
        description="A draft or scheduled post: everything; of one that is `pending_approval` "
        "the approval starts again. A failed or partial one: its words, for the "
        "targets that are not published. `scheduledFor: null` takes its time away; "
        "`status` may only be `archived`.",
    ),
    "delete": Operation(
        "deletePost",
        "Delete a post",
        lists.Removed,
        description="Draft, scheduled, cancelled and failed ones only.",
    ),
    "submit": Operation(
        "submitPost",
        "Submit a draft to the workspace's approval workflow",
        posts.Post,
        description="It is then `pending_approval`. Without a workflow this is a conflict.",
    ),
    "approve": Operation(
        "approvePost",
        "Approve a step of a submitted post",
        posts.Post,
        description="The approver is `approverId`, or else the calling key. Optional steps "
        "before theirs are passed over. The last approve makes the post `scheduled`, "
        "or `publishing` when it has no time or that has passed.",
    ),
    "reject": Operation(
        "rejectPost",
        "Return a submitted post to draft, with a comment",
        posts.Post,
    ),
    "publish": Operation(
        "publishPost",
        "Publish a post at once",
        posts.Post,
    ),
    "cancel": Operation(
        "cancelPost",
        "Cancel a post",
        posts.Post,
    ),
    "retry": Operation(
        "retryPost",
        "Send failed targets again",
        posts.Post,
        description="All of them, or those in `destinationIds`. One whose outcome is unknown only with `acknowledgeUnknown`.",
    ),
    "fix": Operation(
        "fixTarget",
        "Send a failed target again, its attempts at 0, with other words or another file if given",
        posts.Post,
        description="The file at `mediaUrl` is registered, and goes out in place of those of the part that failed.",
    ),
    "unpublish": Operation(
        "unpublishPost",
        "Mark a post as unpublished",
        posts.Post,
        description="At the networks it stays.",
    ),
}

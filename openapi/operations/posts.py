"""Posts."""

from herald.api.voxburst.bulk import MAX_BULK
from openapi.answers import bulk, lists, posts, targets, validation
from openapi.operations.operation import Operation

OPERATIONS = {
    "create": Operation(
        "createPost",
        "Create a post",
        posts.Post,
        description="Without `scheduledFor` the post is a draft. With it, the post is scheduled. "
        "`publishNow` publishes the post at once.",
    ),
    "bulk": Operation(
        "createPosts",
        f"Create up to {MAX_BULK} posts",
        bulk.Bulk,
        description="Each post is judged alone. The status is 201 when all were created, 207 when "
        "some were, and 422 when none was. `dryRun` stores nothing.",
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
        description="`from` and `to` filter by the time of creation. `scheduledFrom` and "
        "`scheduledTo` filter and sort by `scheduledFor`. Archived posts are hidden unless "
        "`status` is `archived` or `all`.",
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
        description="Everything in a draft or scheduled post can change. An edit of a post that "
        "is `pending_approval` starts its approval again. In a failed or partial post only the "
        "content can change, for the targets that are not published. `scheduledFor: null` "
        "removes the time. `status` may only be `archived`.",
    ),
    "delete": Operation(
        "deletePost",
        "Delete a post",
        lists.Removed,
        description="Only draft, scheduled, cancelled and failed posts can be deleted.",
    ),
    "submit": Operation(
        "submitPost",
        "Submit a draft to the workspace's approval workflow",
        posts.Post,
        description="The post is then `pending_approval`. Without a workflow this is a conflict.",
    ),
    "approve": Operation(
        "approvePost",
        "Approve a step of a submitted post",
        posts.Post,
        description="The approver is `approverId`, or else the calling key. Optional steps "
        "before the approver's step are skipped. The last approval makes the post `scheduled`, "
        "or `publishing` when the post has no time or its time has passed.",
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
        description="herald sends every failed target again, or only the targets in "
        "`destinationIds`. It sends a target whose outcome is unknown only with "
        "`acknowledgeUnknown`.",
    ),
    "fix": Operation(
        "fixTarget",
        "Send a failed target again, its attempts at 0, with other words or another file if given",
        posts.Post,
        description="The file at `mediaUrl` is registered. It replaces the files of the part that "
        "failed.",
    ),
    "unpublish": Operation(
        "unpublishPost",
        "Mark a post as unpublished",
        posts.Post,
        description="The post stays at the networks.",
    ),
}

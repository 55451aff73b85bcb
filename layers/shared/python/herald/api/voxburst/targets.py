"""A post's targets on the wire. Source: the contract, section 3."""

from herald.api.voxburst.words import filled
from herald.domain import backoff, posts, times
from herald.domain.posts import Post
from herald.domain.targets import Failure, Kind, Target, TargetStatus


def target_view(post: Post, target: Target) -> dict[str, object]:
    return {
        "postPlatformId": target.id,
        "platform": target.platform,
        "accountId": target.account_id,
        "accountName": target.account_name,
        "status": target.status,
        "attempts": target.attempts,
        "maxAttempts": backoff.MAX_PUBLISH_ATTEMPTS,
        "nextRetryAt": next_retry(target),
        "platformPostId": target.platform_post_id,
        "platformPostUrl": target.url,
        "publishedAt": times.optional(target.published_at),
        "threadPosts": [
            {"platformPostId": part.platform_post_id, "platformPostUrl": part.url}
            for part in target.parts[1:]
        ],
        **follow_ups(post, target),
        "error": failure_view(target.failure) if target.failure else None,
    }


def follow_ups(post: Post, target: Target) -> dict[str, object]:
    """Return the state of the first comment and of the deletion.

    The comment is there once the post is live, the deletion once it was requested.
    """
    comment = posts.follow_up_of(post, target, Kind.COMMENT)
    deletion = posts.follow_up_of(post, target, Kind.DELETION)
    return {
        "firstComment": comment_view(comment) if comment else None,
        "deletion": deletion_view(deletion) if deletion else None,
    }


DELETION = {TargetStatus.PUBLISHING: "deleting", TargetStatus.UNPUBLISHED: "deleted"}


def comment_view(comment: Target) -> dict[str, object]:
    return {
        **progress(comment),
        "platformPostId": comment.platform_post_id,
        "platformPostUrl": comment.url,
    }


def deletion_view(deletion: Target) -> dict[str, object]:
    status = DELETION.get(deletion.status, deletion.status)
    return {**progress(deletion), "status": status}


def progress(task: Target) -> dict[str, object]:
    return {
        "status": task.status,
        "attempts": task.attempts,
        "nextRetryAt": next_retry(task),
        "error": failure_view(task.failure) if task.failure else None,
    }


def failure_view(failure: Failure) -> dict[str, object]:
    return {
        "code": failure.code,
        "message": failure.message,
        "category": failure.category,
        "retryable": failure.retryable,
        "remediation": filled(failure.remediation),
    }


def results(post: Post) -> dict[str, object]:
    destinations = [destination(post, target) for target in post.targets.values()]
    return {"postId": post.id, "status": post.status, "destinations": destinations}


def destination(post: Post, target: Target) -> dict[str, object]:
    return {
        "id": target.id,
        "platform": target.platform,
        "accountId": target.account_id,
        "accountName": target.account_name,
        "status": target.status,
        "url": target.url,
        "platformPostId": target.platform_post_id,
        "error": failure_view(target.failure) if target.failure else None,
        "attempts": target.attempts,
        "nextRetryAt": next_retry(target),
        "publishedAt": times.optional(target.published_at),
        **follow_ups(post, target),
    }


def next_retry(target: Target) -> str | None:
    """Return the time of the next automatic attempt.

    For a failed target, this is the time when the network's quota is available again.
    """
    if target.status is TargetStatus.RETRYING:
        return times.optional(target.due)
    return times.optional(target.failure.retry_at) if target.failure else None

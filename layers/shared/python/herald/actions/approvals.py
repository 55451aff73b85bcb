"""Approvals: submit a draft, approve it step by step, reject it."""

from datetime import datetime

from herald.actions.posts import Act, Pair, Posts, not_past
from herald.domain import approvals
from herald.domain.accounts import Owner
from herald.domain.api_keys import ApiKey
from herald.domain.errors import OvertakenError
from herald.domain.posts import Post, PostStatus, Words
from herald.domain.values import frozen
from herald.store.workspaces import WorkspaceStore


@frozen
class Approvals:
    """The use cases of approvals: acts on a post, each one write."""

    posts: Posts
    workspaces: WorkspaceStore

    def submit(self, post_id: str, owner: Owner, act: Act) -> Pair:
        """A draft that could be published begins to wait for its approvers.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError; and as every act, AlreadyAnswered.
        """

        def hand_in(post: Post, words: Words, now: datetime) -> Pair:
            workspace = self.workspaces.read(owner.workspace_id)
            submitted = approvals.submit(post, workspace.workflow if workspace else (), now)
            if post.scheduled_for:
                not_past(post.scheduled_for, now)
            self.posts.ready(post, words)
            return submitted, words

        return self.posts.perform(post_id, owner, act, hand_in)

    def approve(self, post_id: str, approver_id: str | None, comment: str | None, act: Act, *, by: ApiKey) -> Pair:
        """One step done; the last one sends the post on its way, if it still could be published.

        Of two approvers at the same moment both count: the later one decides on what the other left. Raises ForbiddenError, and
        what `submit` raises.
        """
        approver = approvals.approver(approver_id, by.id)

        def advance(post: Post, words: Words, now: datetime) -> Pair:
            advanced = approvals.approve(post, approver, comment, now)
            if advanced.status is not PostStatus.PENDING_APPROVAL:
                self.posts.ready(advanced, words)
            return advanced, words

        while True:
            try:
                return self.posts.perform(post_id, by.owner, act, advance, events=approvals.approved)
            except OvertakenError:
                continue

    def reject(self, post_id: str, comment: str | None, act: Act, *, by: ApiKey) -> Pair:
        """A draft again. Whoever may write posts may do so. Raises NotFoundError, ConflictError."""
        return self.posts.perform(
            post_id, by.owner, act, lambda post, words, now: (approvals.reject(post, by.id, comment, now), words)
        )

"""Approvals: submit a draft, approve it step by step, reject it."""

from dataclasses import replace
from datetime import datetime

from herald.actions.posts import Act, Posts, Seen, not_past
from herald.domain import approvals, workflow
from herald.domain.api_keys import ApiKey
from herald.domain.errors import OvertakenError
from herald.domain.owners import Owner
from herald.domain.posts import PostStatus
from herald.domain.values import frozen
from herald.store.workspaces import WorkspaceStore


@frozen
class Approvals:
    """The use cases of approvals: acts on a post, each one write."""

    posts: Posts
    workspaces: WorkspaceStore

    def submit(self, post_id: str, owner: Owner, act: Act) -> Seen:
        """A draft that could be published begins to wait for its approvers.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError; and as every act, AlreadyAnswered.
        """

        def hand_in(seen: Seen, now: datetime) -> Seen:
            workspace = self.workspaces.read(owner.workspace_id)
            submitted = workflow.submit(seen.post, workspace.workflow_in(owner.mode) if workspace else (), now)
            if seen.post.scheduled_for:
                not_past(seen.post.scheduled_for, now)
            self.posts.ready(seen)
            return replace(seen, post=submitted)

        return self.posts.perform(post_id, owner, act, hand_in)

    def approve(self, post_id: str, approver_id: str | None, comment: str | None, act: Act, *, by: ApiKey) -> Seen:
        """One step done; the last one sends the post on its way, if it still could be published.

        Of two approvers at the same moment both count: the later one decides on what the other left. Raises ForbiddenError, and
        what `submit` raises.
        """
        approver = approvals.approver(approver_id, by.id)

        def advance(seen: Seen, now: datetime) -> Seen:
            advanced = replace(seen, post=workflow.approve(seen.post, approver, comment, now))
            if advanced.post.status is not PostStatus.PENDING_APPROVAL:
                self.posts.ready(advanced)
            return advanced

        while True:
            try:
                return self.posts.perform(post_id, by.owner, act, advance, events=workflow.approved)
            except OvertakenError:
                continue

    def reject(self, post_id: str, comment: str | None, act: Act, *, by: ApiKey) -> Seen:
        """A draft again. Whoever may write posts may do so. Raises NotFoundError, ConflictError."""

        def send_back(seen: Seen, now: datetime) -> Seen:
            return replace(seen, post=workflow.reject(seen.post, by.id, comment, now))

        return self.posts.perform(post_id, by.owner, act, send_back)

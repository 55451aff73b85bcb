"""Approvals: submit a draft, approve it step by step, reject it."""

from dataclasses import replace

from herald.actions.lifecycle import Lifecycle, PostDetails, check_not_past
from herald.domain import approvals, workflow
from herald.domain.api_keys import ApiKey
from herald.domain.errors import PostChangedError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.domain.posts import PostStatus
from herald.domain.values import frozen
from herald.store.workspaces import WorkspaceStore


@frozen
class Approvals:
    """The use cases of approvals: acts on a post, each one write."""

    lifecycle: Lifecycle
    workspaces: WorkspaceStore

    def submit(
        self, post_id: str, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Send a draft that could be published to its approvers.

        Raises ValidationError, UnprocessableError, and what every act raises.
        """
        now = self.lifecycle.now()
        with self.lifecycle.replaying(owner, request.key):
            before = self.lifecycle.get(post_id, owner)
            workspace = self.workspaces.get(owner.workspace_id)
            steps = workspace.workflow_in(owner.mode) if workspace else ()
            submitted = workflow.submit(before.post, steps, now)
            if before.post.scheduled_for:
                check_not_past(before.post.scheduled_for, now)
            self.lifecycle.check_ready(before)
        return self.lifecycle.save(before, replace(before, post=submitted), request)

    def approve(
        self,
        post_id: str,
        approver_id: str | None,
        comment: str | None,
        request: IdempotentRequest[PostDetails],
        *,
        by: ApiKey,
    ) -> PostDetails:
        """Approve one step. The last step sends the post, if it could still be published.

        Two approvals at the same moment both count: the later one is decided again on the post
        that the other one left. Raises ForbiddenError, and what `submit` raises.
        """
        approver = approvals.approver(approver_id, by.id)
        while True:
            try:
                return self._approve(post_id, approver, comment, request, by=by)
            except PostChangedError:
                continue

    def _approve(
        self,
        post_id: str,
        approver: str,
        comment: str | None,
        request: IdempotentRequest[PostDetails],
        *,
        by: ApiKey,
    ) -> PostDetails:
        now = self.lifecycle.now()
        with self.lifecycle.replaying(by.owner, request.key):
            before = self.lifecycle.get(post_id, by.owner)
            approved = workflow.approve(before.post, approver, comment, now)
            after = replace(before, post=approved)
            if approved.status is not PostStatus.PENDING_APPROVAL:
                self.lifecycle.check_ready(after)
        events = workflow.approved(after.post, after.words, now)
        return self.lifecycle.save(before, after, request, events)

    def reject(
        self,
        post_id: str,
        comment: str | None,
        request: IdempotentRequest[PostDetails],
        *,
        by: ApiKey,
    ) -> PostDetails:
        """Make a post a draft again. Every key that may write posts may reject."""
        now = self.lifecycle.now()
        with self.lifecycle.replaying(by.owner, request.key):
            before = self.lifecycle.get(post_id, by.owner)
            rejected = workflow.reject(before.post, by.id, comment, now)
        return self.lifecycle.save(before, replace(before, post=rejected), request)

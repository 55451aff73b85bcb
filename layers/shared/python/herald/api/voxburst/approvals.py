"""Approvals on the wire: bodies in, a post's `approval` out.

Source: the contract, section 3.
"""

from typing import Annotated

from pydantic import Field

from herald.api.edge.schema import ApproverId
from herald.api.voxburst.models import Body
from herald.domain import times
from herald.domain.approvals import Approval, Review

Comment = Annotated[str, Field(max_length=1_000)]


class Approve(Body):
    comment: Comment | None = None
    """A comment on the post."""
    approver_id: ApproverId | None = None
    """The approver. Without this field, the calling key approves."""


class Reject(Body):
    comment: Comment | None = None
    """The reason for the rejection."""


def view(approval: Approval) -> dict[str, object]:
    current = approval.current
    return {
        "id": approval.id,
        "status": approval.status,
        "step": current.step.order if current else None,
        "steps": [review_view(review) for review in approval.reviews],
        "note": approval.note,
    }


def review_view(review: Review) -> dict[str, object]:
    return {
        "order": review.step.order,
        "role": review.step.role,
        "approverIds": review.step.approver_ids,
        "required": review.step.required,
        "status": review.status,
        "approverId": review.approver_id,
        "comment": review.comment,
        "at": times.optional(review.at),
    }

"""Approvals on the wire: bodies in, a post's `approval` out. Source: the contract, section 3."""

from typing import Annotated

from pydantic import Field

from herald.api.edge.schema import ApproverId
from herald.api.voxburst.models import Body
from herald.domain import times
from herald.domain.approvals import Approval, Review

Comment = Annotated[str, Field(max_length=1_000)]


class Approve(Body):
    comment: Comment | None = None
    """What is said about it."""
    approver_id: ApproverId | None = None
    """Who decides; left out, the calling key."""


class Reject(Body):
    comment: Comment | None = None
    """Why it is returned."""


def view(approval: Approval) -> dict[str, object]:
    return {
        "id": approval.id,
        "status": approval.status,
        "step": approval.current and approval.current.step.order,
        "steps": [review(each) for each in approval.reviews],
        "note": approval.note,
    }


def review(of: Review) -> dict[str, object]:
    return {
        "order": of.step.order,
        "role": of.step.role,
        "approverIds": of.step.approver_ids,
        "required": of.step.required,
        "status": of.status,
        "approverId": of.approver_id,
        "comment": of.comment,
        "at": times.optional(of.at),
    }

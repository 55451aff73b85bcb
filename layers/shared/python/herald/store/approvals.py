"""Approvals in the table. An approval is a part of its post's state."""

from herald.aws.dynamodb import Item
from herald.domain.approvals import Approval, Review, ReviewStatus
from herald.store import rows
from herald.store.workspaces import step_of, step_row


def approval_row(approval: Approval) -> Item:
    row = {
        "id": approval.id,
        "reviews": [review_row(review) for review in approval.reviews],
        "note": approval.note,
    }
    return rows.without_none(row)


def approval_of(row: Item) -> Approval:
    return Approval(
        id=row["id"], reviews=tuple(map(review_of, row["reviews"])), note=row.get("note")
    )


def review_row(review: Review) -> Item:
    decided = {
        "approver": review.approver_id,
        "comment": review.comment,
        "at": rows.time_text(review.at),
    }
    row = step_row(review.step) | {"status": review.status}
    return row | rows.without_none(decided)


def review_of(row: Item) -> Review:
    return Review(
        step=step_of(row),
        status=ReviewStatus(row["status"]),
        approver_id=row.get("approver"),
        comment=row.get("comment"),
        at=rows.time(row, "at"),
    )

"""Messages: jobs as the queues carry them."""

from datetime import timedelta

from herald.aws.sqs import Message
from herald.domain.jobs import DeliveryJob, MediaJob, PublishJob


def message(job: PublishJob | DeliveryJob | MediaJob, early: timedelta = timedelta()) -> Message:
    """Return the job's message. It arrives in the second in which the job is due, never before.

    A delivery's group is its workspace, because the queue shares its workers fairly among groups.
    """
    group = job.owner.workspace_id if isinstance(job, DeliveryJob) else None
    whole_seconds = -(-early // timedelta(seconds=1))
    return Message(body=job.to_body(), delay=whole_seconds, group=group)

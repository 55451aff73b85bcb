"""Messages: jobs on their way to their workers."""

from datetime import timedelta

from herald.aws.sqs import Message
from herald.domain.jobs import DeliveryJob, MediaJob, PublishJob


def message(job: PublishJob | DeliveryJob | MediaJob, early: timedelta = timedelta()) -> Message:
    """Say the job so that it arrives in the second in which it is due, never before it.

    A delivery's group is its workspace: the queue shares its workers fairly among groups.
    """
    group = job.owner.workspace_id if isinstance(job, DeliveryJob) else None
    return Message(body=job.to_body(), delay=-(-early // timedelta(seconds=1)), group=group)

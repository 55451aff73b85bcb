"""Lanes: the queues in which deliveries wait.

One queue is for receivers that answer soon, the other one for receivers that were slow lately.
"""

from collections.abc import Sequence

from herald.aws.sqs import Message, Queue
from herald.domain.lanes import Lane
from herald.domain.values import frozen


@frozen
class Lanes:
    """Both lanes. Each has a queue and a function of its own, and a message names its lane."""

    fast: Queue
    slow: Queue

    def offer(self, messages: Sequence[Message]) -> None:
        """Send the messages of each lane, as `Queue.offer` does."""
        for lane, queue in ((Lane.FAST, self.fast), (Lane.SLOW, self.slow)):
            queue.offer(
                [
                    message
                    for message in messages
                    if Lane(message.body.get("lane", Lane.FAST)) is lane
                ]
            )

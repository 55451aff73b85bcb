"""Where deliveries wait: one queue for receivers that answer soon, one for those that lately did not."""

from collections.abc import Sequence

from herald.aws.sqs import Message, Queue
from herald.domain.lanes import Lane
from herald.domain.values import frozen


@frozen
class Lanes:
    """Each a queue and a function of its own; a message says which lane is its own."""

    fast: Queue
    slow: Queue

    def offer(self, messages: Sequence[Message]) -> None:
        """As `Queue.offer`."""
        for lane, queue in ((Lane.FAST, self.fast), (Lane.SLOW, self.slow)):
            queue.offer(
                [each for each in messages if Lane(each.body.get("lane", Lane.FAST)) is lane]
            )

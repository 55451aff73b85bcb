"""Notices: an endpoint that fails too often is disabled, and its owner is told before and then.

They ride on the change itself: the write that counts the fifth failure, or disables, is what the table's stream carries here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from herald.aws.ses import Mailer, RefusedError
from herald.domain import notices
from herald.domain.endpoints import Endpoint
from herald.domain.notices import Calls, Letter, Notice
from herald.domain.values import frozen
from herald.store.notices import endpoint_in

if TYPE_CHECKING:
    from herald.aws.sns import Topic
    from herald.store.endpoints import EndpointStore
    from herald.store.notices import NoticeStore

log = logging.getLogger("herald.notices")


@frozen
class EndpointMonitor:
    """Watches endpoints fail. Without a mailer, or without an owner's address, notices go to the topic.

    `calls` writes the calls that a notice proposes.
    """

    endpoints: EndpointStore
    store: NoticeStore
    mailer: Mailer | None
    topic: Topic
    calls: Calls
    now: Callable[[], datetime]

    def handle(self, changed: Sequence[Endpoint]) -> None:
        """Each endpoint as a change left it, in their order. Seen again, it is told once; killed between, at least once."""
        for endpoint in changed:
            if endpoint.failing_too_long:
                self.endpoints.disable(
                    endpoint, self.now()
                )  # its worker has done so already, or is gone
            if notice := notices.notice_for(endpoint):
                self._notify(notice)

    def _notify(self, notice: Notice) -> None:
        given, address = self.store.open(notice)
        if given:
            return
        way = self._send(notices.letter(notice, self.calls), address)
        self.store.mark_sent(notice, self.now())
        log.info(
            "owner told", extra={"endpoint_id": notice.endpoint.id, "step": notice.step, "way": way}
        )

    def _send(self, letter: Letter, address: str | None) -> str:
        """By mail, where there is one; what cannot be mailed goes to the operator."""
        if self.mailer and address:
            try:
                self.mailer.send(address, letter.subject, letter.text)
            except RefusedError as error:
                log.warning("mail refused", extra={"reason": str(error)})
            else:
                return "mail"
        self.topic.publish(letter.subject, letter.text)
        return "topic"


def endpoints_in(record: Mapping[str, Any]) -> list[Endpoint]:
    """The endpoint that a change of the table left. Raises KeyError or ValueError for a record that is none of ours."""
    return [endpoint_in(record["dynamodb"]["NewImage"])]

"""Notices: tell the owner of a failing endpoint, before it is disabled and when it is.

A notice follows from the write that counts the fifth failure, or that disables the endpoint. The
table's stream carries this write here.
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
    """Disables failing endpoints and tells their owners.

    Without a mailer, or without an owner's address, notices go to the topic. `calls` writes the
    API calls that a notice proposes.
    """

    endpoints: EndpointStore
    store: NoticeStore
    mailer: Mailer | None
    topic: Topic
    calls: Calls
    now: Callable[[], datetime]

    def handle(self, changed: Sequence[Endpoint]) -> None:
        """Handle endpoints as changes left them, in the order of the changes.

        An owner is told once when a change is seen again, and at least once when a worker dies
        in between.
        """
        for endpoint in changed:
            if endpoint.failing_too_long:
                # The endpoint's worker has done so already, or it died before.
                self.endpoints.disable(endpoint, self.now())
            notice = notices.notice_for(endpoint)
            if notice:
                self._notify(notice)

    def _notify(self, notice: Notice) -> None:
        already_sent, address = self.store.open(notice)
        if already_sent:
            return
        way = self._send(notices.letter(notice, self.calls), address)
        self.store.mark_sent(notice, self.now())
        log.info(
            "owner told", extra={"endpoint_id": notice.endpoint.id, "step": notice.step, "way": way}
        )

    def _send(self, letter: Letter, address: str | None) -> str:
        """Send the letter by mail, or to the operator's topic if it cannot be mailed.

        Returns the way that it went.
        """
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
    """Return the endpoint that a change of the table left.

    Raises KeyError or ValueError for a record that herald did not write.
    """
    return [endpoint_in(record["dynamodb"]["NewImage"])]

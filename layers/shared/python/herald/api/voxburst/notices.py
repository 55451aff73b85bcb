"""The calls of VoxBurst's contract that do what a notice proposes.

Source: the contract, section 4.
"""

from datetime import datetime

from herald.domain import times
from herald.domain.notices import Advice


def call(advice: Advice, webhook_id: str, since: datetime) -> str:
    """Return the call as a person writes it.

    A replay delivers every event again that failed at `since` or later.
    """
    path = f"/v1/webhooks/{webhook_id}"
    match advice:
        case Advice.LOOK:
            return f"GET {path}/deliveries?status=failed"
        case Advice.TEST:
            return f"POST {path}/test"
        case Advice.ENABLE:
            return f'PATCH {path} {{"enabled": true}}'
        case Advice.REPLAY:
            return f'POST {path}/replay {{"from": "{times.wire(since)}"}}'

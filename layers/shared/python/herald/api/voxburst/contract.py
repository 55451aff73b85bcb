"""VoxBurst's contract, as the doors hand it to the edge.

Source: the contract, section 1.
"""

from herald.api.edge.contract import Contract
from herald.api.voxburst import errors
from herald.domain.api_keys import Quota


def rate_headers(quota: Quota) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": str(quota.reset),
    }


VOXBURST = Contract(
    refusal=errors.reply,
    blamed=errors.blamed,
    rate_headers=rate_headers,
    key_required="A valid API key is required: Authorization: Bearer vb_live_… or vb_test_….",
)

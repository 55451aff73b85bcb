"""VoxBurst's contract, as the edge is handed it."""

from herald.api.voxburst.contract import rate_headers
from herald.domain.api_keys import Quota


def test_a_quota_is_told_in_three_headers() -> None:
    assert rate_headers(Quota(limit=500, used=3, reset=1_781_532_060)) == {
        "X-RateLimit-Limit": "500",
        "X-RateLimit-Remaining": "497",
        "X-RateLimit-Reset": "1781532060",
    }
    assert rate_headers(Quota(limit=500, used=501, reset=0))["X-RateLimit-Remaining"] == "0"

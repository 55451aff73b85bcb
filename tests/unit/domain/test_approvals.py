"""An approval: who may decide."""

import pytest

from herald.domain import approvals
from herald.domain.errors import ForbiddenError


def test_a_key_speaks_for_itself_and_for_users_but_for_no_other_key() -> None:
    assert approvals.approver(None, "key_1") == approvals.approver("key_1", "key_1") == "key_1"
    assert approvals.approver("usr_1", "key_1") == "usr_1"
    with pytest.raises(ForbiddenError):
        approvals.approver("key_2", "key_1")

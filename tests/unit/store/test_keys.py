"""Keys of the table."""

import pytest

from herald.store import keys
from tests.unit.store.samples import OWNER


@pytest.mark.parametrize("kind", keys.SHARDS)
def test_an_item_keeps_its_shard_and_many_spread_over_all(kind: str) -> None:
    found = {keys.shard(kind, f"post_{number}") for number in range(500)}

    assert found == set(keys.shards(kind))
    assert keys.shard(kind, "post_1") == keys.shard(kind, "post_1")


def test_what_callers_name_cannot_leave_its_owners_partition() -> None:
    odd = "x#y#" + "z" * 5_000

    for pk, sk in (keys.identity(OWNER, "bluesky", odd), keys.once(OWNER, odd)):
        assert odd not in pk + sk
        assert str(OWNER) in pk
        assert len(pk) < 2_048
        assert len(sk) < 1_024

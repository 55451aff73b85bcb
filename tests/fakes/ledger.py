"""A sandbox's ledger in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from herald.domain.sandbox import Commit


@dataclass
class Memory:
    """A ledger."""

    entries: list[Commit] = field(default_factory=list)

    def put(self, entry: Commit) -> None:
        self.entries.append(entry)

    def find(self, account_id: str, key: str) -> Sequence[Commit]:
        return [
            entry for entry in self.entries if (entry.account_id, entry.key) == (account_id, key)
        ]

    def delete(self, account_id: str, remote_id: str) -> None:
        ours = (account_id, remote_id)
        self.entries = [
            replace(each, live=False, deleted=True)
            if (each.account_id, each.remote_id) == ours
            else each
            for each in self.entries
        ]

    @property
    def live(self) -> int:
        return sum(entry.live for entry in self.entries)

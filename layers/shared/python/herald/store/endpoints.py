"""Endpoints in the table."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Key, Put, Table, Update
from herald.domain import formats, stats
from herald.domain.endpoints import MAX_FAILURES, Edit, Endpoint, Sealed
from herald.domain.formats import Format
from herald.domain.owners import Owner, Secret
from herald.store import keys, rows
from herald.store.endpoint_rows import STREAK_ENDS, edited, endpoint_of, endpoint_row, sealed_of
from herald.store.paging import all_items

if TYPE_CHECKING:
    from herald.aws.kms import Vault
    from herald.domain.idempotency import IdempotencyKey, StoredResponse


class EndpointStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def create(
        self, endpoint: Endpoint, secret: Secret, *, response: StoredResponse | None
    ) -> None:
        """Write the endpoint with its signing secret, sealed.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
        sealed = self.vault.seal(secret.encode(), owner=endpoint.id)
        row = endpoint_row(endpoint) | {"sealed": sealed}
        put = Put(item=row, condition=Attr("pk").not_exists())
        self._change(put, endpoint.owner, secret, endpoint.created_at, response=response)

    def rotate(
        self,
        endpoint: Endpoint,
        was: Sealed,
        secret: Secret,
        *,
        grace: timedelta,
        now: datetime,
        response: StoredResponse | None,
    ) -> None:
        """Write the endpoint's new secret, sealed. The secret before it counts on for `grace`.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        or another rotation runs.
        """
        values = {
            "sealed": self.vault.seal(secret.encode(), owner=endpoint.id),
            "sealed_before": was.secret if grace else None,
            "before_until": rows.time_text(now + grace) if grace else None,
            "updated_at": rows.time_text(now),
        }
        unchanged = Attr("sealed").eq(was.secret)
        change = Update(
            key=keys.owned(endpoint.owner, "WH", endpoint.id), values=values, condition=unchanged
        )
        self._change(change, endpoint.owner, secret, now, response=response)

    def _change(
        self,
        change: Put | Update,
        owner: Owner,
        secret: Secret,
        now: datetime,
        *,
        response: StoredResponse | None,
    ) -> None:
        """Write the change together with the answer that shows the secret."""
        # Imported here, so that no worker pays for it.
        from herald.store.idempotency import response_puts, transact, without_secret  # noqa: PLC0415

        puts = response_puts(owner, response, now)
        answers = [without_secret(put, secret, self.vault) for put in puts]
        transact(self.table, [change, *answers], response, self.vault)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay if the request was answered before. Without a key, do nothing."""
        from herald.store.idempotency import raise_stored  # noqa: PLC0415 - no worker pays for it

        raise_stored(self.table, owner, key, now, self.vault)

    def get(self, owner: Owner, endpoint_id: str) -> Endpoint | None:
        row = self.table.get(keys.owned(owner, "WH", endpoint_id))
        return endpoint_of(row) if row else None

    def find(self, key: keys.KeyPair) -> Endpoint | None:
        """Return the endpoint that has this key in the table."""
        row = self.table.get(key)
        return endpoint_of(row) if row else None

    def with_secrets(self, owner: Owner, endpoint_id: str) -> tuple[Endpoint, Sealed] | None:
        row = self.table.get(keys.owned(owner, "WH", endpoint_id))
        return (endpoint_of(row), sealed_of(row)) if row else None

    def list(self, owner: Owner) -> list[Endpoint]:
        """Return the endpoints, oldest first. One call per 1 MB, some 1,500 endpoints."""
        return [endpoint_of(row) for row in all_items(self.table, endpoints_of(owner))]

    def count(self, owner: Owner) -> int:
        """Return how many endpoints there are. One call per 1 MB."""
        return sum(1 for _ in all_items(self.table, endpoints_of(owner), names=("sk",)))

    def edit(self, owner: Owner, endpoint_id: str, edit: Edit, now: datetime) -> Endpoint | None:
        """Return the endpoint after the change, or None when there is no endpoint.

        An attribute that is not named stays, even if a worker counts something at the same time.
        One call. Raises ValidationError when the endpoint's format has no such event.
        """
        events = set(edit.events) if edit.events else set()
        fitting = [kind for kind, offered in formats.OFFERED.items() if offered.keys() >= events]
        fits: ConditionBase = Attr("pk").exists()
        if len(fitting) < len(Format):
            fits = Attr("format").is_in(fitting)
        key = keys.owned(owner, "WH", endpoint_id)
        change = Update(key=key, values=edited(edit, now), condition=fits)
        try:
            return endpoint_of(self.table.update(change))
        except Conflict as conflict:
            if conflict.item:
                kind = Format(conflict.item["format"])
                formats.check_offered(kind, edit.events if edit.events else ())
            return None

    def delete(self, owner: Owner, endpoint_id: str) -> bool:
        """Delete the endpoint. Return False when there is no such endpoint."""
        return self.table.delete(keys.owned(owner, "WH", endpoint_id))

    def record_success(self, endpoint: Endpoint, at: datetime) -> None:
        """Note the endpoint's latency and last success, which ends its streak of failures.

        A failure that came later stays counted. The endpoint's deliveries are to be counted after
        that. Do nothing when the endpoint was deleted in the meantime.
        """
        key = keys.owned(endpoint.owner, "WH", endpoint.id)
        reached = {"last_delivery_at": rows.time_text(at), "latency_ms": endpoint.latency_ms}
        due = rows.due("STATS", endpoint.id, at + stats.PERIOD)
        failed_at = Attr("last_failure_at")
        last = failed_at.not_exists() | failed_at.lte(rows.time_text(at))
        ended = reached | STREAK_ENDS
        condition = Attr("pk").exists() & last
        try:
            self.table.update(Update(key=key, values=ended, defaults=due, condition=condition))
        except Conflict as conflict:
            if conflict.item:
                self.table.update(Update(key=key, values=reached, defaults=due))

    def record_attempt(self, endpoint: Endpoint, now: datetime) -> None:
        """Note only the endpoint's latency. Its deliveries are to be counted after that.

        Do nothing when the endpoint was deleted in the meantime.
        """
        key = keys.owned(endpoint.owner, "WH", endpoint.id)
        values = {"latency_ms": endpoint.latency_ms}
        due = rows.due("STATS", endpoint.id, now + stats.PERIOD)
        there = Attr("pk").exists()
        with suppress(Conflict):
            self.table.update(Update(key=key, values=values, defaults=due, condition=there))

    def save_counted(self, endpoint: Endpoint, until: datetime, *, due: datetime | None) -> None:
        """Note that the endpoint's deliveries before `until` are counted, and when to count again.

        Do nothing when the endpoint was deleted. With no `due`, do nothing either when a success or
        a failure was noted in the meantime.
        """
        unchanged: ConditionBase = Attr("pk").exists()
        if due is None:
            unchanged = unchanged & exists("last_delivery_at", endpoint.last_delivery_at)
            unchanged = unchanged & exists("last_failure_at", endpoint.last_failure_at)
        key = keys.owned(endpoint.owner, "WH", endpoint.id)
        values = {"settled_until": rows.time_text(until), **rows.due("STATS", endpoint.id, due)}
        with suppress(Conflict):
            self.table.update(Update(key=key, values=values, condition=unchanged))

    def disable(self, endpoint: Endpoint, now: datetime) -> bool:
        """Disable an endpoint that has failed too often in a row.

        Return False when it does not have to be disabled.
        """
        key = keys.owned(endpoint.owner, "WH", endpoint.id)
        values = {
            "enabled": False,
            "auto_disabled_at": rows.time_text(now),
            "updated_at": rows.time_text(now),
        }
        needed = Attr("enabled").eq(True) & Attr("consecutive_failures").gte(MAX_FAILURES)
        try:
            self.table.update(Update(key=key, values=values, condition=needed))
        except Conflict:
            return False
        return True


def endpoints_of(owner: Owner) -> ConditionBase:
    pk, start = keys.owned(owner, "WH", "")
    return Key("pk").eq(pk) & Key("sk").begins_with(start)


def exists(name: str, at: datetime | None) -> ConditionBase:
    """Return the condition that the attribute is that time, or that it does not exist for None."""
    return Attr(name).eq(rows.time_text(at)) if at else Attr(name).not_exists()

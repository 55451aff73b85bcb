"""Answers in the table, each under the idempotency key of its request."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from herald.aws.dynamodb import Attr, Item, Put, Table, TransactionConflict, Update
from herald.aws.kms import Vault
from herald.domain.errors import ConflictError, PayloadTooLargeError
from herald.domain.idempotency import AlreadyAnswered, Answered, Once
from herald.domain.owners import Owner, Secret
from herald.store import keys, rows

LARGE, MOST_KEPT = 32_000, 380_000  # bytes; the table takes an item of 400 KB


def kept(owner: Owner, once: Once | None, answer: Answered | None, now: datetime) -> list[Put]:
    """The write that keeps the answer, refused when an unexpired one lies there; none for a request without a key."""
    if once is None or answer is None:
        return []
    pk, sk = keys.once(owner, once.key)
    item = {
        "pk": pk,
        "sk": sk,
        "fingerprint": answer.fingerprint,
        "status": answer.status,
        "body": packed(answer.body),
        "expires_at": rows.seconds(answer.expires_at),
    }
    return [Put(item=item, condition=Attr("pk").not_exists() | Attr("expires_at").lte(rows.seconds(now)))]


def packed(body: str) -> str | bytes:
    """A large answer compressed: it repeats the URL of a file wherever a post uses it. One that shows a secret is never large.

    Raises PayloadTooLargeError.
    """
    raw = body.encode()
    if len(raw) <= LARGE:
        return body
    small = zlib.compress(raw)
    if len(small) > MOST_KEPT:
        raise PayloadTooLargeError("The answer is too large to be kept for an Idempotency-Key: use fewer files, or no key.")
    return small


def unpacked(kept: Any) -> Any:
    return zlib.decompress(kept).decode() if isinstance(kept, bytes) else kept


def transact(table: Table, writes: Sequence[Put | Update], once: Once | None, vault: Vault | None = None) -> None:
    """What a request does, together with its kept answer: all or nothing.

    Raises AlreadyAnswered, IdempotencyConflictError, or ConflictError: an equal request is in the air.
    """
    try:
        table.transact(writes)
    except TransactionConflict as conflict:
        raise_answered(conflict, once, vault)


def without_secret(put: Put, secret: Secret, vault: Vault) -> Put:
    """The same for an answer that shows a secret: sealed, as JSON writes it, and bound to this row; the text around it stays."""
    shown = json.dumps(secret)[1:-1]
    sealed = vault.seal(shown.encode(), owner=put.item["pk"])
    return replace(put, item={**put.item, "body": put.item["body"].split(shown), "sealed": sealed})


def raise_answered(conflict: TransactionConflict, once: Once | None, vault: Vault | None = None) -> NoReturn:
    """Say the first request's answer, or that an equal one is in the air. A vault opens what was sealed."""
    row = next((item for item in conflict.failed.values() if item and item["sk"] == "ONCE"), None)
    if once is None or row is None:
        raise ConflictError("The same request is being worked on. Ask again in a second.", retry_after=1) from conflict
    raise AlreadyAnswered(answered(row, once, vault)) from None


def replay(table: Table, owner: Owner, once: Once, now: datetime, vault: Vault | None = None) -> None:
    """Raises AlreadyAnswered when an answer is kept. For a request that is refused now and was accepted then: time has passed."""
    row = table.get(keys.once(owner, once.key))
    if row and row["expires_at"] > rows.seconds(now):
        raise AlreadyAnswered(answered(row, once, vault))


def answered(row: Item, once: Once, vault: Vault | None) -> Answered:
    """The answer to this request. Raises IdempotencyConflictError when it is another request's, whose secret stays sealed."""
    expires_at = rows.from_seconds(row["expires_at"])
    kept = Answered(fingerprint=row["fingerprint"], status=row["status"], body=unpacked(row["body"]), expires_at=expires_at)
    answer = kept.replay(once)
    if vault is None or "sealed" not in row:
        return answer
    return replace(answer, body=vault.open(row["sealed"], owner=row["pk"]).decode().join(row["body"]))

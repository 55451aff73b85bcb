"""Responses in the table, each under the idempotency key of its request."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from herald.aws.dynamodb import Attr, Item, Put, Table, TransactionConflict, Update
from herald.aws.kms import Vault
from herald.domain.errors import ConflictError, PayloadTooLargeError
from herald.domain.idempotency import (
    IdempotencyKey,
    IdempotentReplay,
    StoredResponse,
    check_equal,
)
from herald.domain.owners import Owner, Secret
from herald.store import keys, packing, rows

LARGE = 32_000  # bytes
MOST_KEPT = 380_000  # bytes; the table takes an item of 400 KB


def response_puts(owner: Owner, response: StoredResponse | None, now: datetime) -> list[Put]:
    """Return the write that stores the response, or no write for a request without a key.

    The table refuses the write when an unexpired response lies there.
    """
    if response is None:
        return []
    pk, sk = keys.once(owner, response.key.key)
    item = {
        "pk": pk,
        "sk": sk,
        "fingerprint": response.key.fingerprint,
        "status": response.status,
        "body": packed_body(response.body),
        "expires_at": rows.seconds(response.expires_at),
    }
    free = Attr("pk").not_exists() | Attr("expires_at").lte(rows.seconds(now))
    return [Put(item=item, condition=free)]


def packed_body(body: str) -> str | bytes:
    """Compress a large response. It repeats the URL of a file wherever a post uses the file.

    A response that shows a secret is never large. Raises PayloadTooLargeError.
    """
    raw = body.encode()
    if len(raw) <= LARGE:
        return body
    small = zlib.compress(raw)
    if len(small) > MOST_KEPT:
        raise PayloadTooLargeError(
            "The answer is too large to be kept for an Idempotency-Key: use fewer files, or no key."
        )
    return small


def transact(
    table: Table,
    writes: Sequence[Put | Update],
    response: StoredResponse | None,
    vault: Vault | None = None,
) -> None:
    """Write what a request does together with its response: all or nothing.

    Raises IdempotentReplay, IdempotencyConflictError, or ConflictError when an equal request is
    being worked on.
    """
    try:
        table.transact(writes)
    except TransactionConflict as conflict:
        raise_replay(conflict, response, vault)


def without_secret(put: Put, secret: Secret, vault: Vault) -> Put:
    """Seal the secret that a response shows, as JSON writes it. The text around it stays.

    The sealed text is bound to this row.
    """
    shown = json.dumps(secret)[1:-1]
    sealed = vault.seal(shown.encode(), owner=put.item["pk"])
    item = {**put.item, "body": put.item["body"].split(shown), "sealed": sealed}
    return replace(put, item=item)


def raise_replay(
    conflict: TransactionConflict, response: StoredResponse | None, vault: Vault | None = None
) -> NoReturn:
    """Raise the first request's response, or say that an equal request is being worked on.

    A vault opens a sealed response. Raises IdempotentReplay, IdempotencyConflictError,
    ConflictError.
    """
    failed = [item for item in conflict.failed.values() if item]
    row = next((item for item in failed if item["sk"] == "ONCE"), None)
    if response is None or row is None:
        raise ConflictError(
            "The same request is being worked on. Ask again in a second.", retry_after=1
        ) from conflict
    raise IdempotentReplay(response_of(row, response.key, vault)) from None


def raise_stored(
    table: Table,
    owner: Owner,
    key: IdempotencyKey | None,
    now: datetime,
    vault: Vault | None = None,
) -> None:
    """Raise IdempotentReplay when a response is stored under this key. Without a key, no call.

    A request that would be refused by now may have been accepted before. It gets its first answer.
    """
    if key is None:
        return
    row = table.get(keys.once(owner, key.key))
    if row and row["expires_at"] > rows.seconds(now):
        raise IdempotentReplay(response_of(row, key, vault))


def response_of(row: Item, key: IdempotencyKey, vault: Vault | None) -> StoredResponse:
    """Read the response to this request.

    Raises IdempotencyConflictError when it is another request's. Its secret then stays sealed.
    """
    stored = IdempotencyKey(key=key.key, fingerprint=row["fingerprint"])
    check_equal(stored, key)
    body = packing.text_of(row["body"])
    if vault is not None and "sealed" in row:
        body = vault.open(row["sealed"], owner=row["pk"]).decode().join(row["body"])
    return StoredResponse(
        key=stored,
        status=row["status"],
        body=body,
        expires_at=rows.from_seconds(row["expires_at"]),
    )

"""Authorizations in the table, until their answer comes back. Nothing in a row names its state."""

import json
from datetime import datetime

from herald.aws.dynamodb import Put, Table
from herald.aws.kms import Vault
from herald.domain.accounts import Platform
from herald.domain.authorizations import Authorization
from herald.domain.idempotency import StoredResponse
from herald.domain.owners import Secret
from herald.store import idempotency, keys, rows


class AuthorizationStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def begin(
        self, authorization: Authorization, response: StoredResponse | None, now: datetime
    ) -> None:
        """Write the authorization, and the response to the request that asked for it.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
        pk, sk = keys.authorization(authorization.state)
        kept = {"url": authorization.url, "secrets": dict(authorization.secrets)}
        item = {
            "pk": pk,
            "sk": sk,
            "owner": str(authorization.owner),
            "platform": authorization.platform,
            "redirect_uri": authorization.redirect_uri,
            "sealed": self.vault.seal(json.dumps(kept).encode(), owner=pk),
            "expires_at": rows.seconds(authorization.expires_at),
        }
        puts = idempotency.response_puts(authorization.owner, response, now)
        answers = [idempotency.without_secret(put, authorization.state, self.vault) for put in puts]
        idempotency.transact(self.table, [Put(item=item), *answers], response, self.vault)

    def take(self, state: Secret) -> Authorization | None:
        """Remove the authorization of that state, and return it. Only one call gets it."""
        row = self.table.take(keys.authorization(state))
        if row is None:
            return None
        kept = json.loads(self.vault.open(row["sealed"], owner=row["pk"]))
        return Authorization(
            state=state,
            owner=rows.owner(row),
            platform=Platform(row["platform"]),
            redirect_uri=row["redirect_uri"],
            url=kept["url"],
            secrets={name: Secret(value) for name, value in kept["secrets"].items()},
            expires_at=rows.from_seconds(row["expires_at"]),
        )

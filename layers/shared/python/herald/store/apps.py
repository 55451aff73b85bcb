"""The apps that herald registered at servers, in the table. Each owner has apps of its own.

A server may give one app the same token again for the same user. With an app for all owners, an
owner who disconnects an account would revoke the token of another.
"""

from herald.aws.dynamodb import Attr, Conflict, Delete, Item, Put, Table, TransactionConflict
from herald.aws.kms import Vault
from herald.domain.accounts import Platform
from herald.domain.apps import App
from herald.domain.owners import Owner, Secret
from herald.store import keys


class AppStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def of(self, owner: Owner) -> "OwnedApps":
        return OwnedApps(self.table, self.vault, owner)


class OwnedApps:
    """The apps of one owner, each at a server and for a redirect address."""

    def __init__(self, table: Table, vault: Vault, owner: Owner) -> None:
        self.table = table
        self.vault = vault
        self.owner = owner

    def get(self, platform: Platform, server: str, redirect_uri: str) -> App | None:
        row = self.table.get(keys.app(self.owner, platform, server, redirect_uri))
        return self._app(row) if row else None

    def keep(self, platform: Platform, server: str, redirect_uri: str, app: App) -> App:
        """Write a new app, unless another was written meanwhile. Return the app that counts."""
        pk, sk = keys.app(self.owner, platform, server, redirect_uri)
        item = {
            "pk": pk,
            "sk": sk,
            "client_id": app.client_id,
            "sealed": self.vault.seal(app.client_secret.encode(), owner=f"{pk}/{sk}"),
            "scopes": list(app.scopes),
        }
        try:
            self.table.put(Put(item=item, condition=Attr("pk").not_exists()))
        except Conflict as conflict:
            if conflict.item is None:
                raise  # it was forgotten meanwhile; the next request registers anew
            return self._app(conflict.item)
        return app

    def forget(self, platform: Platform, server: str, redirect_uri: str, app: App) -> None:
        """Delete an app, unless another has replaced it."""
        key = keys.app(self.owner, platform, server, redirect_uri)
        same = Attr("client_id").eq(app.client_id)
        try:
            self.table.transact([Delete(key=key, condition=same)])
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # another write of the row ran for longer than the table waits

    def _app(self, row: Item) -> App:
        secret = self.vault.open(row["sealed"], owner=f"{row['pk']}/{row['sk']}").decode()
        return App(
            client_id=row["client_id"], client_secret=Secret(secret), scopes=tuple(row["scopes"])
        )

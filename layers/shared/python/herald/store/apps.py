"""The apps that herald registered at servers, in the table. All workspaces share them."""

from herald.aws.dynamodb import Attr, Conflict, Delete, Item, Put, Table, TransactionConflict
from herald.aws.kms import Vault
from herald.domain.accounts import Platform
from herald.domain.apps import App
from herald.domain.owners import Secret
from herald.store import keys


class AppStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def get(self, platform: Platform, server: str, redirect_uri: str) -> App | None:
        """Return the app at a server for that redirect address."""
        row = self.table.get(keys.app(platform, server, redirect_uri))
        return self._app(row) if row else None

    def keep(self, platform: Platform, server: str, redirect_uri: str, app: App) -> App:
        """Write a new app, unless another was written meanwhile. Return the app that counts."""
        pk, sk = keys.app(platform, server, redirect_uri)
        item = {
            "pk": pk,
            "sk": sk,
            "client_id": app.client_id,
            "sealed": self.vault.seal(app.client_secret.encode(), owner=pk),
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
        key = keys.app(platform, server, redirect_uri)
        same = Attr("client_id").eq(app.client_id)
        try:
            self.table.transact([Delete(key=key, condition=same)])
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # another write of the row ran for longer than the table waits

    def _app(self, row: Item) -> App:
        secret = self.vault.open(row["sealed"], owner=row["pk"]).decode()
        return App(
            client_id=row["client_id"], client_secret=Secret(secret), scopes=tuple(row["scopes"])
        )

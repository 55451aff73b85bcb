"""The apps that herald has registered, in memory."""

from herald.domain.accounts import Platform
from herald.domain.apps import App

Place = tuple[Platform, str, str]


class RememberedApps:
    """Keeps apps. With `late`, another request keeps that app before the first of ours."""

    def __init__(self, late: App | None = None) -> None:
        self.apps: dict[Place, App] = {}
        self._late = late

    def get(self, platform: Platform, server: str, redirect_uri: str) -> App | None:
        return self.apps.get((platform, server, redirect_uri))

    def keep(self, platform: Platform, server: str, redirect_uri: str, app: App) -> App:
        return self.apps.setdefault((platform, server, redirect_uri), self._late or app)

    def forget(self, platform: Platform, server: str, redirect_uri: str, app: App) -> None:
        if self.get(platform, server, redirect_uri) == app:
            del self.apps[platform, server, redirect_uri]

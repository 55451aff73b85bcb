"""A post, and what an instance answers."""

from herald.net.client import Http, Response
from herald.platforms.calls import UPLOADING
from herald.platforms.mastodon.instance import Instance
from herald.platforms.mastodon.publish import Mastodon
from herald.platforms.protocol import Publication, Session
from tests.fakes.http import scripted
from tests.unit.platforms.conftest import NOW

PUBLICATION = Publication(key="pp_1:0", text="Hello")
HANDLE = {"key": "pp_1:0", "idempotencyKey": "0f", "preparedAt": "2026-06-01T14:00:00.000Z"}


def commit(session: Session, answer: Response | Exception) -> object:
    return Mastodon(scripted(answer), lambda: NOW).commit(PUBLICATION, session, handle=HANDLE)


def instance(http: Http) -> Instance:
    """The instance, as the account speaks to it while it brings files."""
    return Instance("https://social.example", "secret-token", http, lambda: NOW, seconds=UPLOADING)

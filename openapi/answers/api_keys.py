"""API keys."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from herald.domain import api_keys
from herald.domain.owners import Mode
from openapi.answers.answer import Answer
from openapi.answers.ids import KeyId
from openapi.answers.lists import Listed

Scope = Annotated[str, Field(json_schema_extra={"enum": list(api_keys.SCOPES)})]


class ApiKey(Answer):
    id: KeyId
    """The key."""
    name: str
    """The name of the key. E.g. `website`."""
    mode: Mode
    """The mode of the key. A test key sees test data only, and publishes to the sandbox."""
    scopes: list[Scope]
    """The scopes of the key."""
    hint: str
    """The beginning and the end of the clear key. E.g. `vb_live_…x7Qd`."""
    created_at: datetime
    """The time when the key was made."""
    expires_at: datetime | None
    """The time when the key stops working; null for never."""


class NewApiKey(ApiKey):
    """A new API key with its clear key, which is shown only this once."""

    key: str
    """The clear key. herald does not keep it, so store it now."""


class ApiKeys(Listed[ApiKey]):
    pass

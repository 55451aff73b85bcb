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
    """What it is called. E.g. `website`."""
    mode: Mode
    """A test key sees test data alone, and publishes to the sandbox."""
    scopes: list[Scope]
    """What the key may do."""
    hint: str
    """How the clear key begins and ends. E.g. `vb_live_…x7Qd`."""
    created_at: datetime
    """When it was made."""
    expires_at: datetime | None
    """When it stops working; null for never."""


class NewApiKey(ApiKey):
    """The one time the clear key is shown."""

    key: str
    """The clear key. It is not kept: store it now."""


class ApiKeys(Listed[ApiKey]):
    pass

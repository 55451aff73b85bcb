"""What the service says of itself."""

from typing import Any, Literal

from pydantic import RootModel

from openapi.answers.answer import Answer


class Root(Answer):
    """What this is. `docs`, `openapi` and `health` are paths."""

    name: str
    """Always `herald`."""
    description: str
    """What this service does, in one sentence."""
    version: str
    """The version of this service. E.g. `0.1.0`."""
    docs: str
    """Where a person reads on. E.g. `/v1/docs`."""
    openapi: str
    """Where the OpenAPI document is. E.g. `/v1/openapi.json`."""
    health: str
    """Where a monitor asks. E.g. `/v1/health`."""


class Health(Answer):
    status: Literal["ok"]
    """Always `ok`: a service that cannot answer says nothing."""
    version: str
    """The version of this service. E.g. `0.1.0`."""


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI document: this one."""


class Page(RootModel[str]):
    """A page that shows this document."""


class Script(RootModel[str]):
    """What shows the document on its page. Its name says its content, and it may be kept for ever."""

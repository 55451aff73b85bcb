"""The documents of the service about itself."""

from typing import Any, Literal

from pydantic import RootModel

from openapi.answers.answer import Answer


class Root(Answer):
    """The name and the addresses of this service. `docs`, `openapi` and `health` are paths."""

    name: str
    """Always `herald`."""
    description: str
    """A sentence that describes this service."""
    version: str
    """The version of this service. E.g. `0.1.0`."""
    docs: str
    """The path of the page for people. E.g. `/v1/docs`."""
    openapi: str
    """The path of the OpenAPI document. E.g. `/v1/openapi.json`."""
    health: str
    """The path for monitors. E.g. `/v1/health`."""


class Health(Answer):
    status: Literal["ok"]
    """Always `ok`. A service with a problem does not answer `ok`."""
    version: str
    """The version of this service. E.g. `0.1.0`."""


class Document(RootModel[dict[str, Any]]):
    """This OpenAPI document."""


class Page(RootModel[str]):
    """A page for people, in HTML."""


class Script(RootModel[str]):
    """The script that shows the document on its page.

    Its name depends on its content, so clients may keep it for ever.
    """

"""The body that connects an account, with the fields that the platforms declare."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, create_model

from herald.api.edge.schema import PlatformName
from herald.api.voxburst.models import Body
from herald.domain.accounts import Platform
from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import ConnectField

TEST_FIRST = sorted(Platform, key=lambda platform: platform is not Platform.SANDBOX)


def page_address(value: str | None) -> str | None:
    """Return the address of a page. Raises ValueError."""
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    plain = value.isascii() and value.isprintable() and " " not in value
    if parts.scheme in ("http", "https") and parts.hostname and plain and "#" not in value:
        return value
    raise ValueError("must be the address of a page, like https://app.example.com/connected")


class Connect(Body):
    """Each platform needs some of these fields.

    The answer to a connect without them names the missing fields.
    """

    redirect_uri: Annotated[str | None, Field(max_length=2_048), AfterValidator(page_address)] = (
        None
    )
    """The page of yours to which the network sends the user back after a consent.

    Pass the query that it gets to `POST /v1/accounts/callback/:platform`. Without it, the user
    lands on a page of herald, and the account is connected.
    """

    def fields(self) -> dict[str, str]:
        """Return the fields that have a value, by our names."""
        values = self.model_dump(exclude={"platform", "redirect_uri"})
        return {name: value for name, value in values.items() if isinstance(value, str)}


class Named(Connect):
    platform: PlatformName
    """The network that the account is on."""


def declared() -> Iterator[tuple[str, ConnectField]]:
    """Yield each field once, with the platform that asks for it.

    A platform that requires the field comes before the first platform that declares it.
    """
    fields: dict[str, tuple[str, ConnectField]] = {}
    for platform in TEST_FIRST:
        network = NETWORKS[platform]
        owner = "In test mode" if platform is Platform.SANDBOX else network.name
        for field in network.connect:
            if field.required or field.name not in fields:
                fields[field.name] = owner, field
    yield from fields.values()


def definition(owner: str, field: ConnectField) -> Any:
    examples = [field.example] if field.example else None
    text = f"{owner}: {field.description}"
    about = Field(max_length=2_048, description=text, examples=examples, repr=not field.secret)
    return Annotated[str | None, about], None


FIELDS: dict[str, Any] = {field.name: definition(owner, field) for owner, field in declared()}
if TYPE_CHECKING:
    ConnectAccount = Connect
    ConnectNamed = Named
else:
    ConnectAccount = create_model(
        "ConnectAccount", __base__=Connect, __doc__=Connect.__doc__, **FIELDS
    )
    ConnectNamed = create_model("ConnectNamed", __base__=(Named, ConnectAccount))

"""What accounts are connected with: one body with the fields that the platforms declare."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from herald.api.edge.schema import PlatformName
from herald.api.voxburst.models import Body
from herald.domain.accounts import Platform
from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import ConnectField

TEST_FIRST = sorted(Platform, key=lambda platform: platform is not Platform.SANDBOX)


class Connect(Body):
    """Which of these a platform needs is its own affair; its connector says what is missing."""

    def fields(self) -> dict[str, str]:
        """What was named, by our names."""
        said = self.model_dump(exclude={"platform"})
        return {name: value for name, value in said.items() if isinstance(value, str)}


class Named(Connect):
    platform: PlatformName
    """The network that the account is on."""


def declared() -> Iterator[tuple[str, ConnectField]]:
    """Each field once, with who asks for it: who must have it, else who came first."""
    found: dict[str, tuple[str, ConnectField]] = {}
    for platform in TEST_FIRST:
        network = NETWORKS[platform]
        whose = "In test mode" if platform is Platform.SANDBOX else network.name
        for field in network.connect:
            if field.required or field.name not in found:
                found[field.name] = whose, field
    yield from found.values()


def definition(whose: str, field: ConnectField) -> Any:
    examples = [field.example] if field.example else None
    said = f"{whose}: {field.description}"
    about = Field(max_length=2_048, description=said, examples=examples, repr=not field.secret)
    return Annotated[str | None, about], None


FIELDS: dict[str, Any] = {field.name: definition(whose, field) for whose, field in declared()}
if TYPE_CHECKING:
    ConnectAccount = Connect
    ConnectNamed = Named
else:
    ConnectAccount = create_model(
        "ConnectAccount", __base__=Connect, __doc__=Connect.__doc__, **FIELDS
    )
    ConnectNamed = create_model("ConnectNamed", __base__=(Named, ConnectAccount))

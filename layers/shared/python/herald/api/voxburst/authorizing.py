"""The answers of networks to consents, by an integrator's call and by the user's browser.

Sources: the contract, section 2; RFC 6749, sections 4.1.2 and 4.1.2.1.
"""

from typing import Annotated

from pydantic import Field

from herald.api.edge.response import to_json
from herald.api.voxburst import accounts
from herald.api.voxburst.models import Body, Query
from herald.domain.accounts import Account, Platform
from herald.domain.authorizations import ConsentResult
from herald.domain.owners import Secret

GIVEN = Field(min_length=1, max_length=4_096, repr=False)
OPTIONAL = Field(max_length=4_096, repr=False)


class AccountCallback(Body):
    """The query that the network sent the user back with."""

    state: Annotated[str, GIVEN]
    """The `state` of the connect."""
    code: Annotated[str, GIVEN]
    """The code that the network gave. It can be used once."""
    redirect_uri: Annotated[str | None, Field(max_length=2_048)] = None
    """The `redirectUri` of the connect, if it had one."""

    def result(self, address: str, platform: Platform) -> ConsentResult:
        """Return the network's answer. `address` is that of this API."""
        return ConsentResult(
            platform=platform,
            redirect_uri=self.redirect_uri or callback_url(address, platform),
            state=Secret(self.state),
            code=Secret(self.code),
        )


class OAuthCallback(Query):
    """The query of a network that sends a user back. Other parameters are ignored."""

    state: Annotated[str, OPTIONAL] = ""
    """The `state` of the connect."""
    code: Annotated[str, OPTIONAL] = ""
    """The code of a user who consented. It can be used once."""
    error: Annotated[str, OPTIONAL] = ""
    """The reason why there is no code, such as `access_denied`."""

    def result(self, address: str, platform: Platform) -> ConsentResult:
        """Return the network's answer. `address` is that of this API."""
        return ConsentResult(
            platform=platform,
            redirect_uri=callback_url(address, platform),
            state=Secret(self.state),
            code=Secret(self.code) if self.code else None,
            error=self.error if self.error else None,
        )


def callback_url(address: str, platform: Platform) -> str:
    """Return herald's own redirect address for a network."""
    return f"{address}/v1/oauth/callback/{platform}"


def account_body(account: Account) -> str:
    return to_json({"account": accounts.view(account)})

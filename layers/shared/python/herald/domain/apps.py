"""Apps: herald's registrations at networks, which ask users for consent."""

from herald.domain.owners import Secret
from herald.domain.values import frozen


@frozen
class App:
    """Herald's registration at a network. `scopes` are those that it may ask for."""

    client_id: str
    client_secret: Secret
    scopes: tuple[str, ...]

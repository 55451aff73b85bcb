"""The sandbox, as a network of its own that takes every post."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import TEXT, Source, most
from herald.domain.platforms.facts import Capabilities, ConnectField, Network
from herald.domain.post_types import PostType

HERALD = Source("herald: the longest content of a post", None, date(2026, 11, 21))

NETWORK = Network(
    name="Sandbox",
    post_types=frozenset(PostType),
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    connect=(
        ConnectField(
            name="username",
            required=False,
            secret=False,
            description="the account's name.",
            example="brandname",
        ),
    ),
    options=(),
    advice=(),
    rules=(most("sandbox.text", TEXT, Unit.CHARACTERS, 10_000, HERALD),),
)

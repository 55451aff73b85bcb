"""The facts of each network, in a module of its platform's name that is loaded when needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from herald.domain.accounts import Platform

if TYPE_CHECKING:
    from herald.domain.platforms.facts import Network


class Networks(Mapping[Platform, "Network"]):
    """The facts of every platform. Reading those of one loads no other module."""

    def __getitem__(self, platform: Platform) -> Network:
        return network(platform)

    def __iter__(self) -> Iterator[Platform]:
        return iter(Platform)

    def __len__(self) -> int:
        return len(Platform)


@cache
def network(platform: Platform) -> Network:
    """Return the value NETWORK of the platform's module."""
    facts: Network = import_module(f"{__name__}.{platform}").NETWORK
    return facts


NETWORKS = Networks()

"""What herald knows of each network: a module of its platform's name, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from herald.domain.accounts import Platform

if TYPE_CHECKING:
    from herald.domain.platforms.facts import Network


class Networks(Mapping[Platform, "Network"]):
    """The facts of every platform. Reading one of them loads no other one."""

    def __getitem__(self, platform: Platform) -> Network:
        return network(platform)

    def __iter__(self) -> Iterator[Platform]:
        return iter(Platform)

    def __len__(self) -> int:
        return len(Platform)


@cache
def network(platform: Platform) -> Network:
    """The value NETWORK of the platform's module."""
    found: Network = import_module(f"{__name__}.{platform}").NETWORK
    return found


NETWORKS = Networks()

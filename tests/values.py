"""Values for property tests, made of a class's own fields; and what of one did not come back."""

import pkgutil
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from importlib import import_module
from typing import Any, Union

from hypothesis import strategies as st

import herald.domain
from herald.domain import ids
from herald.domain.ids import EPOCH

Strategy = st.SearchStrategy[Any]
Given = Mapping[tuple[type, str], Callable[[bool], Strategy]]
"""How to make a field whose type does not say enough: called with whether it is to be rich."""
MOST = 3  # items of a collection
TIMES = (datetime(2001, 1, 1, tzinfo=EPOCH.tzinfo), datetime(2199, 1, 1, tzinfo=EPOCH.tzinfo))


def times(step: timedelta = timedelta(milliseconds=1)) -> Strategy:
    """Times in UTC, to the step."""
    first, last = [(at - EPOCH) // step for at in TIMES]
    return st.integers(first, last).map(lambda steps: EPOCH + steps * step)


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | FLOATS | st.text()
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
SCALARS: Mapping[Any, Strategy] = {
    str: st.text(max_size=12),
    int: st.integers(0, 10**9),
    float: st.integers(0, 10**9).map(lambda thousandths: thousandths / 1000),
    bool: st.booleans(),
    bytes: st.binary(min_size=1, max_size=12),
    datetime: times(),
    object: JSON,
}


def identifiers(prefix: str) -> Strategy:
    """Ids of one kind, of any time."""
    rest = st.integers(0, 10**15 - 1)
    return st.builds(lambda at, rest: f"{ids.floor(prefix, at)}{rest:0>15}", times(), rest)


def domain_modules() -> Iterator[types.ModuleType]:
    for found in pkgutil.iter_modules(herald.domain.__path__):
        yield import_module(f"herald.domain.{found.name}")


NAMES = {
    name: found
    for module in domain_modules()
    for name, found in vars(module).items()
    if isinstance(found, type) and found.__module__ == module.__name__
}
"""The classes of the domain by their names, for what is imported for the type checker alone."""


def hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls, localns=NAMES)


def values(cls: type, given: Given, *, rich: bool) -> Strategy:
    """Make values of a class; rich ones have nothing that is empty, None or its default."""
    if is_dataclass(cls):
        kinds = hints(cls)
        parts = {}
        for part in fields(cls):
            parts[part.name] = field_of(cls, part, kinds[part.name], given, rich=rich)
    else:
        parts = {name: made(cls, name, kind, given, rich=rich) for name, kind in hints(cls).items()}
    return st.builds(cls, **parts)


def field_of(cls: type, part: Any, kind: Any, given: Given, *, rich: bool) -> Strategy:
    strategy = made(cls, part.name, kind, given, rich=rich)
    if rich and part.default is not MISSING:
        return strategy.filter(lambda value: value != part.default)
    return strategy


def made(cls: type, name: str, kind: Any, given: Given, *, rich: bool) -> Strategy:
    if (cls, name) in given:
        return given[cls, name](rich)
    return of(kind, given, rich=rich)


def of(kind: Any, given: Given, *, rich: bool) -> Strategy:
    """Make what an annotation allows. Raises TypeError for one that this does not know."""
    if typing.get_origin(kind):
        return several(kind, given, rich=rich)
    if kind in SCALARS:
        return SCALARS[kind].filter(bool) if rich and kind is not bool else SCALARS[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if is_value(kind):
        return values(kind, given, rich=rich)
    raise TypeError(f"no strategy for {kind}")


def several(kind: Any, given: Given, *, rich: bool) -> Strategy:
    """Make one of a union, or a collection."""
    origin = typing.get_origin(kind)
    inner = typing.get_args(kind)
    named = [argument for argument in inner if argument not in (type(None), ...)]
    parts = [of(argument, given, rich=rich) for argument in named]
    least = 1 if rich else 0
    if origin in (Union, types.UnionType):
        whole = rich or len(parts) == len(inner)
        return st.one_of(parts) if whole else st.none() | st.one_of(parts)
    if origin is Mapping:
        return st.dictionaries(*parts, min_size=least, max_size=MOST)
    if origin is frozenset:
        return st.frozensets(*parts, min_size=least, max_size=MOST)
    if origin is Sequence or (origin is tuple and inner[1:] == (...,)):
        return st.lists(*parts, min_size=least, max_size=MOST).map(tuple)
    raise TypeError(f"no strategy for {kind}")


def is_value(kind: Any) -> bool:
    """Whether it is a dataclass or a named tuple."""
    return isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields"))


def classes_in(kind: Any) -> Iterator[type]:
    """The values that an annotation names, and those that their fields name."""
    for inner in typing.get_args(kind):
        yield from classes_in(inner)
    if is_value(kind):
        yield kind
        for field in hints(kind).values():
            yield from classes_in(field)


def differences(
    before: Any,
    after: Any,
    spared: Mapping[tuple[type, str], str],
    name: str = "",
) -> Iterator[str]:
    """Say which fields did not come back, with their types, but for the spared ones."""
    if is_dataclass(before) and type(before) is type(after):
        for part in fields(before):
            if (type(before), part.name) not in spared:
                label = f"{type(before).__name__}.{part.name}"
                was = getattr(before, part.name)
                now = getattr(after, part.name)
                yield from differences(was, now, spared, label)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), spared, f"{name}[{key!r}]")
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, spared, f"{name}[{number}]")
    elif type(before) is not type(after) or before != after:
        yield f"{name}: {before!r} came back as {after!r}"

"""Every body and query of the API, without a door."""

import importlib
import pkgutil
from collections.abc import Iterator
from itertools import chain

import pytest
from pydantic import AliasChoices, BaseModel, ValidationError

from herald import api
from herald.api.edge.schema import Query, StrictBody


def descendants(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from descendants(each)


for module in pkgutil.walk_packages(api.__path__, "herald.api."):
    importlib.import_module(module.name)
MODELS = sorted(
    chain(descendants(StrictBody), descendants(Query)), key=lambda each: each.__qualname__
)


def names(model: type[BaseModel]) -> Iterator[str]:
    """Every field by one of its names on the wire."""
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        yield str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias or name)


@pytest.mark.parametrize("value", ["text", 7, None, [], {}])
@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__qualname__)
def test_a_model_refuses_what_it_does_not_take_and_never_breaks(
    model: type[BaseModel], value: object
) -> None:
    """A default shadows a validator of the same name while the class body runs."""
    for name in names(model):
        try:
            model.model_validate({name: value})
        except ValidationError:
            continue

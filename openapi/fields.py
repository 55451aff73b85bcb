"""What a model says of its fields: the docstring under each.

It is read from the source, so no function's start pays for it. An f-string may name what its module names.
"""

import ast
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any

from pydantic import BaseModel

EXAMPLE = re.compile(r"\s*E\.g\. `(.+)`\.$")


def said(model: type[BaseModel], field: str) -> dict[str, Any]:
    """The field's `description` and its `examples`: what stands after "E.g.", as JSON or else as a text."""
    for each in model.__mro__:
        words = docstrings(each.__module__).get((each.__qualname__, field))
        if words:
            example = EXAMPLE.search(words)
            found = {"description": EXAMPLE.sub("", words)}
            return found | ({"examples": [value(example[1])]} if example else {})
    return {}


@cache
def docstrings(module: str) -> Mapping[tuple[str, str], str]:
    """By class and field: the text that stands under a field of a module's classes."""
    names = vars(sys.modules[module])
    source = names.get("__file__")
    tree = (
        ast.parse(Path(source).read_text())
        if source and source.endswith(".py")
        else ast.Module([], [])
    )
    return {
        (owner.name, field.target.id): " ".join(cleandoc(text).split())
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for field, under in zip(owner.body, owner.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(under, ast.Expr) and (text := text_of(under.value, names))
    }


def text_of(node: ast.expr, names: Mapping[str, Any]) -> str:
    """Return what a text says, and nothing of any other expression."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr():
            return str(eval(ast.unparse(node), dict(names)))  # noqa: S307 - it is our own source
    return ""


def value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text

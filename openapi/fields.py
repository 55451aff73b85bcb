"""The descriptions of a model's fields: the docstring under each field.

They are read from the source, so no start of a function pays for them. An f-string may use the
names of its module.
"""

import ast
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

EXAMPLE = re.compile(r"\s*E\.g\. `(.+)`\.$")


def documentation(model: type[BaseModel], field: str) -> dict[str, Any]:
    """Return the field's `description` and `examples`.

    The text after "E.g." is the example, as JSON or else as a text.
    """
    for owner in model.__mro__:
        text = docstrings(owner.__module__).get((owner.__qualname__, field))
        if text:
            words: dict[str, Any] = {"description": EXAMPLE.sub("", text)}
            example = EXAMPLE.search(text)
            if example:
                words["examples"] = [value(example[1])]
            return words
    return {}


@cache
def docstrings(module: str) -> Mapping[tuple[str, str], str]:
    """Return the texts under the fields of a module's classes, by class and field."""
    names = vars(sys.modules[module])
    source = names.get("__file__")
    if not source or not source.endswith(".py"):
        return {}
    texts: dict[tuple[str, str], str] = {}
    for owner in ast.parse(Path(source).read_text()).body:
        if not isinstance(owner, ast.ClassDef):
            continue
        for field, below in pairwise(owner.body):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr():
                    text = text_of(below.value, names)
                    if text:
                        texts[owner.name, name] = " ".join(cleandoc(text).split())
    return texts


def text_of(node: ast.expr, names: Mapping[str, Any]) -> str:
    """Return the text of a string, or "" for any other expression."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr():
            # The text is our own source, so evaluating it is safe.
            return str(eval(ast.unparse(node), dict(names)))  # noqa: S307
    return ""


def value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text

"""The functions' doors, imported as Lambda does: every `app.py` on its own."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from tests.template import ROOT


@cache
def door(name: str) -> ModuleType:
    """The module functions/<name>/app.py."""
    spec = spec_from_file_location(f"{name}_app", ROOT / "functions" / name / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

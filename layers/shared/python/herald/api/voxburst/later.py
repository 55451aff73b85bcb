"""Modules of this contract that a start does not import.

Each is imported at the first call that needs it. A door that names such a module in a signature
begins with `from __future__ import annotations`.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

__all__ = ["acts", "approvals", "authorizing", "bulk", "connecting", "consent_page", "validation"]

if TYPE_CHECKING:
    from herald.api.voxburst import (
        acts,
        approvals,
        authorizing,
        bulk,
        connecting,
        consent_page,
        validation,
    )
else:

    def __getattr__(name: str) -> ModuleType:
        if name not in __all__:
            raise AttributeError(name)
        return import_module(f"herald.api.voxburst.{name}")

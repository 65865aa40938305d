"""The one composition root: settings -> live objects. Knows every floor below and no command."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loomwork.workspace.finding import find_project
    from loomwork.workspace.opening import Workspace
    from loomwork.workspace.settings import Settings, load_settings

__all__ = ["Settings", "Workspace", "find_project", "load_settings"]

_HOMES = {
    "Settings": "loomwork.workspace.settings",
    "Workspace": "loomwork.workspace.opening",
    "find_project": "loomwork.workspace.finding",
    "load_settings": "loomwork.workspace.settings",
}


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: most of them are heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

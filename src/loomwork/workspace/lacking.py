"""Which knowledge bases have no index, and which served steps name them. Reads source text; opens no index."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loomwork.gateway.settings import ServeTable
from loomwork.workspace.knowing import HOME
from loomwork.workspace.opening import Workspace

_DATABASE = "index.db"


class Lacking:
    """What is missing, looked up whenever it is asked for: an index may be built later.

    Args:
        workspace: Open.
        steps: The served steps by name, with their tables.
    """

    def __init__(self, workspace: Workspace, steps: Mapping[str, tuple[ServeTable, Any]]) -> None:
        self._home = workspace.project / HOME
        self._names = workspace.knowledge.names
        texts = {name: _text(step) for name, (_, step) in steps.items()} if self._names else {}
        self._needs = {name: tuple(base for base in self._names if _names(text, base)) for name, text in texts.items()}

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases without an index."""
        return tuple(name for name in self._names if not (self._home / name / _DATABASE).is_file())

    def __call__(self) -> dict[str, tuple[str, ...]]:
        """Return the bases without an index that each served step names, where there are any."""
        missing = self.bases
        if not missing:
            return {}
        found = {name: tuple(base for base in needs if base in missing) for name, needs in self._needs.items()}
        return {name: bases for name, bases in found.items() if bases}


def _text(step: Any) -> str:
    """The source of the module that a step stands in; empty where there is none."""
    try:
        path = inspect.getsourcefile(step.func)
        return "" if path is None else Path(path).read_text(encoding="utf-8", errors="replace")
    except (TypeError, OSError):
        return ""


def _names(text: str, base: str) -> bool:
    return re.search(rf"""["']{re.escape(base)}["']""", text) is not None

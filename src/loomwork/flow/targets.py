"""Find the step that `module:step` means, seen from the project folder. Runs the project's imports and nothing else."""

from __future__ import annotations

import importlib
import sys
from difflib import get_close_matches
from typing import Any

from loomwork.flow.behaviour import Project
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import UnknownTarget


def load_target(target: str, project: Project) -> Step[..., Any]:
    """Import the module with the project folder on the path and return the step. Raises `UnknownTarget`."""
    module_name, colon, name = target.partition(":")
    if not colon or not module_name or not name:
        raise UnknownTarget(target=target, reason="it has no ':'", near=": for example app:answer")
    root = str(project.root)
    if root not in sys.path:
        sys.path.insert(0, root)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name == error.name or module_name.startswith(error.name + ".")):
            raise
        raise UnknownTarget(target=target, reason=f"there is no module '{error.name}'", near="") from None
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if isinstance(found, Step):
        return found
    steps = sorted(key for key, value in vars(module).items() if isinstance(value, Step))
    close = get_close_matches(name, steps, n=1)
    near = f"; did you mean {module_name}:{close[0]}?" if close else f"; steps there: {', '.join(steps) or 'none'}"
    reason = "that name is not there" if found is None else f"that is a {type(found).__name__}, without @step"
    raise UnknownTarget(target=target, reason=reason, near=near)

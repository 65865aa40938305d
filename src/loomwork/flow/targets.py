"""Find the step that `module:step` means, seen from the project folder."""

from __future__ import annotations

import sys
from typing import Any

from loomwork.flow.behaviour import Project, import_target
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import UnknownTarget


def load_target(target: str, project: Project) -> Step[..., Any]:
    """Import the target's module and return the step. Raises `UnknownTarget`, and what the import itself raises."""
    found = import_target(target, project)
    if isinstance(found, Step):
        return found
    module = sys.modules[target.partition(":")[0]]
    steps = sorted(name for name, value in vars(module).items() if isinstance(value, Step))
    near = f"; steps there: {', '.join(steps)}" if steps else "; put @step above the function"
    raise UnknownTarget(target=target, reason=f"that is a {type(found).__name__} without @step", near=near)

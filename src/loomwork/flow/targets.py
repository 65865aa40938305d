"""Find the step that `module:step` means, seen from the project folder."""

from __future__ import annotations

import sys
from typing import Any, cast

from loomwork.flow.behaviour import Project, import_target
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import NotAStep
from loomwork.kernel.errors.phrases import PutStepAbove, StepsThere


def load_target(target: str, project: Project) -> Step[..., Any]:
    """Import the target's module and return the step. Raises `UnknownTarget`, and what the import itself raises."""
    found = import_target(target, project)
    if isinstance(found, Step):
        return cast("Step[..., Any]", found)
    module = sys.modules[target.partition(":")[0]]
    steps = sorted(name for name, value in vars(module).items() if isinstance(value, Step))
    near = StepsThere(names=", ".join(steps)) if steps else PutStepAbove()
    raise NotAStep(target=target, type=type(found).__name__, near=near)

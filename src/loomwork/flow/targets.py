"""Find the step that `module:step` means, seen from the project folder."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, cast

from loomwork.flow.behaviour import Project, import_target
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import NoSuchName, NotAStep
from loomwork.kernel.errors.phrases import PutStepAbove, StepsThere


def load_target(target: str, project: Project) -> Step[..., Any]:
    """Import the target's module and return the step. Raises `UnknownTarget`, and what the import itself raises."""
    try:
        found = import_target(target, project)
    except NoSuchName as error:
        raise _with_steps(error) from None
    if isinstance(found, Step):
        return cast("Step[..., Any]", found)
    module = sys.modules[target.partition(":")[0]]
    raise NotAStep(target=target, type=type(found).__name__, near=_steps_of(module) or PutStepAbove())


def _steps_of(module: ModuleType) -> StepsThere | None:
    steps = sorted(name for name, value in vars(module).items() if isinstance(value, Step))
    return StepsThere(names=", ".join(steps)) if steps else None


def _with_steps(error: NoSuchName) -> NoSuchName:
    """Return the error with the steps that the module does have, where no name is near the one that was given."""
    module = sys.modules.get(str(error.fields["module"]))
    steps = None if module is None else _steps_of(module)
    return error if str(error.fields["near"]) or steps is None else NoSuchName(**error.fields | {"near": steps})

"""loomwork: the workbench where LLM applications are built, tested, tuned and launched.

Names are loaded when they are first used, so that `import loomwork` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loomwork.flow.observe import observe
    from loomwork.flow.step import step
    from loomwork.flow.sync import run_sync
    from loomwork.kernel.codecs import register_codec
    from loomwork.kernel.errors.base import LoomworkError
    from loomwork.prompts.examples import Example
    from loomwork.prompts.prompt import Prompt
    from loomwork.workspace.opening import Workspace
    from loomwork.workspace.resolving import knowledge, model

__version__ = "0.1.0"

__all__ = [
    "Example",
    "LoomworkError",
    "Prompt",
    "Workspace",
    "knowledge",
    "model",
    "observe",
    "register_codec",
    "run_sync",
    "step",
]

_HOMES = {
    "Example": "loomwork.prompts.examples",
    "LoomworkError": "loomwork.kernel.errors.base",
    "Prompt": "loomwork.prompts.prompt",
    "Workspace": "loomwork.workspace.opening",
    "knowledge": "",
    "model": "loomwork.workspace.resolving",
    "observe": "loomwork.flow.observe",
    "register_codec": "loomwork.kernel.codecs",
    "run_sync": "loomwork.flow.sync",
    "step": "loomwork.flow.step",
}
"""Public names and the modules where they live; empty: the package of that name is it, and can be called."""


def connect_references() -> None:
    """Load what `model("fast")` and `knowledge("handbook")` are looked up with; asked for by the first look-up."""
    from importlib import import_module

    import_module("loomwork.workspace.resolving")


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'loomwork' has no attribute {name!r}")
    from importlib import import_module

    home = _HOMES[name]
    found = getattr(import_module(home), name) if home else import_module(f"loomwork.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Prompt files, templates, `ask`, few-shot, techniques, structured output. Knows models through a Protocol only.

Names are loaded when they are first used: who only looks for the project's folder pays for no template language.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loomwork.prompts.calls import Asks, Models
    from loomwork.prompts.examples import Example, nearest_examples
    from loomwork.prompts.handle import ModelHandle
    from loomwork.prompts.prompt import Prompt, describe_use

__all__ = ["Asks", "Example", "ModelHandle", "Models", "Prompt", "describe_use", "nearest_examples"]

_HOMES = {
    "Asks": "loomwork.prompts.calls",
    "Example": "loomwork.prompts.examples",
    "ModelHandle": "loomwork.prompts.handle",
    "Models": "loomwork.prompts.calls",
    "Prompt": "loomwork.prompts.prompt",
    "describe_use": "loomwork.prompts.prompt",
    "nearest_examples": "loomwork.prompts.examples",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

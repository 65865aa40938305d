"""Do something to a module once it has been imported. Knows nothing of what is done.

Modules that are loaded already are done at once. For the others a finder stands first in `sys.meta_path`: it finds
nothing itself, but lets the found loader's `exec_module` be followed by what is to be done.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Done = Callable[[ModuleType], None]


class Late:
    """Modules that wait to be imported, and what is then done to each."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Done]] = {}

    def when(self, name: str, done: Done) -> None:
        """Do something to a module now or once it is imported."""
        module = sys.modules.get(name)
        if module is not None and not _is_loading(module):
            done(module)
        else:
            self._waiting.setdefault(name, []).append(done)

    def start(self) -> None:
        """Stand first among the finders."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)  # pyright: ignore[reportArgumentType] -- a finder needs find_spec alone

    def stop(self) -> None:
        """Leave the finders and forget who waits."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)  # pyright: ignore[reportArgumentType] -- as above
        self._waiting.clear()

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Find a waited-for module as the other finders would, and follow its loading."""
        if name not in self._waiting:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: ModuleSpec | None = find(name, path, target)
            if spec is not None:
                self._follow(spec)
                return spec
        return None

    def _follow(self, spec: ModuleSpec) -> None:
        loader: Any = spec.loader
        execute = getattr(loader, "exec_module", None)
        if execute is None or isinstance(loader, type):
            return

        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            execute(module)
            for done in self._waiting.pop(spec.name, ()):
                done(module)

        loader.exec_module = exec_module


def _is_loading(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))

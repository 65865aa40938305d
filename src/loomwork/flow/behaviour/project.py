"""Which files are the project's own code. Knows nothing of what stands in them."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

_SKIPPED = frozenset({"site-packages", "dist-packages", "node_modules", "__pycache__", "__pypackages__"})
_TYPED = ("<stdin>", "<string>", "<ipython-input", "<console>", "<cell", "<doctest", "<marimo")
_OWN = str(Path(__file__).resolve().parents[2])


def _real(path: str | Path) -> str:
    return Path(path).resolve().as_posix()


class Project:
    """A project folder and the editable installs beside it.

    Args:
        root: The folder with loomwork.toml.
        extra_roots: Folders of packages that are installed editable: their code is watched like the project's.
    """

    def __init__(self, root: Path, extra_roots: tuple[Path, ...] = ()) -> None:
        self.root = Path(root).resolve()
        self.extra_roots = tuple(Path(each).resolve() for each in extra_roots)
        self._roots = tuple(f"{each.as_posix()}/" for each in (self.root, *self.extra_roots))
        installed = {_real(path) for key, path in sysconfig.get_paths().items() if key in {"stdlib", "purelib"}}
        self._foreign = tuple(f"{each}/" for each in (*installed, _OWN))
        self._owned: dict[str, bool] = {}
        self._folders: dict[str, str] = {}
        self._modules: dict[int, tuple[ModuleType, bool]] = {}

    def owns(self, filename: str) -> bool:
        """Say whether code of this file is the project's (typed code, as in a notebook cell, is)."""
        known = self._owned.get(filename)
        if known is None:
            known = self._owned[filename] = self._decide(filename)
        return known

    def owns_module(self, module: ModuleType) -> bool:
        """Say whether a loaded module is the project's."""
        known = self._modules.get(id(module))
        if known is None:
            known = self._modules[id(module)] = (module, self._decide_module(module))
        return known[1]

    def relative(self, filename: str) -> str:
        """Return a file as people name it: relative to the project, with forward slashes."""
        if filename.startswith("<"):
            return filename
        path = self._resolved(filename)
        for root in self._roots:
            if path.startswith(root):
                return path[len(root) :]
        return path

    def _resolved(self, filename: str) -> str:
        folder, name = os.path.split(filename)
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = _real(folder or ".")
        return f"{known}/{name}"

    def sources(self) -> Iterator[Path]:
        """Yield all Python files of the project, in order."""
        for root in (self.root, *self.extra_roots):
            yield from _python_files(root)

    def _decide(self, filename: str) -> bool:
        if filename.startswith("<"):
            return filename.startswith(_TYPED)
        if "/ipykernel_" in filename:
            return True
        path = self._resolved(filename)
        for root in self._roots:
            if path.startswith(root):
                inner = path[len(root) :].split("/")[:-1]
                hidden = any(part in _SKIPPED or (part.startswith(".") and part != "..") for part in inner)
                return not hidden and not path.startswith(self._foreign_under(root))
        return False

    def _foreign_under(self, root: str) -> tuple[str, ...]:
        """Return the foreign folders that do not themselves contain the root (an example inside of a library)."""
        return tuple(each for each in self._foreign if not root.startswith(each))

    def _decide_module(self, module: ModuleType) -> bool:
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            return self.owns(file)
        if module.__name__ == "__main__":
            return True
        path = getattr(module, "__path__", None)
        if path is None or module.__name__ in sys.builtin_module_names:
            return False
        try:
            return any(self.owns(f"{each}/__init__.py") for each in path)
        except (TypeError, KeyError):
            return False


def _python_files(root: Path) -> Iterator[Path]:
    for entry in sorted(root.iterdir()):
        name = entry.name
        if entry.is_dir():
            if not name.startswith(".") and name not in _SKIPPED and not (entry / "pyvenv.cfg").exists():
                yield from _python_files(entry)
        elif name.endswith(".py"):
            yield entry

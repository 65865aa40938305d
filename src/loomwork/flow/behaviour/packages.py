"""Which version of an installed package is in use. Knows nothing of the code in it."""

from __future__ import annotations

import sys
from importlib import metadata
from types import ModuleType

STDLIB = sys.stdlib_module_names | {"__builtin__", "builtins"}


class Packages:
    """Versions by top-level module, found when first asked for."""

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}
        self._owners: dict[str, list[str]] | None = None

    def version(self, root: str) -> str:
        """Return the version of the distribution (or distributions) that a top-level module comes from."""
        known = self._versions.get(root)
        if known is None:
            known = self._versions[root] = self._find(root)
        return known

    def _find(self, root: str) -> str:
        found = _direct(root) or self._by_owner(root)
        if found is not None:
            return found
        module = sys.modules.get(root)
        version = getattr(module, "__version__", None) if isinstance(module, ModuleType) else None
        return str(version) if version is not None else "none"

    def _by_owner(self, root: str) -> str | None:
        if self._owners is None:
            self._owners = {name: sorted(set(owners)) for name, owners in metadata.packages_distributions().items()}
        owners = self._owners.get(root)
        return ", ".join(f"{owner} {metadata.version(owner)}" for owner in owners) if owners else None


def _direct(root: str) -> str | None:
    """Return the version of the distribution called like the module, if it does bring that module."""
    try:
        found = metadata.distribution(root)
    except (metadata.PackageNotFoundError, ValueError):
        return None
    tops = found.read_text("top_level.txt")
    if tops is not None:
        return found.version if root in tops.split() else None
    files = found.read_text("RECORD")
    if files is not None and f"\n{root}/" not in f"\n{files}" and f"\n{root}." not in f"\n{files}":
        return None
    return found.version

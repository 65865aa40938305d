"""Import the project's modules from their source, never from a `.pyc`. Knows nothing of steps or behaviours.

Python believes a `.pyc` whose stamp (seconds and size) fits, so that two edits within a second can leave the older
code running. Modules that come through here are compiled from what stands in the file.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType
from typing import Any

from loomwork.flow.behaviour.project import Project
from loomwork.kernel.errors.flow import NoSuchModule, NoSuchName, TargetForm
from loomwork.kernel.errors.phrases import nearest


class FreshLoader(importlib.machinery.SourceFileLoader):
    """Loads one module from its source and keeps the source."""

    loaded_source: bytes | None = None

    def get_code(self, fullname: str) -> CodeType | None:  # pyright: ignore[reportIncompatibleMethodOverride] # the base declares CodeType | None through two unrelated protocols
        """Compile the file as it is now."""
        path = self.get_filename(fullname)
        self.loaded_source = self.get_data(path)
        return self.source_to_code(self.loaded_source, path)


class ProjectFinder(importlib.abc.MetaPathFinder):
    """Finds the project's modules before Python's own finder does."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec with a `FreshLoader` for a module of the project, else None."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if not self.project.owns(spec.origin):
            return None
        loader = FreshLoader(fullname, spec.origin)
        return importlib.util.spec_from_file_location(
            fullname, spec.origin, loader=loader, submodule_search_locations=spec.submodule_search_locations
        )


def install_finder(project: Project) -> ProjectFinder:
    """Let the project's modules be compiled from their source from now on. Once for each project root."""
    for finder in sys.meta_path:
        if isinstance(finder, ProjectFinder) and finder.project.root == project.root:
            return finder
    finder = ProjectFinder(project)
    sys.meta_path.insert(0, finder)
    return finder


def import_target(target: str, project: Project) -> Any:
    """Import `module:name` as seen from the project folder. Raises `UnknownTarget`.

    Args:
        target: `package.module:name`; the name may have dots (`Bot.answer`).
        project: Its root is put on the import path.
    """
    module_name, _, name = target.partition(":")
    if not module_name or not name:
        raise TargetForm(target=target)
    install_finder(project)
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))
    importlib.invalidate_caches()
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        near = nearest(error.name, (path.stem for path in project.root.glob("*.py")))
        raise NoSuchModule(target=target, module=error.name, near=near) from None
    for part in name.split("."):
        if not hasattr(found, part):
            near = nearest(part, (each for each in dir(found) if not each.startswith("_")))
            raise NoSuchName(target=target, module=module_name, name=name, near=near)
        found = getattr(found, part)
    return found

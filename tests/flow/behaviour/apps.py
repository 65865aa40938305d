"""Small applications on disk, imported afresh under their own names and forgotten again."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loomwork.flow.behaviour import Behaviour, Behaviours, Project, ProjectFinder, import_target


def put(root: Path, files: dict[str, str]) -> Path:
    """Write an application."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@contextmanager
def opened(root: Path, target: str = "app:work") -> Generator[tuple[Any, Behaviours]]:
    """Import a target of the application at `root`; yields it with fresh behaviours."""
    before = set(sys.modules)
    path = list(sys.path)
    project = Project(root)
    try:
        yield import_target(target, project), Behaviours(project, semantics=1)
    finally:
        sys.path[:] = path
        sys.meta_path[:] = [
            each
            for each in sys.meta_path
            if not (isinstance(each, ProjectFinder) and each.project.root == project.root)
        ]
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(str(project.root)):
                del sys.modules[name]


def behaviour_at(root: Path, target: str = "app:work") -> Behaviour:
    """The behaviour of a target, with its parts put together."""
    with opened(root, target) as (thing, behaviours):
        found = behaviours.of(thing)
        assert found.parts
        return found


def edited(files: dict[str, str], edit: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The files after an edit; the text to replace must be there."""
    out = dict(files)
    for name, (old, new) in edit.items():
        assert old in out[name], f"{old!r} is not in {name}"
        out[name] = out[name].replace(old, new, 1)
    return out

"""The steps of a project, read from its sources: nothing is imported, nothing runs. Knows no run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from loomwork.studio import files
from loomwork.studio.wire.jobs import Target, TargetList

MOST_FILES = 500
MOST = 1_000
_LARGE = 1 << 20
_OWN = "loomwork"
_DECORATORS = frozenset({"step", "tool"})


def targets_of(folder: Path) -> TargetList:
    """Return what a run can be of: functions under `@step`, by module and place."""
    listing = files.listed(folder, ".py", most=MOST_FILES)
    found: list[Target] = []
    for path in listing.paths:
        place = path.relative_to(folder)
        parts = place.with_suffix("").parts
        if all(part.isidentifier() for part in parts):
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found += [
                Target(name=f"{module}:{name}", file=place.as_posix(), line=line)
                for name, line in _steps(path)
                if module
            ]
    return TargetList(targets=tuple(found[:MOST]), more=listing.more or len(found) > MOST)


def _steps(path: Path) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(path.read_bytes() if path.stat().st_size <= _LARGE else b"")
    except (OSError, SyntaxError, ValueError, RecursionError):  # a file at work on: its steps are told when it is whole
        return
    names = _names(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            _is_step(each, names) for each in node.decorator_list
        ):
            yield node.name, node.lineno


def _names(tree: ast.Module) -> dict[str, str]:
    """Return what the names that a module imports from loomwork stand for; the package itself for nothing."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == _OWN:
            found |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {each.asname or _OWN: "" for each in node.names if each.name.partition(".")[0] == _OWN}
    return found


def _is_step(decorator: ast.expr, names: dict[str, str]) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(called, ast.Name):
        return names.get(called.id) in _DECORATORS
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return names.get(called.value.id) == "" and called.attr in _DECORATORS
    return False


__all__ = ["MOST", "targets_of"]

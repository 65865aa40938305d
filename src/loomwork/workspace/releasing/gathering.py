"""Take a release from a project as it stands: its code, prompts, settings, snapshots. Reads; writes nothing."""

from __future__ import annotations

import ast
import os
import platform
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from loomwork.flow.behaviour import Project
from loomwork.flow.behaviour.packages import STDLIB, Packages
from loomwork.kernel.canonical import digest_bytes
from loomwork.prompts.locating import PROJECT_FILE
from loomwork.prompts.origins import FOLDER as PROMPTS
from loomwork.workspace.environment import Override, applied, overrides
from loomwork.workspace.problems import Places
from loomwork.workspace.releasing.manifest import Manifest, deciding
from loomwork.workspace.secrets import secrets_in

LARGEST = 4 * 1024 * 1024
"""Bytes above which a file is not kept."""
STORE = "store"
_NAMED = re.compile(rb"""\bPrompt\(\s*["']([^"'\n]+)["']""")


class Gathered(Struct, frozen=True, kw_only=True):
    """A release with what it is made of."""

    manifest: Manifest
    bodies: dict[str, bytes]

    @property
    def id(self) -> str:
        """Its name."""
        return self.manifest.id


def gather(
    project: Path,
    *,
    environ: Mapping[str, str] | None = None,
    snapshots: Mapping[str, str] | None = None,
    roots: Iterable[Path] = (),
    files: Iterable[str] = (),
) -> Gathered:
    """Return the release that a project is now.

    Args:
        project: Its folder.
        environ: In the place of the process's environment.
        snapshots: The snapshot of each knowledge base.
        roots: Folders of code outside the project folder.
        files: Patterns of further files that steps read.
    """
    root = project.resolve()
    code = dict(_code(Project(root), ""))
    for place, each in enumerate(roots):
        code |= dict(_code(Project(each), f"+{place}/"))
    prompts = dict(_read(root, [*_below(root / PROMPTS), *_named(root, code.values())]))
    named = [path for pattern in files for path in sorted(root.glob(pattern)) if path.is_file()]
    others = {path: body for path, body in _read(root, named) if path not in code and path not in prompts}
    settings, _ = effective(root, os.environ if environ is None else environ)
    manifest = Manifest(
        code=_hashed(code),
        prompts=_hashed(prompts),
        files=_hashed(others),
        settings=deciding(settings),
        knowledge=dict(snapshots or {}),
        versions=_versions(code),
    )
    return Gathered(manifest=manifest, bodies={**code, **prompts, **others})


def effective(project: Path, environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the tables of loomwork.toml with what the environment says in them, and the variables that said it.

    What the environment says of the store, and secrets, stay in the environment.
    """
    path = project / PROJECT_FILE
    tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    taken: list[str] = []
    for change in overrides(environ):
        if change.names[0] != STORE and not _is_secret(change):
            tables = applied(tables, change)
            taken.append(change.variable)
    return tables, taken


def _is_secret(change: Override) -> bool:
    data: Any = change.value
    for name in reversed(change.names):
        data = {name: data}
    return any(True for _ in secrets_in(data, Places(PROJECT_FILE, {}, [])))


def _code(project: Project, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in project.sources():
        yield prefix + path.relative_to(project.root).as_posix(), path.read_bytes()


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.stat().st_size <= LARGEST:
            yield path


def _named(root: Path, code: Iterable[bytes]) -> Iterator[Path]:
    """Yield prompt files elsewhere in the project that code names."""
    for text in code:
        for found in _NAMED.findall(text):
            path = root / os.fsdecode(found)
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _read(root: Path, paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path.is_relative_to(root) and not path.name.endswith(".py"):
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _hashed(bodies: Mapping[str, bytes]) -> dict[str, str]:
    return {path: digest_bytes(body) for path, body in sorted(bodies.items())}


def _versions(code: Mapping[str, bytes]) -> dict[str, str]:
    """Return the versions of what the code runs on."""
    from loomwork import __version__

    own = {path.lstrip("+0123456789/").split("/")[0].removesuffix(".py") for path in code}
    packages = Packages()
    major, minor, _ = platform.python_version_tuple()
    found = {"python": f"{major}.{minor}", "loomwork": __version__}
    for name in sorted({each for body in code.values() for each in _imported(body)} - own - STDLIB - {"loomwork"}):
        found[name] = packages.version(name)
    return found


def _imported(body: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (each.name.partition(".")[0] for each in node.names)
            case ast.ImportFrom(module=str() as module, level=0):
                yield module.partition(".")[0]
            case _:
                pass

"""Lay a release out as a folder that a workspace can be opened in. Knows no store and no server.

`.loomwork/releases/ID/project` holds the release's own files; whatever else lies in the project (data that steps read
and write) is linked to where it is, so that it stays one. Further roots of code stand beside it, in `roots/`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from loomwork.kernel.canonical import digest_bytes
from loomwork.prompts.locating import PROJECT_FILE
from loomwork.workspace.folder import FOLDER, KEY_FILE
from loomwork.workspace.releasing.manifest import Manifest, merged

RELEASES = Path(FOLDER, "releases")
PROJECT, ROOTS = "project", "roots"
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages", "__pypackages__"})

Bodies = Callable[[str, str], bytes]
"""Returns the content of a file, by its path and its hash."""


class Laid(NamedTuple):
    """A release as a folder."""

    project: Path
    roots: tuple[Path, ...]


def place_of(project: Path, release: str) -> Laid:
    """Return where a release is, or would be, laid out."""
    above = project / RELEASES / release
    found = sorted((above / ROOTS).iterdir()) if (above / ROOTS).is_dir() else []
    return Laid(above / PROJECT, tuple(found))


def lay_out(project: Path, release: str, manifest: Manifest, bodies: Bodies, *, live: Mapping[str, Any]) -> Laid:
    """Make (or mend) the folder of a release.

    Args:
        project: The project's own folder.
        release: The release.
        manifest: What it is made of.
        bodies: Where its files come from.
        live: The tables of the project's loomwork.toml as they are now: what decides no answer is taken from there.
    """
    laid = place_of(project, release)
    laid.project.mkdir(parents=True, exist_ok=True)
    wanted = manifest.all_files
    for path, digest in wanted.items():
        _write(_target(laid.project, path), digest, lambda path=path, digest=digest: bodies(path, digest))
    _take_away(laid.project, {path for path in wanted if not path.startswith("+")})
    _link(project, laid.project, "", frozenset(wanted))
    _settings(laid.project, merged(manifest.settings, live), count=_roots_in(wanted))
    own = laid.project / FOLDER
    own.mkdir(exist_ok=True)
    if (project / FOLDER / KEY_FILE).is_file():
        shutil.copy2(project / FOLDER / KEY_FILE, own / KEY_FILE)
    return place_of(project, release)


def _target(folder: Path, path: str) -> Path:
    if not path.startswith("+"):
        return folder / path
    number, _, below = path[1:].partition("/")
    return folder.parent / ROOTS / number / below


def _roots_in(paths: Mapping[str, str]) -> int:
    return len({path.partition("/")[0] for path in paths if path.startswith("+")})


def _write(path: Path, digest: str, body: Callable[[], bytes]) -> None:
    """Write a file unless it is there as it should be."""
    if path.is_file() and not path.is_symlink() and digest_bytes(path.read_bytes()) == digest:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(body())
    part.replace(path)


def _take_away(folder: Path, kept: set[str]) -> None:
    """Remove code that the release does not have."""
    for path in folder.rglob("*.py"):
        if not path.is_symlink() and path.relative_to(folder).as_posix() not in kept:
            path.unlink()


def _link(source: Path, target: Path, below: str, pinned: frozenset[str]) -> None:
    """Link to what is not the release's own: data, state, whatever is large."""
    for entry in os.scandir(source):
        name = f"{below}{entry.name}"
        made = target / entry.name
        if name in pinned or entry.name in _SKIPPED or name == PROJECT_FILE:
            continue
        if entry.is_dir():
            _link_folder(Path(entry.path), made, name, pinned)
        elif not entry.name.endswith((".py", ".pyc", ".part")) and not made.is_symlink():
            with contextlib.suppress(FileExistsError):
                made.symlink_to(Path(entry.path).absolute())


def _link_folder(source: Path, made: Path, name: str, pinned: frozenset[str]) -> None:
    if source.name.startswith(".") or (source / "pyvenv.cfg").exists():
        return
    if any(path.startswith(f"{name}/") for path in pinned):
        made.mkdir(exist_ok=True)
        _link(source, made, f"{name}/", pinned)
    elif not made.is_symlink():
        with contextlib.suppress(FileExistsError):
            made.symlink_to(source.absolute(), target_is_directory=True)


def _settings(folder: Path, tables: dict[str, Any], *, count: int) -> None:
    """Write loomwork.toml; roots of code lead to the release's own copies."""
    if count:
        roots = [str(folder.parent / ROOTS / str(place)) for place in range(count)]
        tables = {**tables, "project": {**tables.get("project", {}), "roots": roots}}
    part = folder / f"{PROJECT_FILE}.{os.getpid()}.part"
    part.write_text(tomlkit.dumps(tables), encoding="utf-8")  # pyright: ignore[reportUnknownMemberType] # tomlkit leaves the type of its documents open
    part.replace(folder / PROJECT_FILE)

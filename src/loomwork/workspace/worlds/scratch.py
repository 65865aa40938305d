"""A copy of a project in a folder of its own, made once and changed for every try. Knows nothing of runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from loomwork.prompts.locating import PROJECT_FILE
from loomwork.workspace.environment import MARK, PREFIX
from loomwork.workspace.folder import FOLDER, KEY_FILE
from loomwork.workspace.worlds.job import Job

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_LARGE = 4 * 1024 * 1024
"""Bytes above which a file is linked to, not copied."""
_PATIENCE_S = 900.0

Settings = dict[tuple[str, str], Any]
"""Values by alias and key of [models.ALIAS]; None: the key is taken away."""


class Scratch:
    """The copy. Close it when done."""

    def __init__(self, project: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="loomwork-blame-")).resolve()
        self.root = self._folder / "project"
        self._drop: frozenset[str] = frozenset()
        try:
            _copy(project, self.root)
            _copy_own(project / FOLDER, self.root / FOLDER)
            self._settings = self._text()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Take the copy away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, files: Mapping[str, bytes | None]) -> None:
        """Write files of the project; None takes one away."""
        for name, data in files.items():
            path = self.root / name
            if data is None:
                path.unlink(missing_ok=True)
                continue
            if path.is_symlink():
                path.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != data:
                path.write_bytes(data)

    def put_settings(self, values: Settings) -> None:
        """Set keys of the models; what was set before is taken back first."""
        document: Any = tomlkit.parse(self._settings)
        for (alias, key), value in values.items():
            table = document.setdefault("models", {}).setdefault(alias, {})
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value
        (self.root / PROJECT_FILE).write_text(tomlkit.dumps(document), encoding="utf-8")  # pyright: ignore[reportUnknownMemberType] # tomlkit leaves the type of its documents open
        names = {f"{PREFIX}MODELS{MARK}{alias}{MARK}{key}".upper().replace("-", "_") for alias, key in values}
        self._drop = frozenset(names)

    def do(self, job: Job) -> bytes | None:
        """Have a process do a job in the copy; None where it failed."""
        order, answer = self._folder / "job.json", self._folder / "answer.json"
        answer.unlink(missing_ok=True)
        order.write_bytes(msgspec.json.encode(msgspec.structs.replace(job, answer=str(answer))))
        environment = {name: value for name, value in os.environ.items() if name.upper() not in self._drop}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        command = [sys.executable, "-m", "loomwork.workspace.worlds.worker", str(order)]
        try:
            subprocess.run(
                command,
                cwd=self.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )
            return answer.read_bytes()
        except (OSError, subprocess.TimeoutExpired):
            return None

    def _text(self) -> str:
        path = self.root / PROJECT_FILE
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for entry in os.scandir(source):
        path, made = Path(entry.path), target / entry.name
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name not in _SKIPPED and not (path / "pyvenv.cfg").exists():
                _copy(path, made)
        elif entry.is_symlink() or entry.stat().st_size > _LARGE:
            made.symlink_to(path.resolve())
        elif entry.is_file():
            shutil.copy2(path, made)


def _copy_own(source: Path, target: Path) -> None:
    """Take over what loomwork keeps beside a project: the key that hashes variables, and the indexes, to be read."""
    target.mkdir()
    if (source / KEY_FILE).is_file():
        shutil.copy2(source / KEY_FILE, target / KEY_FILE)
    if (source / "knowledge").is_dir():
        (target / "knowledge").symlink_to(source / "knowledge")

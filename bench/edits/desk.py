"""Folders, processes and counts: lay out the application, make an edit, run a system on it. Judges nothing."""

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.edits.edits import HERE, Counts, Edit, make
from bench.edits.server import Server

PORT_IN_FILES = "8765"
STORE = ".loomwork"
PATIENCE_S = 600.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One process and what it left."""

    code: int
    answer: dict[str, Any]
    stderr: str
    wall_s: float
    outputs: list[Any] = field(default_factory=list)
    calls: Counts = field(default_factory=dict)

    @property
    def ran(self) -> Counts:
        """Bodies that ran, by the step's short name."""
        found: Counter[str] = Counter()
        for step in self.answer.get("steps", ()):
            if step.get("kind", "step") == "step" and step.get("ran"):
                found[short_name(step["name"])] += step["ran"]
        return dict(found)


def short_name(name: str) -> str:
    """A step's own name.

    >>> short_name("app.reply:draft"), short_name("draft")
    ('draft', 'draft')
    """
    return name.replace(":", ".").rsplit(".", 1)[-1]


class Slot:
    """A place where one edit after another is tried; its path stays the same, as a user's project does."""

    def __init__(self, root: Path, server: Server) -> None:
        self.root = root
        self.server = server
        self.place = root / "here"
        self.runs = 0

    @property
    def project(self) -> Path:
        """Where the application lies now."""
        return self.place / "project"

    def clear(self) -> None:
        """An application as it is committed, and no store."""
        self.place = self.root / "here"
        for old in ("here", "elsewhere"):
            shutil.rmtree(self.root / old, ignore_errors=True)
        clean = shutil.ignore_patterns("__pycache__", STORE, "expected")
        shutil.copytree(HERE / "app", self.project, ignore=clean)
        shutil.copytree(HERE / "site", self.place / "site", ignore=clean)
        self.fill_in_port()

    def keep(self) -> None:
        """Remember the place as it is: the state before each edit."""
        shutil.rmtree(self.root / "kept", ignore_errors=True)
        shutil.copytree(self.place, self.root / "kept")

    def restore(self) -> None:
        """The place as it was kept, times of files included."""
        self.place = self.root / "here"
        for old in ("here", "elsewhere"):
            shutil.rmtree(self.root / old, ignore_errors=True)
        shutil.copytree(self.root / "kept", self.place)

    def edit(self, edit: Edit) -> None:
        """Make the edit to what lies here."""
        self._port(str(self.server.port), PORT_IN_FILES)
        make(edit, self.project)
        self.fill_in_port()
        if edit.moved:
            self.place = self.place.rename(self.root / "elsewhere")

    def fill_in_port(self) -> None:
        """The server's port in the settings."""
        self._port(PORT_IN_FILES, str(self.server.port))

    def _port(self, old: str, new: str) -> None:
        settings = self.project / "loomwork.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace(f":{old}/", f":{new}/"), encoding="utf-8")

    def run(self, argv: list[str], env: Mapping[str, str], out: Path | None = None) -> Outcome:
        """A new process in the project; what it asked the server for is counted by its own key."""
        self.runs += 1
        token = f"sk-desk-{self.root.name}-{self.runs:06d}"
        own = {"PATH": os.environ["PATH"], "HOME": str(self.root), "LANG": "C.UTF-8", "NO_COLOR": "1"}
        own |= {"TRIAGE_KEY": token, "TRIAGE_KEY_TOO": token, "PYTHONPATH": str(self.place / "site"), **env}
        start = time.perf_counter()
        try:
            done = subprocess.run(
                argv, cwd=self.project, env=own, capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as late:
            return Outcome(code=124, answer={}, stderr=str(late), wall_s=PATIENCE_S, calls=self.server.calls(token))
        wall = time.perf_counter() - start
        lines = out.read_text(encoding="utf-8").splitlines() if out is not None and out.exists() else []
        return Outcome(
            code=done.returncode,
            answer=parsed(done.stdout),
            stderr=done.stderr[-4000:],
            wall_s=wall,
            outputs=[kept_of(json.loads(line)) for line in lines],
            calls=self.server.calls(token),
        )


def parsed(text: str) -> dict[str, Any]:
    """The one JSON object on standard output, or nothing."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def kept_of(line: dict[str, Any]) -> dict[str, Any]:
    """What of a result line must equal the control's: everything but its trace."""
    return {key: line.get(key) for key in ("index", "output", "error")}

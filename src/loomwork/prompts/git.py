"""What git knows of a file: its commits and its text at each. Knows nothing of prompts; no git is fine."""

import shutil
import subprocess
from pathlib import Path

from msgspec import Struct

_FORMAT = "%H%x1f%ct%x1f%an%x1f%s"
_FIELDS = 4


class Commit(Struct, frozen=True, kw_only=True):
    """One commit that changed a file."""

    revision: str
    time_ns: int
    author: str
    subject: str


def commits(path: Path, *, most: int = 100) -> list[Commit]:
    """Return the commits that changed a file, newest first; empty without git, repository or commits."""
    listed = _git(path.parent, "log", f"-{most}", f"--format={_FORMAT}", "--", path.name)
    found: list[Commit] = []
    for line in (listed or "").splitlines():
        fields = line.split("\x1f", _FIELDS - 1)
        if len(fields) == _FIELDS:
            revision, seconds, author, subject = fields
            time_ns = int(seconds) * 1_000_000_000
            found.append(Commit(revision=revision, time_ns=time_ns, author=author, subject=subject))
    return found


def text_at(path: Path, revision: str) -> str | None:
    """Return the file's text at a revision; None where git has none."""
    return _git(path.parent, "show", f"{revision}:./{path.name}")


def _git(folder: Path, *arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    try:
        done = subprocess.run(
            [git, "-C", str(folder), *arguments], capture_output=True, timeout=20, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None

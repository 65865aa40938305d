"""What git kept of a project: whole states of its code, and single files by content. No git is fine."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from loomwork.flow.behaviour import Project
from loomwork.kernel.canonical import Digest, digest_bytes

_MOST = 40
"""Commits of one file that are looked at."""

Code = dict[str, bytes]
"""The Python files of a project by their path in it."""


def code_now(project: Path) -> Code:
    """Return the code that lies there now."""
    root = project.resolve()
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in Project(root).sources()}


def revisions_around(project: Path, time_ns: int) -> list[str]:
    """Return commits in which the code of a run that began then may lie: the last ones before, then the next."""
    seconds = str(time_ns // 1_000_000_000 + 1)
    before = (_git(project, "rev-list", "-3", f"--before={seconds}", "HEAD") or b"").decode().split()
    after = (_git(project, "rev-list", "-20", "--reverse", f"--after={seconds}", "HEAD") or b"").decode().split()
    return list(dict.fromkeys([*before, *after[:2]]))


def code_at(project: Path, revision: str) -> Code | None:
    """Return the code of a commit; None where git does not give it."""
    packed = _git(project, "archive", "--format=tar", revision)
    if packed is None:
        return None
    found: Code = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and member.name.endswith(".py") else None
            if file is not None:
                found[member.name] = file.read()
    return found


def content(project: Path, name: str, digest: Digest) -> bytes | None:
    """Return the content of a file that has this hash: as it lies there, or from a commit."""
    path = project / name
    if path.is_file() and digest_bytes(path.read_bytes()) == digest:
        return path.read_bytes()
    listed = _git(project, "rev-list", f"-{_MOST}", "HEAD", "--", name)
    for revision in (listed or b"").decode().split():
        data = _git(project, "show", f"{revision}:./{name}")
        if data is not None and digest_bytes(data) == digest:
            return data
    return None


def _git(folder: Path, *arguments: str) -> bytes | None:
    git = shutil.which("git")
    if git is None:
        return None
    try:
        done = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None

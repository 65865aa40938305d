"""Runs of a small project, made by the real command in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.cli.conftest import environment

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
APP = """
from loomwork import step

STYLE = "!"

@step
def clean(text: str) -> str:
    if text == "bad":
        raise ValueError("<b>no</b> good text")
    return text.strip()

@step
def shout(text: str) -> str:
    return text.upper() + STYLE

@step
async def main(text: str) -> str:
    return shout(clean(text))
"""


def project(folder: Path, *, app: str = APP, rows: Iterable[dict[str, Any]] | None = None) -> None:
    """Write a project with four rows, the third of which fails."""
    (folder / "loomwork.toml").write_text("")
    (folder / "app.py").write_text(app)
    texts = ({"text": f" row {number}", "slice": "a"} for number in range(2))
    given = [*texts, {"text": "bad"}, {"text": XSS}] if rows is None else rows
    (folder / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in given))


def command(folder: Path, url: str, *words: str) -> list[str]:
    """Return `loomwork WORDS` for a project and its store."""
    name, *rest = words
    return [sys.executable, "-m", "loomwork.cli.main", name, f"--project={folder}", f"--store={url}", "--json", *rest]


def loomwork(folder: Path, url: str, *words: str) -> Any:
    """Carry a command out and return its JSON."""
    done = subprocess.run(
        command(folder, url, *words), cwd=folder, env=environment({}), capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def start(folder: Path, url: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a command and leave it at work."""
    return subprocess.Popen(
        command(folder, url, *words),
        cwd=folder,
        env=environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

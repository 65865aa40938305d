"""A project with scorers, evaluated in a terminal, and a studio over it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.studio.browser.conftest import environment

SCORERS = '''"""Scorers that need no model."""

from loomwork.evals.scoring import Score, scorer


@scorer(range=(0, 1))
def terse(output):
    """Whether the answer is short."""
    length = output["length"]
    return Score(value=max(0.0, 1 - length / 300), reason=f"{length} characters", parts={"length": length})


@scorer(range=(0, 1))
def cites(output, row):
    """Whether Settings is named."""
    if row["locale"] == "zh":
        return None
    if "SSO" in row["question"]:
        raise RuntimeError("cannot read <b>this</b>")
    return "Settings" in output["answer"]
'''
DEAF = """
[models.deaf]
driver = "scripted"
temperature = 0
[[models.deaf.rules]]
when = "Question: [^\\\\n]*(cap|EU)"
text = "no idea"
[[models.deaf.rules]]
when = "(?s)Question: (.*)"
text = "(scripted) For “{1}”: open **Settings**, then Keys, create a new key and switch traffic to it. {hash}"
"""
BOTH = ("--scorer=scorers:terse", "--scorer=scorers:cites")


def prepare(folder: Path) -> None:
    """Add scorers, and a model that does not answer everything, to the project."""
    (folder / "scorers.py").write_text(SCORERS, "utf-8")
    settings = folder / "loomwork.toml"
    settings.write_text(settings.read_text("utf-8") + DEAF, "utf-8")


def loomwork(folder: Path, *words: str) -> Any:
    """Carry a command out and return its JSON."""
    command = [sys.executable, "-m", "loomwork.cli.main", *words, "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def evaluate(folder: Path, *options: str, scorers: Sequence[str] = BOTH) -> Any:
    """Run the application over its questions and score what it answers."""
    return loomwork(folder, "eval", "app:answer", "--data", "data/questions.jsonl", *scorers, *options)

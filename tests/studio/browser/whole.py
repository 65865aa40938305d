"""One project with something on every page of the studio: two runs, a base, a dataset, prompts. Knows no browser.

Its models are scripted doubles and say so in each answer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.studio.browser.conftest import Project, copied, environment

_BASE = """
[knowledge.notes]
sources = ["notes"]
embedder = "none"
"""
_NOTES = {
    "keys.md": "# Keys\n\nKeys are rotated under Settings: create a new key, switch traffic, delete the old one.\n",
    "plans.md": "# Plans\n\nSSO and audit logs belong to the Team plan and above.\n\n## Caps\n\nA cap a month.\n",
    "退款.md": "# 退款\n\n退款在五个工作日内到账，节假日顺延。\n",
}


class Place(NamedTuple):
    """A state of the page: its address, what says that it is there, and keys pressed then."""

    path: str
    seen: str
    keys: tuple[str, ...] = ()
    then: str = ""
    """What is there after the keys."""


_ROW = "[role=row][aria-rowindex='2']"
_PANEL = ".panel .section"
_DIALOG = "dialog[open] input, dialog[open] .table, dialog[open] kbd, dialog[open] .cm-content"
PLACES = {
    "runs": Place("/runs", _ROW),
    "grid": Place("/runs/last", _ROW),
    "cell": Place("/runs/last?item=0&step=app:draft&why=1", f"{_PANEL} ins"),
    "failed cell": Place("/runs/last?item=3&step=app:draft", ".panel .problem"),
    "item": Place("/runs/last?item=3", _PANEL),
    "prompt beside the grid": Place("/runs/last?prompt=prompts/draft.md", ".panel .cm-content"),
    "run": Place("/runs/last", _ROW, ("r",), _DIALOG),
    "plan": Place("/runs/last", _ROW, ("p",), "dialog[open] .table"),
    "keys": Place("/runs/last", _ROW, ("?",), _DIALOG),
    "palette": Place("/runs/last", _ROW, ("Control+k",), _DIALOG),
    "export": Place("/runs/last", _ROW),
    "traces": Place("/traces", _ROW),
    "peek": Place("/traces", _ROW, ("j",), _PANEL),
    "filters": Place("/traces?run=last", _ROW, ("f",), _DIALOG),
    "trace": Place("/traces?run=last", _ROW, ("j", "Enter", "End"), ".said-one"),
    "replay": Place("/traces?run=last", _ROW, ("j", "Enter", "End", "r"), _DIALOG),
    "playground": Place("/playground?prompt=prompts/draft.md", ".cm-content"),
    "comparison chosen": Place("/compare", _ROW),
    "comparison": Place("/compare?a={first}&b={last}", _ROW),
    "compared row": Place("/compare?a={first}&b={last}", _ROW, ("Enter",), _PANEL),
    "datasets": Place("/datasets", _ROW),
    "dataset": Place("/datasets/data/questions.jsonl", _ROW),
    "dataset row": Place("/datasets/data/questions.jsonl?line=2", _PANEL),
    "checks": Place("/datasets/data/questions.jsonl?tab=checks&check=1", "main .table, main .list-tools, main p"),
    "history": Place("/datasets/data/questions.jsonl?tab=history", "main .table, main [role=row]"),
    "prompts": Place("/prompts", _ROW),
    "prompt": Place("/prompts/draft", ".cm-content"),
    "prompt tried": Place("/prompts/draft?tab=try", ".cm-content"),
    "bases": Place("/knowledge", "main [role=row], main .table"),
    "base": Place("/knowledge/notes", "main .section, main .facts, main .table"),
    "documents": Place("/knowledge/notes?tab=documents&doc=plans.md", _PANEL),
    "search": Place("/knowledge/notes?tab=search&q=keys+rotated", "main mark, main ol, main li"),
    "nowhere": Place("/nowhere", ".empty h1"),
}


def written(folder: Path) -> tuple[Project, dict[str, str]]:
    """Write the project and run it twice, a prompt edited between; return it and the runs' ids."""
    project = copied(folder)
    with (folder / "loomwork.toml").open("a", encoding="utf-8") as settings:
        settings.write(_BASE)
    (folder / "notes").mkdir()
    for name, text in _NOTES.items():
        (folder / "notes" / name).write_text(text, "utf-8")
    first = project.run()["run"]
    project.edit("prompts/draft.md", "one or two sentences", "one sentence")
    last = project.run()["run"]
    command = [sys.executable, "-m", "loomwork.cli.main", "knowledge", "build", "notes"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    return project, {"first": first, "last": last}

"""A project in which somebody else wrote whatever could be written: names, inputs, answers, errors, prompts, documents.

Knows no page. The texts are in `hostile.jsonl` (long ones with how often they are repeated).
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from loomwork.store import open_store
from loomwork.store.rows import SpanRow
from tests.studio.browser.conftest import Project, environment

IMAGE = "<img src=x onerror=window.__xss=1>"
TURNED = "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe"
STEP = f'"{IMAGE}' + "{{7*7}}${7*7}" + TURNED
PROMPT = f"prompts/'\"{IMAGE}.md"
BROKEN = "prompts/<svg onload=window.__xss=1>.md"
DATASET = f"data/\"'{IMAGE}{TURNED}.jsonl"
PLAIN = "data/hostile.jsonl"
BASE = "papers"
TRACE = "ab" * 16
RUN = "app:answer"
REFUSED = "app:refuse"
MODEL = f"mo{IMAGE}del"

_APP = f'''"""An application whose names somebody else chose."""

from loomwork import Prompt, model, step

prompt = Prompt({PROMPT!r})


@step(name={STEP!r})
def said(text: str) -> str:
    return text


@step
async def answer(text: str) -> dict[str, str]:
    return {{"said": said(text), {IMAGE!r}: await model({MODEL!r}).ask(prompt, text=text)}}


@step
def refuse(text: str) -> str:
    raise ValueError(text)
'''
_SETTINGS = f"""
[models.'{MODEL}']
driver = "scripted"
[[models.'{MODEL}'.rules]]
text = "{{last}}"

[knowledge.{BASE}]
sources = ["papers"]
embedder = "none"
"""
_FRONT = f"---\ndescription: '{IMAGE}'\n---\n"


class Hostile(NamedTuple):
    """One text and its family."""

    family: str
    text: str


@cache
def corpus() -> tuple[Hostile, ...]:
    """Return the texts."""
    lines = (Path(__file__).parent / "hostile.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return tuple(Hostile(row["family"], row["text"] * row.get("times", 1)) for row in rows)


def written(folder: Path) -> Project:
    """Write the project, and run it: every text is an input, an answer, an error, a row, a span and a document."""
    for name in ("data", "prompts", "papers"):
        (folder / name).mkdir(parents=True)
    (folder / "loomwork.toml").write_text(_SETTINGS, "utf-8")
    (folder / "app.py").write_text(_APP, "utf-8")
    (folder / PROMPT).write_text(f"{_FRONT}## system\n{TURNED} {IMAGE}\n## user\n{{{{ text }}}}\n", "utf-8")
    (folder / BROKEN).write_text(f"{_FRONT}{{% {IMAGE}\n" + _all(), "utf-8")
    (folder / f"papers/{IMAGE}.md").write_text("# " + "\n\n## Part\n\n".join(_each()), "utf-8")
    (folder / "papers/plain.txt").write_text(_all(), "utf-8")
    project = Project(folder=folder)
    rows = [{"text": text, "family": family, "<b>key": TURNED} for family, text in corpus()]
    for name in (PLAIN, DATASET):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    project.run(target=RUN, data=PLAIN)
    project.run(target=REFUSED, data=DATASET)
    command = [sys.executable, "-m", "loomwork.cli.main", "knowledge", "build", BASE]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    _spans(folder)
    return project


def _each() -> list[str]:
    return [each.text.replace("\0", "") for each in corpus()]


def _all() -> str:
    return "\n\n".join(_each())


def _spans(folder: Path) -> None:
    """Write a trace whose every span is called as a text, and says it in each of its parts."""
    store = open_store(f"sqlite:///{folder / '.loomwork' / 'store.db'}")
    texts = [each.text for each in corpus()]
    rows = [
        SpanRow(
            trace=TRACE,
            status="error",
            start_ns=10**18,
            span=f"{n + 1:016x}",
            parent=f"{1:016x}" if n else "",
            kind="span",
            end_ns=10**18 + (n + 1) * 10**6,
            name=text[:300] or "x",
            model=text[:300],
            error=text,
            preview_in=text[:200],
            preview_out=text[:200],
            currency=text[:8],
            attributes={text[:100] or "x": text, "tool.name": text[:100]},
        )
        for n, text in enumerate(texts)
    ]
    store.spans.write(rows)
    store.close()

"""Look for what was planted, through a real index and real memos, and count. Chooses nothing."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.leaks.planting import KINDS, Half
from loomwork.evals.leaks import Chunks, Leak, Limits, Memos, Rows, Source, Texts, find_leaks
from loomwork.workspace.opening import Workspace

APP = """
import json
from pathlib import Path
from loomwork import step

DEMOS = json.loads(Path(__file__).with_name("demos.json").read_text("utf-8"))


@step
def reply(prompt: str) -> str:
    return str(len(prompt))


@step
def main(question: str, demo: int, passage: str) -> str:
    shown = DEMOS[demo] if demo >= 0 else passage
    return reply(f"{shown}\\n\\nQuestion: {question}\\nAnswer:")
"""
SAID: dict[str, tuple[str, ...]] = {"writing": ("normalised",), "paraphrase": ("near", "paraphrase")}
"""What a planted kind is called when it is found, where it is called otherwise."""


class Counted(NamedTuple):
    """What came of one kind."""

    planted: int
    found: int
    """Under whatever name."""
    right: int
    """Rows said to be of this kind that are planted in that source."""
    said: int
    """All pairs of texts said to be of this kind, in whatever source."""

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0


class Measured(NamedTuple):
    """What came of one half."""

    by_kind: dict[str, Counted]
    by_language: dict[tuple[str, str], tuple[int, int]]
    """Planted and found, by kind and language."""
    wrong: list[Leak]
    seconds: float


@contextmanager
def prepared(half: Half) -> Iterator[dict[str, Source]]:
    """Make the sources of a half, by kind: a real index and the memos of a real run among them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, half)
        with Workspace.open(folder, writing="nothing") as workspace:
            view = workspace.knowledge.base("pages").view()
            sources: dict[str, Source] = {kind: Rows(kind, rows) for kind, rows in half.rows.items()}
            sources |= {
                "contained": Texts("contained", lambda: half.texts), "index": Chunks("pages", view),
                "memo": Memos(workspace.runtime.store),
            }  # fmt: skip
            yield {kind: sources[kind] for kind in KINDS}


def measure(half: Half, sources: dict[str, Source], limits: Limits, embedder: Any, *, answers: bool = True) -> Measured:
    """Count in every source: those planted there, and all others. Without `answers`, rows are questions alone."""
    rows = half.tests if answers else [row | {"expected": ""} for row in half.tests]
    began = time.process_time()
    found = find_leaks(rows, list(sources.values()), limits=limits, embedder=embedder)
    seconds = time.process_time() - began
    names = {source.name: kind for kind, source in sources.items()}
    return _counted(half, found, names, KINDS, seconds)


def _counted(half: Half, found: list[Leak], names: dict[str, str], kinds: Sequence[str], seconds: float) -> Measured:
    right = [each for each in found if each.row in half.planted[names[each.source]]]
    wrong = [each for each in found if each.row not in half.planted[names[each.source]]]
    by_kind: dict[str, Counted] = {}
    by_language: dict[tuple[str, str], tuple[int, int]] = {}
    for kind in kinds:
        planted = half.planted[kind]
        mine = {each.row for each in right if names[each.source] == kind}
        called = SAID.get(kind, (kind,))
        said = [each for each in found if each.kind in called]
        hits = sum(each in right for each in said)
        misses = {(each.row, each.found) for each in said if each not in right}  # a filler stands in several sources
        by_kind[kind] = Counted(len(planted), len(mine), hits, hits + len(misses))
        for language in ("en", "zh"):
            of = {row for row in planted if half.languages[row] == language}
            by_language[kind, language] = (len(of), len(of & mine))
    return Measured(by_kind, by_language, wrong, seconds)


def _write(folder: Path, half: Half) -> None:
    """Make a project, build its index and run its rows, as a person would."""
    (folder / "loomwork.toml").write_text('[knowledge.pages]\nsources = ["docs"]\nembedder = "none"\n')
    (folder / "app.py").write_text(APP)
    (folder / "demos.json").write_text(json.dumps(half.demos))
    (folder / "docs").mkdir()
    for name, text in half.pages.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in half.asked), encoding="utf-8")
    for words in (["knowledge", "build", "pages"], ["run", "app:main", "--data", "rows.jsonl"]):
        command = [sys.executable, "-m", "loomwork.cli.main", *words, "--project", str(folder)]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)

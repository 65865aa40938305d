"""What every side is measured at: a first ingest, an unchanged one, one with a changed paragraph. Knows no side."""

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from stub import Counted

CHANGED = "fastapi-en/tutorial/path-params.md"
UNCHANGED = 5
"""How often nothing has changed; the median counts."""
Ingest = Callable[[], int]
"""Brings the index up to date, durably; returns how many chunks it holds."""
Make = Callable[[Path, Path, Counted], Ingest]
"""(documents, where to keep the index, embedder) -> ingest, as a new process with warm imports would open it."""


def measured(folder: Path, make: Make) -> dict[str, object]:
    """Run the turns over `folder/docs`, after a warm-up over another folder that pays for imports."""
    warm = folder / "warm-docs" / "a"
    warm.mkdir(parents=True, exist_ok=True)
    for number in range(3):
        (warm / f"{number}.md").write_text(f"# Warm {number}\n\n" + "A sentence of no interest. " * 200)
    made: dict[str, list[dict[str, float]]] = {}
    for name in ("warm", "first", *["unchanged"] * UNCHANGED, "changed"):
        if name == "unchanged":
            time.sleep(0.2)  # files younger than a tick may change again without another stamp
        if name == "changed":
            edit(folder / "docs" / CHANGED)
        counted = Counted()
        docs = folder / ("warm-docs" if name == "warm" else "docs")
        ingest = make(docs, folder / f"{'warm' if name == 'warm' else 'kept'}", counted)
        cpu, wall = used(), time.perf_counter()
        chunks = ingest()
        cpu, wall = used() - cpu, time.perf_counter() - wall
        if name != "warm":
            turn = {"cpu_s": cpu, "wall_s": wall, "chunks": chunks, "embedded": counted.count}
            made.setdefault(name, []).append(turn)
    return {name: sorted(turns, key=lambda turn: turn["cpu_s"])[len(turns) // 2] for name, turns in made.items()}


def edit(path: Path) -> None:
    """Change one paragraph in the middle of a file."""
    paragraphs = path.read_text("utf-8").split("\n\n")
    middle = next(at for at in range(len(paragraphs) // 2, len(paragraphs)) if paragraphs[at][:1].isalpha())
    paragraphs[middle] += " This sentence was added later."
    path.write_text("\n\n".join(paragraphs), encoding="utf-8")


def used() -> float:
    """Return the processor seconds of this process and of the children that it has waited for."""
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


def tell(result: dict[str, object]) -> None:
    """Print the result for the bench to read."""
    print("RESULT", json.dumps(result))

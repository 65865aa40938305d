"""An application of five steps, traffic for it, and what a changed prompt must come to. Models are scripted doubles.

`main` calls `classify` (a model), `rewrite` (a model), `look_up` (a tool: it writes to a file, and asks the clock) and
`answer` (a model). The changed prompt is `classify`'s; the double gives another kind for every tenth question only.
"""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

from msgspec import Struct

from loomwork import Workspace
from loomwork.flow.behaviour import install_finder
from loomwork.flow.context import Scope, entered
from loomwork.store.rows import RequestRow

APP = """
import time
from pathlib import Path

from loomwork import Prompt, model, step

kind = Prompt("prompts/kind.md")
reply = Prompt("prompts/reply.md")


@step
async def classify(question: str) -> str:
    return await model("fast").ask(kind, question=question)


@step
async def rewrite(question: str) -> str:
    return await model("fast").ask("Rewrite: {{ question }}", question=question)


@step
async def look_up(query: str) -> list[str]:
    with Path("calls.log").open("a") as log:
        log.write(f"{time.time()} {query}\\n")
    return [f"passage about {query}"]


@step
async def answer(question: str, kind: str, passages: list[str]) -> str:
    return await model("smart").ask(reply, question=question, kind=kind, passages=passages)


@step
async def main(question: str) -> str:
    found = await look_up(await rewrite(question))
    return await answer(question, await classify(question), found)
"""
TOML = """
[models.fast]
driver = "scripted"
temperature = 0
rules = [
  { when = "^Kind: .*", text = "plain" },
  { when = "^The kind: .* [0-9]*7$", text = "special" },
  { when = "^The kind: .*", text = "plain" },
  { text = "query of {last}" },
]
[models.smart]
driver = "scripted"
temperature = 0
rules = [{ text = "{last}" }]
[serve.main]
step = "app:main"
"""
FILES = {
    "app.py": APP,
    "loomwork.toml": TOML,
    "prompts/kind.md": "Kind: {{ question }}",
    "prompts/reply.md": "A {{ kind }} answer to {{ question }} from {{ passages }}",
    "new/kind.md": "The kind: {{ question }}",
}


class Expected(Struct, frozen=True, kw_only=True):
    """What the changed prompt must come to."""

    classified: int
    """Requests to the model of the step whose prompt changed."""
    answered: int
    """Requests that follow from changed results."""
    differing: list[int]
    """Questions whose answers differ."""


def make(folder: Path) -> None:
    """Write the application."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def question(number: int) -> str:
    """Return one of the questions."""
    return f"what about number {number}"


def expected(count: int) -> Expected:
    """Return what `count` different questions must come to."""
    differing = [number for number in range(count) if number % 10 == 7]
    return Expected(classified=count, answered=len(differing), differing=differing)


def load(workspace: Workspace) -> Any:
    """Import the application of an open workspace anew."""
    sys.modules.pop("app", None)
    importlib.invalidate_caches()
    install_finder(workspace.runtime.project)
    if str(workspace.project) not in sys.path:
        sys.path.insert(0, str(workspace.project))
    return importlib.import_module("app")


def forget(folder: Path) -> None:
    """Let the application go."""
    sys.modules.pop("app", None)
    sys.path[:] = [each for each in sys.path if each != str(folder)]


def serve(workspace: Workspace, count: int, *, release: str = "r1") -> list[str]:
    """Make `count` served calls and note the requests, as the gateway does; return their traces."""
    app = load(workspace)
    runtime = workspace.runtime

    async def one(number: int) -> str:
        span = runtime.recorder.start("main", kind="request", run="served")
        frame = runtime.root(Scope(run=runtime.ids.run_id(), trial=number + 1))
        frame.span, frame.trace = span, span.trace
        with entered(frame):
            await app.main(question(number))
        span.end()
        return span.trace

    async def all_of_them() -> list[str]:
        return [await one(number) for number in range(count)]

    traces = asyncio.run(all_of_them())
    runtime.recorder.flush()
    rows = [_row(trace, number, release) for number, trace in enumerate(traces)]
    workspace.store.requests.put(rows)
    return traces


def _row(trace: str, number: int, release: str) -> RequestRow:
    return RequestRow(
        trace=trace, at_ns=10**18 + number, release=release, served="main", model="", key="",
        user=f"user-{number % 50}", session="", dialect="chat", status=200, error="", cached="", degraded="",
        streamed=False, input_tokens=0, output_tokens=0, cost_micros=0, currency="", saved_micros=0, total_ns=1,
        first_ns=0, chunks=0, flags=0,
    )  # fmt: skip


def side_effects(folder: Path) -> int:
    """Return how often the tool acted."""
    log = folder / "calls.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def clear(folder: Path) -> None:
    """Remove the application with all that was recorded."""
    shutil.rmtree(folder, ignore_errors=True)

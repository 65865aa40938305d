"""What is measured: command lines of loomwork, of the reference caches and of the peers, one entry each."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.edits.edits import HERE

TARGET = "app.main:pipeline"
PEER_PYTHON = HERE.parent / "peers" / ".venvs" / "edits" / "bin" / "python"
Argv = Callable[[Path, Path], list[str]]


@dataclass(frozen=True, kw_only=True)
class System:
    """A cache under test: how a run is started, given the project and the file for its results."""

    name: str
    run: Argv
    control: str = ""
    """Another system whose results are the control, where both send the same requests; else its own empty store."""
    plans: bool = False
    steps: tuple[str, ...] | None = None
    """The steps that it can know of; None for all."""
    not_expressed: frozenset[str] = frozenset()
    """Edits that its form of the application has no place for."""
    note: str = ""


def loomwork_command(*words: str) -> list[str]:
    """`loomwork ...` of this interpreter."""
    return [sys.executable, "-c", "from loomwork.cli.main import main; main()", *words]


def loomwork_run(project: Path, out: Path) -> list[str]:
    """`loomwork run` as a user types it."""
    data = str(project / "data.jsonl")
    return loomwork_command("run", TARGET, "--data", data, "--json", "--project", str(project), "--out", str(out))


def loomwork_plan(project: Path) -> list[str]:
    """`loomwork plan`."""
    return loomwork_command("plan", TARGET, "--data", str(project / "data.jsonl"), "--json", "--project", str(project))


def loomwork_why(project: Path, run: str) -> list[str]:
    """`loomwork why`."""
    return loomwork_command("why", run, "--json", "--project", str(project))


def reference(mode: str, record: Path | None = None) -> Argv:
    """A cache with a known fault, or none."""

    def argv(project: Path, out: Path) -> list[str]:
        words = [sys.executable, str(HERE / "reference.py"), TARGET, "--mode", mode, "--project", str(project)]
        words += ["--data", "data.jsonl", "--out", str(out)]
        return words + (["--record", str(record)] if record else [])

    return argv


def peer(adapter: str) -> Argv:
    """A peer's adapter, in the peers' own environment.

    With a fixed hash seed: LangGraph and redun key by pickle, and a pickled pydantic model holds a set, whose order
    differs from process to process; without it format_reply would run each time.
    """

    def argv(project: Path, out: Path) -> list[str]:
        script = str(HERE / "peers" / f"{adapter}.py")
        return [
            "env",
            "PYTHONHASHSEED=0",
            str(PEER_PYTHON),
            script,
            "--project",
            str(project),
            "--data",
            "data.jsonl",
            "--out",
            str(out),
        ]

    return argv


GRAPH_STEPS = ("normalise", "classify", "priority", "retrieve", "draft", "check", "format_reply")
BYTECODE = frozenset({"same-size-and-time"})
"""Python itself believes its old .pyc: no tool's doing, and only a tool that compiles for itself can help it."""
GRAPH = BYTECODE | {
    "pipeline-order",
    "pipeline-call-removed",
    "pipeline-call-added",
    "pipeline-argument-given",
    "sync-step-to-async",
    "step-renamed",
}
"""In these tools the graph is written in their own form, not in the pipeline's body."""

SYSTEMS = {
    system.name: system
    for system in (
        System(name="loomwork", run=loomwork_run, plans=True),
        System(
            name="no cache", run=reference("none"), not_expressed=BYTECODE, note="every body and every call, every time"
        ),
        System(
            name="by arguments",
            run=reference("args"),
            not_expressed=BYTECODE,
            note="steps and model calls kept by name and arguments",
        ),
        System(
            name="langgraph",
            run=peer("langgraph_nodes"),
            control="no cache",
            steps=GRAPH_STEPS,
            not_expressed=GRAPH,
            note="node cache: CachePolicy with SqliteCache",
        ),
        System(
            name="hamilton",
            run=peer("hamilton_cache"),
            control="no cache",
            steps=GRAPH_STEPS,
            not_expressed=GRAPH,
            note="Builder().with_cache()",
        ),
        System(
            name="redun",
            run=peer("redun_tasks"),
            control="no cache",
            steps=GRAPH_STEPS,
            not_expressed=GRAPH,
            note="@task with the SQLite backend; data files as File",
        ),
        System(name="dspy", run=peer("dspy_lm"), not_expressed=BYTECODE, note="dspy.LM's disk cache: model calls only"),
        System(
            name="litellm",
            run=peer("litellm_cache"),
            not_expressed=BYTECODE,
            note="litellm.Cache(type='disk'): model calls only",
        ),
    )
}

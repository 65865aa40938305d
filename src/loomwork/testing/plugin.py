"""The pytest plugin: an evaluation as a test, with its figures in the JUnit report and a Markdown summary.

def test_answers(evaluation):
    evaluation("app:answer", data="data/questions.jsonl", scorers=["exact"], gates=["exact.low>=0.7"])
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from loomwork.evals.evaluating.evaluation import Evaluated

_FOUND = pytest.StashKey["list[tuple[str, Evaluated]]"]()
OPTION = "--loomwork-summary"


class GateNotMet(AssertionError):
    """An evaluation does not meet a gate."""


class NotWhole(AssertionError):
    """Items or scorers failed, or a scorer scored nothing: the command would end with 1."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--loomwork-summary FILE.md`."""
    group = parser.getgroup("loomwork", "evaluations of LLM applications")
    group.addoption(OPTION, metavar="FILE.md", help="write all evaluations of this session as Markdown")
    group.addoption("--loomwork-lang", metavar="en|zh", help="language of the summary and of gates that are not met")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no evaluation."""
    config.stash[_FOUND] = []


@pytest.fixture
def evaluation(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[..., Evaluated]:
    """A function that evaluates: `evaluation(TARGET, data=FILE, scorers=[...], gates=[...])`.

    The project is the nearest folder with a loomwork.toml above the test file (or `project=`). A gate that is not met
    fails the test with the figures, and so do items or scorers that failed (unless `allow_failures=True`). Each score
    stands in the JUnit report as properties of the test.
    """

    def evaluate(
        target: str,
        *,
        data: str | Path,
        scorers: Sequence[str] = (),
        gates: Sequence[str] = (),
        project: str | Path | None = None,
        limit: int | None = None,
        trials: int = 1,
        cluster: str = "",
        allow_failures: bool = False,
    ) -> Evaluated:
        found = _evaluated(
            Path(project) if project is not None else request.path.parent,
            target,
            Path(data),
            scorers,
            {"gates": tuple(gates), "cluster": cluster},
            {"limit": limit, "trials": trials},
        )
        request.config.stash[_FOUND].append((f"{request.node.name}: {target}", found))
        _record(record_property, found)
        words = _words(request.config)
        if not found.is_met:
            raise GateNotMet(_told(words, found))
        if not found.is_whole and not allow_failures:
            raise NotWhole(_told(words, found))
        return found

    return evaluate


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the scores, and write the summary where one was asked for."""
    found = config.stash[_FOUND]
    if not found:
        return
    from loomwork.telling.scoring import summary

    words = _words(config)
    terminalreporter.section(words("plugin.head"))
    for title, each in found:
        terminalreporter.write_line(title)
        terminalreporter.write_line(_told(words, each))
    path = config.getoption(OPTION)
    if path:
        text = "\n".join(summary(words, [each], [], title=title) for title, each in found)
        Path(path).write_text(text, encoding="utf-8")


def _evaluated(
    folder: Path, target: str, data: Path, scorers: Sequence[str], asked: dict[str, Any], options: dict[str, Any]
) -> Evaluated:
    from loomwork.evals.evaluating.evaluation import Asked
    from loomwork.evals.evaluating.evaluation import evaluate as carry_out
    from loomwork.evals.scoring.chosen import choose
    from loomwork.flow.running import RunOptions
    from loomwork.flow.targets import load_target
    from loomwork.kernel.errors.cli import NoScorers
    from loomwork.workspace import find_project
    from loomwork.workspace.opening import Workspace

    root = find_project(folder)
    before = Path.cwd()
    os.chdir(root)  # a target is named, and a step opens its files, as seen from the project
    try:
        with Workspace.open(root, entering="never") as workspace:
            project = workspace.runtime.project
            words = tuple(scorers) or tuple(workspace.settings.scorers)
            if not words:
                raise NoScorers
            chosen = tuple(choose(words, tables=workspace.settings.scorers, project=project))
            how = RunOptions(
                **options, concurrency=workspace.settings.run.concurrency, meta={"target": target, "data": str(data)}
            )
            wanted = Asked(step=load_target(target, project), data=root / data, chosen=chosen, **asked)
            return asyncio.run(carry_out(workspace.runtime, wanted, options=how))
    finally:
        os.chdir(before)


def _record(record: Callable[[str, object], None], found: Evaluated) -> None:
    record("loomwork.run", found.run)
    for each in found.scores:
        for name in ("mean", "low", "high", "p5", "worst", "n"):
            record(f"{each.scorer}.{name}", getattr(each, name))
    for gate in found.gates:
        record(f"gate {gate.rule}", "met" if gate.met else "not met")


def _told(words: Any, found: Evaluated) -> str:
    from loomwork.telling.scoring import between, figure, troubles

    lines = [f"  {each}" for each in troubles(words, found)]
    lines += [
        f"  {each.scorer}  {figure(each.mean)}  ({between(each.low, each.high)})  n = {each.n}" for each in found.scores
    ]
    lines += [
        "  " + words("eval.gate_met" if gate.met else "eval.gate_unmet", rule=gate.rule, value=figure(gate.value))
        for gate in found.gates
    ]
    return "\n".join([*[line.strip() for line in lines[:1]], *lines[1:]])


def _words(config: pytest.Config) -> Any:
    from loomwork.telling.words import Words, choose_language

    language = config.getoption("--loomwork-lang")
    return Words(choose_language(["--lang", language] if language else []))

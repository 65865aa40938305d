"""History reads what runs left in the store: here spans and runs are written as the engine writes them."""

import json
import os
from pathlib import Path

import pytest
from msgspec import structs

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.ids import Ids
from loomwork.prompts.history import Uses, history
from loomwork.prompts.library import show
from loomwork.store import open_store
from loomwork.store.rows import RunRow, SpanRow
from loomwork.trace.recorder import Recorder
from tests.prompts.test_library import REPLY, commit, git


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "reply.md").write_text(REPLY)
    return tmp_path


def test_history_joins_runs_and_commits_by_version(project: Path):
    path = project / "prompts" / "reply.md"
    git(project, "init", "-q")
    commit(project, REPLY, "first words")
    first = show(project, "reply").version
    commit(project, REPLY.replace("Be", "Always be"), "politer")
    second = show(project, "reply").version
    path.write_text(REPLY + "!")
    third = show(project, "reply").version
    clock = ManualClock()
    store = open_store("sqlite:///:memory:", clock=clock)
    recorder = Recorder(store.spans, clock=clock, ids=Ids.seeded(1, clock=clock), writing="inline")
    for name, versions in (("r1", [first, first]), ("r2", [second]), ("r3", [first, second])):
        clock.tick(60)
        store.runs.start(RunRow(id=name, target="app:answer", started_ns=clock.now_ns()))
        for at, version in enumerate(versions):
            span = recorder.start("app:answer", kind="step", run=name, item=at)
            span.set("loomwork.prompt.name", ["other", "reply"] if at else "reply")
            span.set("loomwork.prompt.version", ["0" * 40, version] if at else version)
            span.end("error" if name == "r3" else "ok")
        recorder.flush()
        ended = RunRow(id=name, target="app:answer", started_ns=clock.now_ns(), status="done", items=2, ok=2)
        store.runs.finish(structs.replace(ended, summary=json.dumps({"cost": {"USD": 0.5}}).encode()))
    found = history(path, project=project, store=store)
    recorder.close()
    store.close()
    assert (found[0].version, found[0].is_current) == (third, True)
    assert (found[0].commits, found[0].uses) == ((), ())
    by_version = {each.version: each for each in found}
    assert set(by_version) == {first, second, third}
    assert [each.subject for each in by_version[first].commits] == ["first words"]
    assert [(use.run, use.calls, use.failed) for use in by_version[first].uses] == [("r3", 1, 1), ("r1", 2, 0)]
    assert [(use.run, use.calls, use.ok_items, use.cost) for use in by_version[second].uses] == [
        ("r3", 1, 2, {"USD": 0.5}),
        ("r2", 1, 2, {"USD": 0.5}),
    ]


def test_a_prompt_that_was_never_used_has_its_present_version(project: Path):
    store = open_store("sqlite:///:memory:")
    (only,) = history(project / "prompts" / "reply.md", project=project, store=store)
    store.close()
    assert only.is_current
    assert only.version == show(project, "reply").version


def test_a_run_that_has_ended_is_read_once_and_one_that_goes_on_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    store = open_store("sqlite:///:memory:", clock=clock)
    recorder = Recorder(store.spans, clock=clock, ids=Ids.seeded(1, clock=clock), writing="inline")
    for name in ("ended", "live"):
        store.runs.start(RunRow(id=name, target="app:answer", started_ns=clock.now_ns(), pid=os.getpid()))
        span = recorder.start("app:answer", kind="step", run=name, item=0)
        span.set("loomwork.prompt.name", "reply")
        span.set("loomwork.prompt.version", "1" * 40)
        span.end("ok")
        clock.tick(1)
    recorder.close()
    store.runs.finish(RunRow(id="ended", target="app:answer", started_ns=0, ended_ns=1, status="done"))
    uses = Uses(store)
    assert {use.run for _, use in uses.of("reply")} == {"ended", "live"}
    listed = store.spans.list
    read: list[str | None] = []

    def counted(*, limit: int = 100, run: str | None = None, roots_only: bool = True) -> list[SpanRow]:
        read.append(run)
        return listed(limit=limit, run=run, roots_only=roots_only)

    monkeypatch.setattr(store.spans, "list", counted)
    assert {use.run for _, use in uses.of("reply")} == {"ended", "live"}
    assert list(uses.of("other")) == []
    assert set(read) == {"live"}
    store.close()

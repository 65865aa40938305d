"""A build that is stopped at any moment, or whose readers are ended from outside, leaves nothing wrong behind."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from loomwork.knowledge.base import KnowledgeBase
from loomwork.knowledge.parsing import Limits, ReadingStopped, Workers, parse
from loomwork.knowledge.parsing import workers as workers_module
from loomwork.workspace.opening import Workspace
from tests.knowledge.parsing.makers import docx_file, odt_file, pdf_file, pptx_file, xlsx_file
from tests.knowledge.parsing.test_workers import process_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by signals")
FILES = {
    "a.docx": docx_file(),
    "b.pptx": pptx_file(),
    "c.xlsx": xlsx_file(),
    "d.odt": odt_file(),
    "e.pdf": pdf_file([[(72, 700, 12, "The first page speaks of apples.")]]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    for name, data in FILES.items():
        (tmp_path / "docs" / name).write_bytes(data)
    (tmp_path / "loomwork.toml").write_text('[knowledge.kb]\nsources = ["docs"]\nembedder = "none"\n')
    return tmp_path


def stopped_after(base: KnowledgeBase, seconds: float) -> bool:
    """Begin a build and stop it as Ctrl-C does; say whether it was stopped before its end."""

    async def build() -> None:
        work = asyncio.ensure_future(base.build())
        asyncio.get_running_loop().call_later(seconds, work.cancel)
        await work

    try:
        asyncio.run(build())
    except asyncio.CancelledError:
        return True
    return False


def test_a_build_stopped_at_any_moment_and_made_again_is_a_build_that_was_never_stopped(folder: Path) -> None:
    began = time.perf_counter()
    with Workspace.open(folder, entering="never") as workspace:
        asyncio.run(workspace.knowledge.base("kb").build())
    whole = time.perf_counter() - began
    choose = random.Random(7)
    stopped = 0
    for number in range(12):
        project = folder / f"again{number}"
        (project / "docs").mkdir(parents=True)
        for name, data in FILES.items():
            (project / "docs" / name).write_bytes(data)
        (project / "loomwork.toml").write_bytes((folder / "loomwork.toml").read_bytes())
        with Workspace.open(project, entering="never") as workspace:
            base = workspace.knowledge.base("kb")
            stopped += stopped_after(base, choose.uniform(0.0, whole))
            built = asyncio.run(base.build())
            assert (built.documents, built.failures) == (len(FILES), ())
    assert stopped >= 3, "the moments were chosen inside the build"


def test_whoever_waits_for_workers_that_are_closed_learns_nothing_of_the_document() -> None:
    workers = Workers(1)
    workers.parse(b"# a\n", name="a.md")
    os.kill(process_of(workers), signal.SIGSTOP)
    raised: list[BaseException] = []

    def read() -> None:
        try:
            workers.parse(b"# a\n", name="b.md")
        except ReadingStopped as error:
            raised.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    while workers._free.qsize():
        os.sched_yield()
    workers.close()
    thread.join()
    assert len(raised) == 1
    with pytest.raises(ReadingStopped):
        workers.parse(b"# a\n", name="c.md")
    assert workers._all[0]._process is None


Within = Callable[[float, subprocess.Popen[bytes], bytes | None], workers_module._Told]


def ended(times: int) -> Within:
    """Return a `_within` whose process gets SIGKILL as soon as there is a request, so many times."""
    left = [times]
    real = workers_module._within

    def within(seconds: float, process: subprocess.Popen[bytes], request: bytes | None) -> workers_module._Told:
        if request is not None and left[0]:
            left[0] -= 1
            os.kill(process.pid, signal.SIGKILL)
        return real(seconds, process, request)

    return within


def test_a_reader_ended_from_outside_once_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "_within", ended(1))
    with Workers(1) as workers:
        assert workers.parse(FILES["a.docx"], name="a.docx") == parse(FILES["a.docx"], name="a.docx")


def test_what_was_ended_from_outside_is_read_again_by_the_next_build(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(folder, entering="never") as workspace:
        base = workspace.knowledge.base("kb")
        with monkeypatch.context() as patch:
            patch.setattr(workers_module, "_within", ended(1_000))
            built = asyncio.run(base.build())
            assert {problem.code for each in built.failures for problem in each.problems} == {"ended"}
            assert built.documents == 0
        again = asyncio.run(base.build())
        assert (again.documents, again.failures) == (len(FILES), ())


def test_a_document_stays_as_it_was_while_its_new_version_cannot_be_read_for_reasons_outside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(folder, entering="never") as workspace:
        base = workspace.knowledge.base("kb")
        asyncio.run(base.build())
        (folder / "docs" / "e.pdf").write_bytes(pdf_file([[(72, 700, 12, "Now it speaks of quinces.")]]))
        with monkeypatch.context() as patch:
            patch.setattr(workers_module, "_within", ended(1_000))
            built = asyncio.run(base.build())
        assert (built.documents, built.files.failed, built.failures[0].failed) == (len(FILES), 0, False)
        assert asyncio.run(base.search("quinces", mode="sparse")) == []
        asyncio.run(base.build())
        assert [each.doc for each in asyncio.run(base.search("quinces", mode="sparse"))] == ["e.pdf"]


def test_a_failure_for_a_limit_is_told_and_tried_again_afresh_and_when_the_limit_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def codes(base: KnowledgeBase, *, fresh: bool = False) -> set[str]:
        built = asyncio.run(base.build(fresh=fresh))
        return {problem.code for each in built.failures for problem in each.problems}

    real = workers_module._within

    def within(seconds: float, process: subprocess.Popen[bytes], request: bytes | None) -> workers_module._Told:
        if request is None:
            return real(seconds, process, request)
        process.kill()
        return workers_module._Told(b"", late=True)

    with Workspace.open(folder, entering="never") as workspace:
        base = workspace.knowledge.base("kb")
        with monkeypatch.context() as patch:
            patch.setattr(workers_module, "_within", within)
            assert codes(base) == {"timeout"}
        assert codes(base) == {"timeout"}, "an unchanged folder costs no reading"
        assert codes(base, fresh=True) == set()
        with monkeypatch.context() as patch:
            patch.setattr(workers_module, "_within", within)
            (folder / "docs" / "e.pdf").write_bytes(FILES["e.pdf"] + b"\n")
            assert codes(base) == {"timeout"}
    with (folder / "loomwork.toml").open("a") as settings:
        settings.write("limits = {seconds = 61}\n")
    with Workspace.open(folder, entering="never") as workspace:
        assert codes(workspace.knowledge.base("kb")) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's address space")
def test_the_memory_that_a_document_would_take_is_told_as_the_limit_it_is() -> None:
    with Workers(1, limits=Limits(memory=300 * 1024 * 1024, cells=100_000_000)) as workers:
        document = workers.parse(b"a,b\n" * 3_000_000, name="a.csv")
        assert workers.parse(b"# a\n", name="b.md").title == "a", "the worker lives on"
    assert [problem.code for problem in document.problems] == ["memory"]
    assert "300 MB" in document.problems[0].message

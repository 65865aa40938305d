"""A full disk, a file-size limit, a store that may only be read: one typed error, nothing lost, then it goes on."""

import json
import shlex
from pathlib import Path

import pytest

from tests.crash.conftest import Undisturbed
from tests.crash.lives import PROGRAM, Ended, Project, Server, check_store, ended, model_memos
from tests.store import children

pytestmark = pytest.mark.crash
CONCURRENCY = 16
ROWS = 60


def check_refusal(end: Ended, kind: str) -> None:
    """One clear message that says what to do, in the exit code as designed."""
    assert end.code == 1, (end.code, end.out, end.errors)
    assert json.loads(end.out)["error"]["kind"] == kind
    assert "Traceback" not in end.errors
    assert "ExceptionGroup" not in end.errors
    assert "  → " in end.errors


def check_goes_on(project: Project, server: Server, undisturbed: Undisturbed) -> None:
    """With room again, the next run ends right and asks only for what was not kept."""
    before = server.served()
    with project.autopsy() as store:
        check_store(project, store)
        kept = model_memos(store)
    assert before.distinct - kept <= CONCURRENCY
    done = project.run()
    assert done.code == 0, done.errors
    assert done.summary["model_calls"] == 4 * ROWS - kept
    assert project.outputs() == undisturbed(ROWS)
    with project.store() as store:
        check_store(project, store)


@pytest.mark.parametrize(
    "limit",
    [
        400_000,
        *(pytest.param(limit, marks=pytest.mark.nightly) for limit in (10_000, 120_000, 250_000, 650_000, 900_000)),
    ],
)
def test_a_file_size_limit_is_a_typed_error_and_the_next_run_goes_on(
    place: Path, undisturbed: Undisturbed, limit: int
) -> None:
    with Server() as server:
        project = Project(place, server.url, rows=ROWS)
        for _ in range(2):
            end = ended(project.start(out="full.jsonl", before=("prlimit", f"--fsize={limit}:")))
            check_refusal(end, "StoreFull")
        if not project.store_path.exists() or project.store_path.stat().st_size == 0:
            assert server.served().calls == 0
            assert project.run().code == 0
            return
        check_goes_on(project, server, undisturbed)


def test_a_full_disk_is_a_typed_error_and_the_next_run_goes_on(place: Path, undisturbed: Undisturbed) -> None:
    if not children.can_mount():
        pytest.skip("this machine lets nobody mount a file system: the file-size limit above stands in for it")
    with Server() as server:
        project = Project(place, server.url, rows=ROWS)
        disk = project.folder / ".loomwork"
        disk.mkdir()
        run = f"{shlex.quote(PROGRAM)} run app:chain --data d.jsonl --json"
        script = f"""
        mount -t tmpfs -o size=900k tmpfs {disk}
        {run} --out full.jsonl >full.out 2>full.err; echo $? >full.code
        {run} --out full.jsonl >again.out 2>again.err; echo $? >again.code
        mount -o remount,size=64m {disk}
        cp -r {disk} kept
        """
        child = project.popen(["unshare", "-rm", "sh", "-c", script], {})
        whole = ended(child)
        assert whole.code == 0, whole.errors
        for name in ("full", "again"):
            parts = [(project.folder / f"{name}.{part}").read_text() for part in ("code", "out", "err")]
            check_refusal(Ended(int(parts[0]), parts[1], parts[2]), "StoreFull")
        disk.rmdir()
        (project.folder / "kept").rename(disk)
        check_goes_on(project, server, undisturbed)


@pytest.fixture
def bound() -> tuple[str, ...]:
    """What runs a child that permissions bind."""
    found = children.bound_by_permissions()
    if found is None:
        pytest.skip("root is bound by no permission here, and nothing can take its powers away")
    return found


def test_a_store_that_may_only_be_read_is_a_typed_error_and_the_next_run_goes_on(
    place: Path, undisturbed: Undisturbed, bound: tuple[str, ...]
) -> None:
    with Server() as server:
        project = Project(place, server.url, rows=ROWS)
        assert project.run("--limit", "20").code == 0
        asked = server.served().calls
        folder = project.store_path.parent
        for each in folder.iterdir():
            each.chmod(0o444)
        folder.chmod(0o555)
        project.folder.chmod(0o777)
        project.acks.chmod(0o666)
        try:
            end = ended(project.start(out="readonly.jsonl", before=bound))
            plan = ended(_plan(project, bound))
        finally:
            folder.chmod(0o755)
            for each in folder.iterdir():
                each.chmod(0o644)
        check_refusal(end, "StoreReadOnly")
        assert server.served().calls == asked, "a request was paid for whose answer could not be kept"
        assert plan.code == 0, plan.errors
        assert server.served().calls == asked
        check_goes_on(project, server, undisturbed)


def _plan(project: Project, bound: tuple[str, ...]) -> "children.subprocess.Popen[str]":
    return project.popen([*bound, PROGRAM, "plan", "app:chain", "--data", "d.jsonl", "--json"], {})

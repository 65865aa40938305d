"""A process is known by more than its number."""

import os
import subprocess
import sys

from loomwork.store import liveness
from loomwork.store.liveness import identity, is_gone


def test_a_process_that_lives_is_not_gone() -> None:
    assert not is_gone(os.getpid(), identity(os.getpid()))
    assert not is_gone(1, identity(1))


def test_a_process_that_ended_is_gone_also_before_its_parent_has_noticed() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    known = identity(child.pid)
    assert not is_gone(child.pid, known)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(child.pid, known)
    child.communicate()
    assert is_gone(child.pid, known)
    assert is_gone(child.pid, "")


def test_another_process_with_the_same_number_is_another_process() -> None:
    host, boot, start = identity(os.getpid()).split()
    assert is_gone(os.getpid(), f"{host} {boot} {int(start) + 1}")
    assert is_gone(os.getpid(), f"{host} another-boot {start}")


def test_of_another_machine_nothing_is_known() -> None:
    assert not is_gone(4_194_305, "elsewhere boot 1")


def test_a_run_without_a_process_is_not_called_gone() -> None:
    assert not is_gone(0, "")


def test_where_the_system_tells_nothing_the_number_must_do(monkeypatch) -> None:
    monkeypatch.setattr(liveness, "_start_of", lambda _: "")
    assert identity(os.getpid()) == ""
    assert not is_gone(os.getpid(), "")
    assert is_gone(4_194_305, "")

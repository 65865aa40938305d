"""Workers read what `parse` reads, and outlive whatever happens to a process of theirs."""

import os
import signal
import sys
import threading
import time

import pytest

from loomwork.knowledge.parsing import Limits, Workers, parse, parse_safely
from tests.knowledge.parsing.makers import samples

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by signals")


def process_of(workers: Workers) -> int:
    process = workers._all[0]._process
    assert process is not None
    return process.pid


def test_a_worker_gives_the_same_document_as_parsing_in_process() -> None:
    with Workers(1) as workers:
        for name, data in samples().items():
            assert workers.parse(data, name=name) == parse(data, name=name)


def test_one_document_can_be_read_in_a_process_of_its_own() -> None:
    assert parse_safely(b"# a\n", name="a.md").title == "a"


def test_a_process_whose_own_code_fails_costs_one_document_and_is_replaced() -> None:
    with Workers(1) as workers:
        workers.parse(b"# a\n", name="a.md")
        first = process_of(workers)
        os.kill(first, signal.SIGSTOP)

        def fault() -> None:
            os.kill(first, signal.SIGSEGV)
            os.kill(first, signal.SIGCONT)

        killer = threading.Timer(0.2, fault)
        killer.start()
        document = workers.parse(b"# a\n", name="b.md")
        killer.join()
        assert [problem.code for problem in document.problems] == ["crashed"]
        assert document.doc == "b.md"
        assert workers.parse(b"# a\n", name="c.md").title == "a"
        assert process_of(workers) != first


def test_a_process_that_hangs_is_ended_when_the_time_is_over() -> None:
    with Workers(1, limits=Limits(seconds=0.1)) as workers:
        workers.parse(b"# a\n", name="a.md")
        first = process_of(workers)
        os.kill(first, signal.SIGSTOP)
        began = time.monotonic()
        document = workers.parse(b"# a\n", name="b.md")
        assert [problem.code for problem in document.problems] == ["timeout"]
        assert time.monotonic() - began < 10
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert workers.parse(b"# a\n", name="c.md").title == "a"


def test_several_threads_share_the_processes() -> None:
    documents: list[str] = []
    with Workers(2) as workers:

        def read(number: int) -> None:
            documents.append(workers.parse(f"# {number}\n".encode(), name=f"{number}.md").title)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(map(int, documents)) == list(range(20))


def test_a_file_that_is_too_large_is_never_sent() -> None:
    with Workers(1, limits=Limits(bytes=10)) as workers:
        assert workers.parse(b"x" * 11, name="a.txt").problems[0].code == "too_large"
        assert workers._all[0]._process is None

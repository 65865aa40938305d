"""A process with one thread that has imported the command, and forks itself for each command that a test types.

The process of the tests cannot be forked itself: servers and clients of other tests have left threads in it. This file
knows nothing of folders or of what a test expects: words in, exit code out.
"""

import atexit
import contextlib
import functools
import importlib
import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = (
    "cli.main", "cli.helping", "flow.plan", "flow.running", "flow.why", "knowledge.answering", "knowledge.bases",
    "knowledge.ingest", "knowledge.report", "knowledge.techniques", "models.discover", "store.sqlite.store",
    "trace.importers", "workspace.opening",
)  # fmt: skip

Call = tuple[str, str, list[object]]


class Forks:
    """The process that is forked, seen from the tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.cli.forking import serve; serve()"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self._end)

    def run(
        self, words: Sequence[str], places: tuple[Path, Path, Path], environ: Mapping[str, str], first: Sequence[Call]
    ) -> int:
        """Run `loomwork WORDS` in a fork and return its exit code.

        Args:
            words: What stands behind `loomwork`.
            places: Folder to be in, file of the standard output, file of the standard error.
            environ: The whole environment.
            first: Functions to call before that, each as module, name and arguments.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps([list(words), list(map(str, places)), dict(environ), list(first)]), file=stdin, flush=True)
        line = stdout.readline()
        assert line, f"the process that is forked has ended: {self._process.poll()}"
        return int(line)

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            self._process.communicate()


@functools.cache
def forks() -> Forks:
    """The one such process of this test process."""
    return Forks()


def serve() -> None:
    """Fork for each line on standard input until it ends."""
    for name in READY:
        importlib.import_module(f"loomwork.{name}")
    for line in sys.stdin:
        words, places, environ, first = json.loads(line)
        calls = [(getattr(importlib.import_module(module), name), arguments) for module, name, arguments in first]
        child = os.fork()
        if child == 0:
            _become(words, places, environ, calls)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(
    words: list[str],
    places: list[str],
    environ: dict[str, str],
    first: Sequence[tuple[Callable[..., object], list[object]]],
) -> None:
    code = 70
    try:
        os.environ.clear()
        os.environ.update(environ)
        folder, out, err = places
        os.chdir(folder)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8")
        for function, arguments in first:
            function(*arguments)
        code = importlib.import_module("loomwork.cli.main").run(words)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

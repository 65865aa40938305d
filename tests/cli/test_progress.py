"""The progress bar: rate, time left, cost and cache hits, in a terminal and nowhere else."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from loomwork.cli.progress import standing
from loomwork.cli.session import Session
from loomwork.flow.running import Progress, RunTotals
from loomwork.kernel.usage import Cost, Money
from tests.cli.conftest import Shell, environment

SLEEPY = """
import asyncio

from loomwork import step

@step
async def main(text: str) -> str:
    await asyncio.sleep(0.2)
    return text
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_found_failed_and_spent_is_said(language: str):
    totals = RunTotals()
    totals.called("app:main", "step", "hit")
    totals.called("app:main", "step", "ran")
    totals.metered(1, None, Cost.of(Money.parse("0.5USD")))
    session = Session(project=None, store=None, lang=language, json=False, debug=False)
    said = standing(session, Progress(2, 4, 1, totals, 1.0))
    assert "50%" in said
    assert "0.5 USD" in said
    assert said.startswith("cached" if language == "en" else "缓存")


def in_terminal(shell: Shell, *words: str) -> str:
    """Run a command in a terminal of 80 columns and return what it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "loomwork.cli.main", *words],
        cwd=shell.folder, env=environment({"TERM": "xterm"}), stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    while True:
        try:
            written += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    assert process.wait(timeout=30) == 0, written
    return written.decode()


def test_a_terminal_sees_the_bar_move(app: Shell):
    app.write("app.py", SLEEPY)
    written = in_terminal(app, "run", "app:main", "--data", "data.jsonl", "--concurrency", "1")
    assert "1/3" in written
    assert "2/3" in written
    assert "/s" in written


def test_without_a_terminal_there_is_no_bar(app: Shell):
    assert "/3" not in app("run", "app:main", "--data", "data.jsonl").err

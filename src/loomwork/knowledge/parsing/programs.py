"""Find and run the programs that read what no library here reads: with a time limit, ended with all they started."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

from loomwork.kernel.errors.knowledge import ParserTimedOut

_ELSEWHERE = {"soffice": ("libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")}


class Ran(NamedTuple):
    """How a program ended."""

    status: int
    output: bytes
    said: str
    """What it wrote for people, shortened."""


def program(name: str) -> str:
    """Return the path of an installed program, or nothing."""
    return next((found for one in (name, *_ELSEWHERE.get(name, ())) if (found := shutil.which(one))), "")


def run_program(arguments: list[str], *, given: bytes = b"", seconds: float, folder: Path | None = None) -> Ran:
    """Run a program to its end. Raises `ParserTimedOut` after `seconds`, when it and its children have been ended."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        start_new_session=True,
    )
    try:
        output, said = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ParserTimedOut(seconds=f"{seconds:g}") from error
    finally:
        end_process(process)
    return Ran(process.returncode, output, " ".join(said.decode("utf-8", "replace").split())[-300:])


def end_process(process: subprocess.Popen[bytes], *, close: bool = True) -> None:
    """End a process that leads its own session, and all in it, and wait for its end; `close` its pipes too."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr) if close else ():
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):
                pipe.close()

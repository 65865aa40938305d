"""Run the real command: in a fork of this process (imports are paid once), or in a process of its own."""

import importlib
import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from loomwork.cli.main import run

for name in (
    "cli.helping", "flow.plan", "flow.running", "flow.why", "models.discover", "store.sqlite.store", "trace.importers",
    "workspace.opening",
):  # fmt: skip
    importlib.import_module(f"loomwork.{name}")  # paid for once: the forks inherit it

KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "DASHSCOPE_API_KEY", "MOONSHOT_API_KEY")
APP = """
from loomwork import step

STYLE = "!"

@step
def shout(text: str) -> str:
    return text.upper() + STYLE

@step
async def main(text: str) -> str:
    return shout(text.strip())
"""


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self
        return json.loads(lines[0])


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOOMWORK_")}
    for name in (*KEYS, "LC_ALL", "LC_MESSAGES", "COLUMNS"):
        kept.pop(name, None)
    return kept | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"} | dict(extra)


class Shell:
    """A folder to type commands in."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self._scratch = scratch

    def __call__(self, *words: str, **extra: str) -> Done:
        """Run `loomwork WORDS` in a fork, with further environment variables."""
        out, err = self._scratch / "out", self._scratch / "err"
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = self._become(list(words), out, err, environment(extra))
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return Done(os.waitstatus_to_exitcode(status), out.read_text("utf-8"), err.read_text("utf-8"))

    def _become(self, words: list[str], out: Path, err: Path, environ: dict[str, str]) -> int:
        os.environ.clear()
        os.environ.update(environ)
        os.chdir(self.folder)
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8")
        return run(words)

    def process(self, *words: str, **extra: str) -> subprocess.Popen[str]:
        """Start `loomwork WORDS` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "loomwork.cli.main", *words],
            cwd=self.folder,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def rows(self, *rows: dict[str, Any], name: str = "data.jsonl") -> str:
        """Write a dataset and return its name."""
        self.write(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return name


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    return Shell(folder, tmp_path)


@pytest.fixture
def app(shell: Shell) -> Shell:
    """A project with two steps and three rows."""
    shell.write("loomwork.toml", "")
    shell.write("app.py", APP)
    shell.rows(*({"text": f"row {n}"} for n in range(3)))
    return shell


@pytest.fixture(scope="session")
def double() -> Iterator[str]:
    """The base URL of a model server on loopback that answers with a hash of each request."""
    server = subprocess.Popen(
        [sys.executable, "-m", "loomwork.testing.double", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    yield server.stdout.readline().strip()
    server.terminate()
    server.wait()
    server.stdout.close()

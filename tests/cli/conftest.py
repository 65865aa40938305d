"""Run the real command: in a fork (imports are paid once), or in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.forking import Call, forks

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
        self._first: list[Call] = []

    def before(self, function: Callable[..., object], *arguments: object) -> None:
        """Have a function of a module called in every fork before its command, with arguments that JSON can hold."""
        self._first.append((function.__module__, function.__qualname__, list(arguments)))

    def __call__(self, *words: str, **extra: str) -> Done:
        """Run `loomwork WORDS` in a fork, with further environment variables."""
        out, err = self._scratch / "out", self._scratch / "err"
        code = forks().run(words, (self.folder, out, err), environment(extra), self._first)
        return Done(code, out.read_text("utf-8"), err.read_text("utf-8"))

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

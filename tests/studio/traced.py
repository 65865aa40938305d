"""A project as `loomwork init` writes it, run three times: made once for all tests, copied for each."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from weakref import finalize

from starlette.testclient import TestClient

from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from loomwork.workspace.scaffold import write_project
from tests.studio.conftest import HERE

XSS = '<img src=x onerror="alert(1)">{{ 7*7 }}'
"""What somebody might write into a question."""
PROMPT = "prompts/reply.md"


class _Made:
    """A folder that goes with the process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="loomwork-studio-"))
        finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@cache
def _made() -> _Made:
    made = _Made()
    write_project(made.folder)
    data = made.folder / "data/questions.jsonl"
    data.write_text(f'{{"question": {_json(XSS)}}}\n' + data.read_text(encoding="utf-8"), encoding="utf-8")
    loomwork(made.folder, "run", "app:answer", "--data", "data/questions.jsonl", "--limit", "2")
    loomwork(made.folder, "run", "app:answer", "--data", "data/questions.jsonl", "--limit", "2")
    prompt = made.folder / PROMPT
    prompt.write_text(prompt.read_text(encoding="utf-8").replace("tea shop", "tea house"), encoding="utf-8")
    loomwork(made.folder, "run", "app:answer", "--data", "data/questions.jsonl", "--limit", "2")
    return made


def loomwork(folder: Path, *words: str) -> str:
    """Run a command in a project and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOOMWORK_")}
    command = [sys.executable, "-m", "loomwork.cli.main", *words, "--json", "--project", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=folder)
    return done.stdout


def copied(folder: Path) -> Path:
    """Copy the project that was run into a folder."""
    shutil.copytree(_made().folder, folder, dirs_exist_ok=True)
    return folder


def store_url(folder: Path) -> str:
    """Return the address of a project's store."""
    return f"sqlite:///{folder / '.loomwork' / 'store.db'}"


@contextmanager
def opened(folder: Path) -> Generator[Studio]:
    """Open a studio over a project."""
    store = open_store(store_url(folder))
    try:
        yield Studio(folder=folder, store=store, store_url=store_url(folder))
    finally:
        store.close()


@contextmanager
def asked(studio: Studio) -> Generator[TestClient]:
    """Ask a studio as its page does."""
    app = build_app(studio, Door(host="127.0.0.1", port=5710))
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def runs_of(store: Store) -> Sequence[str]:
    """Return the runs' ids: made, all hits, and with another prompt."""
    return [run.id for run in reversed(store.runs.list())]


def spans_of(store: Store, run: str, item: int = 0) -> list[SpanRow]:
    """Return the spans of one item of a run."""
    roots = [row for row in store.spans.list(run=run) if row.item == item]
    return store.spans.trace(roots[0].trace)


def _json(text: str) -> str:
    import json

    return json.dumps(text)

"""Child processes that use a store while the test watches, limits or kills them."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRELUDE = r"""
import json, os, sys
from pathlib import Path
from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors import *
from loomwork.store import open_store
from tests.store.rowmaking import *

def say(**words):
    os.write(1, (json.dumps(words) + "\n").encode())  # one write: threads may speak at once

def commit(store, name, size=20_000):
    body = (name.encode() + b" ") + os.urandom(size)
    row = a_call(name, key=d(name), result=digest_bytes(body), record=d("record of " + name))
    store.calls.commit(row, [body, b"record of " + name.encode()], since_ns=0)
    return row, body
"""


def command(code: str) -> list[str]:
    """The command line that runs `code` after the prelude."""
    return [sys.executable, "-c", PRELUDE + textwrap.dedent(code)]


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a child whose input and output are pipes."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    return subprocess.Popen(
        [*command(code), *arguments], env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(code: str, *arguments: str, before: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Run a child to its end and return what it said; `before` is a command that runs it."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    done = subprocess.run(
        [*before, *command(code), *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def can_mount() -> bool:
    """Say whether this machine lets us mount a small file system in a namespace of our own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


def bound_by_permissions() -> tuple[str, ...] | None:
    """Return the command that runs a child whom permissions bind: root is not bound unless it gives up its powers."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        return None
    return ("setpriv", "--inh-caps=-all", "--bounding-set=-all")

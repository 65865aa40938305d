"""The observer as a whole: values that can be stored, words for people, no harm to the observed, small cost."""

import asyncio
import functools
import linecache
import os
import random
import subprocess
import sys
import threading
import time
import timeit
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loomwork.flow.observe import (
    DatabaseRead,
    DirListed,
    EnvListed,
    EnvRead,
    FileRead,
    Observation,
    Observer,
    PathTested,
    verify,
)
from loomwork.flow.observe.files import absolute
from loomwork.kernel.canonical import Digest, digest_bytes
from tests.flow.observe.conftest import App

EVERY: list[Observation] = [
    FileRead("rows.txt", digest_bytes(b"1")),
    FileRead("absent.txt", None),
    DatabaseRead("rows.db", digest_bytes(b"")),
    DirListed("docs", Digest("d" * 40), 3, "stats"),
    PathTested("rows.txt", "access 4", "yes"),
    EnvRead("MOOD", None),
    EnvListed(Digest("e" * 40), 7),
]


@pytest.mark.parametrize("codec", [msgspec.json, msgspec.msgpack])
def test_every_observation_can_be_stored_and_read_back(codec: Any) -> None:
    assert codec.decode(codec.encode(EVERY), type=list[Observation]) == EVERY


def test_an_observation_says_what_was_seen_and_what_is_seen_now(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.write("rows.txt", "2")
    monkeypatch.setenv("MOOD", "merry")
    said = [(*each.describe(), each.now()) for each in EVERY[:2] + EVERY[4:6]]
    assert said == [
        ("file", "rows.txt", "content 6b86b273ff34", "content d4735e3a265e"),
        ("file", "absent.txt", "no such file", "no such file"),
        ("path", "rows.txt (access 4)", "yes", "yes"),
        ("environment", "MOOD", "not set", f"value {app.observer.place.keyed('merry')[:12]}"),
    ]
    assert verify(EVERY[1])
    assert not verify(EVERY[0])


def test_an_observer_that_fails_spoils_the_memo_and_never_the_call(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    app.write("rows.txt", "1")

    def broken(_watches: object) -> bool:
        raise RuntimeError("broken")

    monkeypatch.setattr(app.observer, "owns_file", broken)
    watch = app.run("""
        import os
        def f():
            with open("rows.txt") as file:
                return file.read(), os.path.exists("rows.txt")
    """)
    assert app.result == ("1", True)
    assert watch.spoiled == [
        "open could not be observed (RuntimeError: broken)",
        "a test of a path could not be observed (RuntimeError: broken)",
    ]


def test_nothing_is_replaced_when_the_last_observer_has_left(app: App) -> None:
    places: list[tuple[Any, str]] = [
        (os, "stat"), (os, "lstat"), (os, "access"), (os, "urandom"), (time, "time"), (random, "random"),
        (random.Random, "seed"), (functools, "lru_cache"), (linecache, "getline"), (threading.Thread, "start"),
        (type(os.environ), "__getitem__"), (asyncio.BaseEventLoop, "create_task"),
    ]  # fmt: skip
    installed = [getattr(owner, name) for owner, name in places]
    app.observer.close()
    originals = [getattr(owner, name) for owner, name in places]
    assert not any(a is b for a, b in zip(installed, originals, strict=True))
    for _ in range(2):
        app.observer.install()
    other = Observer(app, key=b"other").install()
    app.observer.close()
    assert os.stat is not originals[0], "another observer is still there"
    other.close()
    assert [getattr(owner, name) for owner, name in places] == originals
    app.observer.install()


def test_nothing_is_observed_after_the_observer_has_left(app: App) -> None:
    app.write("rows.txt", "1")
    app.observer.close()
    watch = app.run("def f():\n    with open('rows.txt') as file:\n        return file.read()")
    assert watch.observations == []
    app.observer.install()


def test_a_fresh_process_with_a_file_read_at_exit_ends_well(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("1")
    (tmp_path / "app.py").write_text(
        "import atexit, sys\nfrom pathlib import Path\nfrom loomwork.flow.observe import Observer\n"
        "class Project:\n    root = Path('.').resolve()\n"
        "    def owns(self, filename):\n        return filename.endswith('app.py')\n"
        "observer = Observer(Project(), key=b'k').install()\nwatch = observer.watch()\n"
        "def last():\n    print(open('rows.txt').read(), [each.path for each in watch.observations])\n"
        "atexit.register(last)\n"
    )
    done = subprocess.run([sys.executable, "app.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "1 ['rows.txt']\n"
    assert done.stderr == ""


def test_the_process_starts_no_thread_and_imports_nothing_heavy_for_observing() -> None:
    code = (
        "import sys, threading; import loomwork.flow.observe as o; from pathlib import Path\n"
        "class P:\n  root = Path('.')\n  def owns(self, f): return False\n"
        "o.Observer(P(), key=b'k').install()\n"
        "print(threading.active_count(), {'numpy', 'multiprocessing.pool', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 set()\n"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a", "{cwd}/a"),
        (b"a", "{cwd}/a"),
        (Path("a/b"), "{cwd}/a/b"),
        ("./a//b/", "{cwd}/a/b"),
        (None, "{cwd}"),
        ("/a/./b", "/a/b"),
        ("a/../b", "{cwd}/b"),
        ("..", "{parent}"),
    ],
)
def test_paths_become_absolute(app: App, given: Any, expected: str) -> None:
    assert absolute(given) == expected.format(cwd=app.root, parent=app.root.parent)


def cost_us(function: Any, number: int = 2000) -> float:
    return min(timeit.repeat(function, number=number, repeat=5)) / number * 1e6


def test_a_call_that_reads_nothing_pays_little_for_its_watch(app: App) -> None:
    def watch() -> None:
        made = app.observer.watch()
        made.inherit([])
        made.finish()

    assert cost_us(watch) < 5 * 4, "measured 1.3 us alone; four times the promise for a busy machine"


def test_an_unchanged_file_is_verified_quickly(app: App) -> None:
    app.write("rows.txt", b"x" * 1_000_000)
    seen = FileRead("rows.txt", digest_bytes(b"x" * 1_000_000))
    assert app.observer.holds(seen)
    from loomwork.flow.observe.hashes import Known, hashes, stamp_of

    path = str(app.root / "rows.txt")
    stamp = stamp_of(path)
    assert stamp is not None
    assert seen.digest is not None
    hashes.keep(path, Known(stamp, seen.digest, settled=True))  # as it is two seconds later
    assert cost_us(lambda: app.observer.holds(seen)) < 10 * 4


def test_an_event_that_concerns_nobody_costs_next_to_nothing(app: App) -> None:
    assert cost_us(lambda: sys.audit("some.event", 1)) < 1 * 4

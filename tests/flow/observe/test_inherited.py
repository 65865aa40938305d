"""Rule 3: observations attach to each project function on the stack, so that cached readers are inherited."""

import sqlite3
from contextlib import closing

import pytest

from loomwork.flow.observe import hashes as hashing
from tests.flow.observe.conftest import App, quiet

CACHES = {
    "functools.cache": """
        from functools import cache
        @cache
        def reader():
            return open("rows.txt").read()
    """,
    "lru_cache with a size": """
        from functools import lru_cache
        @lru_cache(maxsize=2)
        def reader():
            return open("rows.txt").read()
    """,
    "cache applied elsewhere": """
        import functools
        def inner():
            return open("rows.txt").read()
        reader = functools.cache(inner)
    """,
    "global that is filled once": """
        ROWS = None
        def reader():
            global ROWS
            if ROWS is None:
                ROWS = open("rows.txt").read()
            return ROWS
    """,
    "dictionary": """
        ROWS = {}
        def reader():
            if "rows" not in ROWS:
                ROWS["rows"] = open("rows.txt").read()
            return ROWS["rows"]
    """,
    "setdefault beneath a helper": """
        ROWS = {}
        def read():
            return open("rows.txt").read()
        def reader():
            return ROWS.get("rows") or ROWS.setdefault("rows", read())
    """,
    "own decorator": """
        def remember(function):
            kept = []
            def inner():
                if not kept:
                    kept.append(function())
                return kept[0]
            return inner
        @remember
        def reader():
            return open("rows.txt").read()
    """,
    "instance": """
        class Rows:
            def __init__(self):
                self.rows = None
            def load(self):
                if self.rows is None:
                    self.rows = open("rows.txt").read()
                return self.rows
        ROWS = Rows()
        def reader():
            return ROWS.load()
    """,
    "mutable default": """
        def reader(kept=[]):
            if not kept:
                kept.append(open("rows.txt").read())
            return kept[0]
    """,
    "function attribute": """
        def reader():
            if reader.rows is None:
                reader.rows = open("rows.txt").read()
            return reader.rows
        reader.rows = None
    """,
    "class attribute": """
        class Rows:
            kept = None
        def reader():
            if Rows.kept is None:
                Rows.kept = open("rows.txt").read()
            return Rows.kept
    """,
    "closure": """
        def make():
            kept = None
            def reader():
                nonlocal kept
                if kept is None:
                    kept = open("rows.txt").read()
                return kept
            return reader
        reader = make()
    """,
    "cached property": """
        from functools import cached_property
        class Rows:
            @cached_property
            def rows(self):
                return open("rows.txt").read()
        ROWS = Rows()
        def reader():
            return ROWS.rows
    """,
    "cache filled by a helper": """
        ROWS = {}
        def fill(kept):
            kept["rows"] = open("rows.txt").read()
        def reader():
            if not ROWS:
                fill(ROWS)
            return ROWS["rows"]
    """,
}

STEPS = """
        def first():
            return reader()
        def second():
            return reader()
"""


def reached(module: object) -> list[object]:
    """Every function of a module, as the analysis of behaviour would find them."""
    from loomwork.flow.observe.remembers import codes_of

    found: list[object] = []
    for value in vars(module).values():
        members = vars(value).values() if isinstance(value, type) else [value]
        for member in members:
            inner = getattr(member, "func", member)
            for cell in getattr(inner, "__closure__", None) or ():
                found.extend(codes_of(cell.cell_contents))
            if getattr(inner, "__module__", "").startswith("observed_app"):
                found.extend(codes_of(inner))
    return [type("Reached", (), {"__code__": code}) for code in found]


@pytest.mark.parametrize("how", CACHES)
def test_a_cached_reader_is_inherited_by_every_step_that_reaches_it(app: App, how: str) -> None:
    app.write("rows.txt", "1")
    module = app.module(CACHES[how] + STEPS)
    assert app.paths(app.call(module.first)) == ["rows.txt"]
    bare = app.call(module.second)
    assert bare.observations == [], "the cache answered: no event"
    second = app.call(module.second, inherit=tuple(reached(module)))
    assert app.result == "1"
    assert app.paths(second) == ["rows.txt"]
    assert app.holds(second)
    app.write("rows.txt", "2")
    assert not app.holds(second)


PLAIN = {
    "helper": """
        def reader(name):
            rows = {}
            for number, line in enumerate(open(name)):
                rows[number] = line
            return [*rows.values()]
    """,
    "method": """
        class Reader:
            def __init__(self, name):
                self.name = name
            def rows(self):
                found = []
                found.append(open(self.name).read())
                return found
        def reader(name):
            return Reader(name).rows()
    """,
    "generator": """
        def lines(name):
            with open(name) as file:
                yield from file
        def reader(name):
            return list(lines(name))
    """,
}


@pytest.mark.parametrize("how", PLAIN)
def test_a_reader_that_remembers_nothing_is_not_inherited(app: App, how: str) -> None:
    app.write("a.txt", "a")
    app.write("b.txt", "b")
    module = app.module(PLAIN[how] + "\n        def f(name):\n            return reader(name)\n")
    app.call(module.f, "a.txt")
    second = app.call(module.f, "b.txt", inherit=tuple(reached(module)))
    assert app.paths(second) == ["b.txt"]


def test_what_is_read_before_any_step_runs_is_inherited_too(app: App) -> None:
    app.write("rows.txt", "1")
    module = app.module(CACHES["functools.cache"] + STEPS)
    with quiet():
        module.reader()
    watch = app.call(module.second, inherit=tuple(reached(module)))
    assert app.paths(watch) == ["rows.txt"]
    assert app.holds(watch)


def test_a_file_at_rest_that_is_cached_before_any_step_and_then_changes_leaves_no_valid_memo(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_REST_NS", -(10**10))  # every file looks as if it had been at rest for long
    app.write("rows.txt", "1")
    module = app.module(CACHES["functools.cache"] + STEPS)
    with quiet():
        module.reader()
    app.write("rows.txt", "22")
    watch = app.call(module.second, inherit=tuple(reached(module)))
    assert app.result == "1"
    assert app.paths(watch) == ["rows.txt"]
    assert not app.holds(watch)


def test_a_cached_query_is_inherited(app: App) -> None:
    with closing(sqlite3.connect(app.root / "rows.db")) as db:
        db.execute("create table rows (value)")
    module = app.module(
        """
        import sqlite3
        from contextlib import closing
        from functools import cache
        @cache
        def reader():
            with closing(sqlite3.connect("rows.db")) as db:
                return db.execute("select * from rows").fetchall()
    """
        + STEPS
    )
    app.call(module.first)
    assert app.paths(app.call(module.second, inherit=tuple(reached(module)))) == ["rows.db"]


def test_a_file_that_changed_after_it_was_cached_leaves_no_valid_memo(app: App) -> None:
    app.write("rows.txt", "1")
    module = app.module(CACHES["functools.cache"] + STEPS)
    app.call(module.first)
    app.write("rows.txt", "22")
    watch = app.call(module.second, inherit=tuple(reached(module)))
    assert app.result == "1"
    assert not app.holds(watch) or watch.spoiled


def test_a_file_that_the_call_reads_itself_after_it_was_cached_otherwise_forbids_the_memo(app: App) -> None:
    app.write("rows.txt", "1")
    module = app.module(
        CACHES["functools.cache"] + "\n        def f():\n            return reader(), open('rows.txt').read()"
    )
    app.call(module.reader)
    app.write("rows.txt", "22")
    watch = app.call(module.f, inherit=tuple(reached(module)))
    assert app.result == ("1", "22")
    assert watch.spoiled == ["file rows.txt has changed since reader kept it"]


def test_a_cached_touch_of_the_outside_makes_later_callers_outside(app: App) -> None:
    module = app.module(
        """
        import time, random
        from functools import cache
        @cache
        def reader():
            return time.time()
    """
        + STEPS
    )
    app.call(module.first)
    assert app.call(module.second, inherit=tuple(reached(module))).outside == {"clock: time.time"}


def test_a_cached_variable_is_inherited(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOD", "calm")
    module = app.module(
        """
        import os
        from functools import cache
        @cache
        def reader():
            return os.environ["MOOD"]
    """
        + STEPS
    )
    app.call(module.first)
    watch = app.call(module.second, inherit=tuple(reached(module)))
    monkeypatch.setenv("MOOD", "merry")
    assert len(watch.observations) == 1
    assert not app.holds(watch)


def test_a_cache_of_too_many_files_makes_its_callers_outside(app: App) -> None:
    for number in range(600):
        app.write(f"rows/{number}.txt", "1")
    module = app.module("""
        from functools import cache
        @cache
        def reader(name):
            with open(name) as file:
                return file.read()
        def f(name):
            return reader(name)
    """)
    for number in range(600):
        app.call(module.f, f"rows/{number}.txt")
    watch = app.call(module.f, "rows/0.txt", inherit=tuple(reached(module)))
    assert watch.outside == {"cache: reader has read more than can be checked"}


def test_what_a_module_read_at_its_import_is_kept_by_line(app: App) -> None:
    app.write("rows.txt", "1")
    app.write("other.txt", "1")
    module = app.module("""\
        class Opaque:
            def __init__(self, name):
                with open(name) as file:
                    self.text = file.read()
        ROWS = Opaque("rows.txt")
        OTHER = Opaque("other.txt")
    """)
    watch = app.observer.watch()
    app.observer.inherit_import(watch, module.__file__ or "", 5, 5)
    watch.finish()
    assert app.paths(watch) == ["rows.txt"]
    assert app.holds(watch)


def test_a_step_called_beneath_a_cache_marks_it(app: App) -> None:
    module = app.module(
        """
        from functools import cache
        from loomwork.flow.observe import note_beneath
        @cache
        def reader():
            note_beneath("cache: a step is called beneath reader")
    """
        + STEPS
    )
    app.call(module.first)
    watch = app.call(module.second, inherit=tuple(reached(module)))
    assert watch.outside == {"cache: a step is called beneath reader"}

"""Rule 3: readers that raise no event are wrapped where known, else declared."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.flow.observe import observe
from loomwork.kernel.errors import NotObservable
from tests.flow.observe.conftest import App, named

NATIVE = '''
"""Stands for a Rust or C reader: reads through libc, of which Python knows nothing."""
import ctypes, os
LIBC = ctypes.CDLL(None)
def slurp(path):
    fd = LIBC.open(os.fsencode(path), 0)
    buffer = ctypes.create_string_buffer(100)
    size = LIBC.read(fd, buffer, 100)
    LIBC.close(fd)
    return buffer.raw[:size]
'''


@pytest.fixture
def native(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Libraries of known names, with a reader that raises no event, in a folder of libraries."""
    folder = app.root.parent / "site-packages"
    folder.mkdir()
    (folder / "slurping.py").write_text(NATIVE)
    (folder / "polars.py").write_text(
        "from slurping import slurp\ndef read_parquet(source, **options):\n    return slurp(source)\n"
        "def scan_parquet(source, **options):\n    return source\n"
    )
    (folder / "duckdb.py").write_text(
        "def sql(query, **options):\n    return query\ndef connect(database=':memory:'):\n    return database\n"
    )
    (folder / "safetensors.py").write_text("class safe_open(str):\n    pass\n")
    (folder / "soundfile.py").write_text(
        "from slurping import slurp\nclass SoundFile:\n    def __init__(self, file):\n        self.data = slurp(file)\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    yield app
    for name in ("slurping", "polars", "duckdb", "soundfile", "safetensors"):
        sys.modules.pop(name, None)


def test_the_stand_in_really_raises_no_event(native: App) -> None:
    native.write("rows.parquet", "1")
    watch = native.run("import slurping\ndef f():\n    return slurping.slurp('rows.parquet')")
    assert native.result == b"1"
    assert watch.observations == []


@pytest.mark.parametrize(
    "given", ["'rows.parquet'", "source='rows.parquet'", "__import__('pathlib').Path('rows.parquet')"]
)
def test_a_known_reader_is_observed(native: App, given: str) -> None:
    native.write("rows.parquet", "1")
    watch = native.run(f"import polars\ndef f():\n    return polars.read_parquet({given})")
    assert native.result == b"1"
    assert native.paths(watch) == ["rows.parquet"]


def test_a_known_reader_that_is_imported_within_the_step_is_observed(native: App) -> None:
    native.write("rows.parquet", "1")
    watch = native.run("def f():\n    from polars import read_parquet\n    return read_parquet('rows.parquet')")
    assert native.paths(watch) == ["rows.parquet"]


def test_a_known_class_is_observed_and_stays_a_class(native: App) -> None:
    native.write("a.wav", "1")
    watch = native.run("""
        import soundfile
        def f():
            return isinstance(soundfile.SoundFile("a.wav"), soundfile.SoundFile)
    """)
    assert native.result is True
    assert native.paths(watch) == ["a.wav"]


def test_a_pattern_a_folder_and_a_list_are_observed_with_all_their_files(native: App) -> None:
    for name in ("rows/a.parquet", "rows/b.parquet", "rows/deep/c.parquet", "more/d.parquet"):
        native.write(name, "1")
    module = native.module("import polars\ndef f(source):\n    return polars.scan_parquet(source)")
    files = {"rows/a.parquet", "rows/b.parquet"}
    for source, expected in (
        ("rows/*.parquet", files),
        ("rows", {*files, "rows/deep/c.parquet"}),
        (sorted(files), files),
    ):
        watch = native.call(module.f, source)
        assert {name for kind, name in named(watch) if kind == "file"} == expected
        assert native.holds(watch)
        if not isinstance(source, list):
            native.write("rows/new.parquet", "1")
            assert not native.holds(watch)
            (native.root / "rows/new.parquet").unlink()


def test_files_in_the_quotes_of_a_statement_are_observed(native: App) -> None:
    native.write("rows.parquet", "1")
    watch = native.run("""
        import duckdb
        def f():
            return duckdb.sql("select * from 'rows.parquet' where name = 'x'")
    """)
    assert native.paths(watch) == ["rows.parquet"]


def test_a_connection_whose_statements_are_not_seen_is_outside(native: App) -> None:
    native.write("rows.duckdb", "1")
    watch = native.run("import duckdb\ndef f():\n    return duckdb.connect('rows.duckdb')")
    assert watch.outside == {"unseen: duckdb.connect"}
    assert native.paths(watch) == ["rows.duckdb"]


def test_a_native_class_by_the_name_of_a_function_is_observed(native: App) -> None:
    native.write("model.safetensors", "1")
    watch = native.run("from safetensors import safe_open\ndef f():\n    return safe_open('model.safetensors')")
    assert native.result == "model.safetensors"
    assert native.paths(watch) == ["model.safetensors"]


def test_an_address_is_outside(native: App) -> None:
    watch = native.run("import polars\ndef f():\n    return polars.scan_parquet('s3://bucket/rows.parquet?key=1')")
    assert watch.outside == {"network: s3://bucket/rows.parquet"}


def test_a_declared_file_is_observed(native: App) -> None:
    native.write("index.bin", "1")
    watch = native.run("""
        import slurping
        from loomwork.flow.observe import observe
        def f():
            observe("index.bin")
            return slurping.slurp("index.bin")
    """)
    assert native.paths(watch) == ["index.bin"]
    native.write("index.bin", "2")
    assert not native.holds(watch)


def test_declaring_outside_of_a_step_does_nothing_and_nonsense_is_refused(app: App) -> None:
    observe(Path("index.bin"))
    with pytest.raises(NotObservable, match="3 cannot be observed: give observe"):
        observe(3)  # pyright: ignore[reportArgumentType] -- the point of the test

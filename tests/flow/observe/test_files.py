"""Rule 3: files opened."""

import os
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from loomwork.flow.observe import FileRead
from loomwork.flow.observe import hashes as hashing
from loomwork.flow.observe.place import Place
from loomwork.kernel.canonical import digest_bytes
from tests.flow.observe.conftest import App, only

READERS = {
    "open": "return open('rows.txt').read()",
    "open of bytes": "return open(b'rows.txt', 'rb').read()",
    "open_code": "import io; return io.open_code(__import__('os').path.abspath('rows.txt')).read()",
    "os.open": "import os; fd = os.open('rows.txt', os.O_RDONLY); data = os.read(fd, 100); os.close(fd); return data",
    "FileIO": "import io; return io.FileIO('rows.txt').readall()",
    "Path.read_text": "from pathlib import Path; return Path('rows.txt').read_text()",
    "Path.open": "from pathlib import Path\n    with Path('rows.txt').open() as file: return file.read()",
    "codecs": "import codecs\n    with codecs.open('rows.txt', encoding='utf-8') as file: return file.read()",
    "csv": "import csv\n    with open('rows.txt') as file: return list(csv.reader(file))",
    "json": "import json\n    with open('rows.txt') as file: return json.load(file)",
    "fileinput": "import fileinput\n    with fileinput.input(['rows.txt']) as lines: return list(lines)",
    "linecache": "import linecache; return linecache.getline('rows.txt', 1)",
    "runpy": "import runpy; runpy.run_path('rows.txt'); return 1",
    "shutil": "import shutil; shutil.copyfile('rows.txt', 'copy.txt'); return 1",
    "configparser": "import configparser; p = configparser.ConfigParser(); p.read('rows.ini'); return p.sections()",
    "mmap": (
        "import mmap\n    with open('rows.txt', 'rb') as file, "
        "mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m: return m[:2]"
    ),
    "np.load": "import numpy as np; return np.load('rows.npy').tolist()",
    "np.memmap": "import numpy as np; return np.memmap('rows.npy', dtype='uint8', mode='r')[0].item()",
    "np.fromfile": "import numpy as np; return np.fromfile('rows.txt', dtype='uint8').tolist()",
    "np.loadtxt": "import numpy as np; return np.loadtxt('rows.txt').tolist()",
    "zipfile": "import zipfile\n    with zipfile.ZipFile('rows.zip') as z: return z.namelist()",
    "gzip": "import gzip\n    try: return gzip.open('rows.txt').read()\n    except OSError: return 1",
    "r+": "with open('rows.txt', 'r+') as file: return file.read()",
    "os.fdopen": "import os\n    with os.fdopen(os.open('rows.txt', os.O_RDONLY)) as file: return file.read()",
    "tomllib": "import tomllib\n    with open('rows.toml', 'rb') as file: return tomllib.load(file)",
    "helper thread": (
        "import threading; t = threading.Thread(target=lambda: open('rows.txt').close()); t.start(); t.join(); return 1"
    ),
    "ElementTree": "import xml.etree.ElementTree as E\n    try: E.parse('rows.txt')\n    except E.ParseError: return 1",
    "pickle": "import pickle\n    with open('rows.txt', 'rb') as file: return file.read(1)",
}


@pytest.fixture
def data(app: App) -> App:
    app.write("rows.txt", "12")
    app.write("rows.toml", "a = 1")
    app.write("rows.ini", "[a]\nb = 1")
    np.save(app.root / "rows.npy", np.arange(3))
    with zipfile.ZipFile(app.root / "rows.zip", "w") as archive:
        archive.writestr("a", "b")
    return app


@pytest.mark.parametrize("how", READERS)
def test_a_file_that_is_read_in_any_way_is_observed_with_its_content(data: App, how: str) -> None:
    watch = data.run(f"def f():\n    {READERS[how]}\n")
    reads = [each for each in watch.observations if isinstance(each, FileRead)]
    assert [each.path.partition(".")[0] for each in reads] == ["rows"], watch.observations
    assert reads[0].digest == digest_bytes((data.root / reads[0].path).read_bytes())
    assert watch.spoiled == []
    assert watch.outside == set()
    assert data.holds(watch)
    (data.root / reads[0].path).write_bytes(b"34")
    assert not data.holds(watch)


def test_a_missing_file_is_an_observation(app: App) -> None:
    watch = app.run("""
        def f():
            try:
                return open("absent.txt").read()
            except FileNotFoundError:
                return None
    """)
    assert only(watch) == FileRead("absent.txt", None)
    assert watch.spoiled == []
    assert app.holds(watch)
    app.write("absent.txt", "")
    assert not app.holds(watch)


def test_a_file_in_a_missing_folder_is_an_observation(app: App) -> None:
    app.write("rows.txt", "1")
    watch = app.run("""
        def f():
            for name in ("no/such.txt", "rows.txt/x"):
                try:
                    open(name)
                except OSError:
                    pass
    """)
    assert [
        each for each in watch.observations if isinstance(each, FileRead) and each.digest is None
    ] == watch.observations
    assert len(watch.observations) == 2


def test_a_hash_of_a_file_that_was_written_just_now_is_not_believed_again(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(app.write("rows.txt", "1"))
    stamp = [time.time_ns(), 0, 1, 1, 1]
    monkeypatch.setattr(hashing, "_stamp", lambda _found: tuple(stamp))  # a clock too coarse to tell two edits apart
    fresh = hashing.Hashes()
    assert fresh.content(path) == digest_bytes(b"1")
    app.write("rows.txt", "2")
    assert fresh.content(path) == digest_bytes(b"2")
    stamp[0] = 10**18
    assert fresh.content(path) == digest_bytes(b"2")
    app.write("rows.txt", "3")
    assert fresh.content(path) == digest_bytes(b"2"), "at rest for long: the stamp is believed"


def test_what_a_library_reads_while_it_is_imported_is_covered_by_its_version(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = app.root.parent / "site-packages"
    folder.mkdir()
    app.write("settings.ini", "1")
    (folder / "settled.py").write_text("with open('settings.ini') as file:\n    TEXT = file.read()\n")
    monkeypatch.syspath_prepend(str(folder))
    watch = app.run("def f():\n    import settled\n    return settled.TEXT")
    del sys.modules["settled"]
    assert app.result == "1"
    assert watch.observations == []


def test_a_same_size_edit_with_the_old_time_restored_is_seen_at_the_look_up(app: App) -> None:
    path = app.write("rows.txt", "1")
    app.rest("rows.txt")
    watch = app.run("def f():\n    return open('rows.txt').read()")
    assert app.holds(watch)
    path.write_text("2")
    app.rest("rows.txt")
    assert not app.holds(watch)


def test_a_file_replaced_atomically_is_seen_at_the_look_up(app: App) -> None:
    path = app.write("rows.txt", "1")
    watch = app.run("def f():\n    return open('rows.txt').read()")
    os.replace(app.write("other.txt", "2"), path)
    assert not app.holds(watch)


def test_a_touched_file_with_equal_content_keeps_the_memo(app: App) -> None:
    path = app.write("rows.txt", "1")
    watch = app.run("def f():\n    return open('rows.txt').read()")
    path.write_text("1")
    app.rest("rows.txt")
    assert app.holds(watch)


def test_a_symlink_is_observed_by_what_it_leads_to(app: App) -> None:
    app.write("v1.txt", "1")
    app.write("v2.txt", "2")
    link = app.root / "current.txt"
    link.symlink_to("v1.txt")
    watch = app.run("def f():\n    return open('current.txt').read()")
    assert app.paths(watch) == ["current.txt"]
    link.unlink()
    link.symlink_to("v2.txt")
    assert not app.holds(watch)
    link.unlink()
    link.symlink_to("v1.txt")
    assert app.holds(watch)
    app.write("v1.txt", "3")
    assert not app.holds(watch)


def test_dots_after_a_linked_folder_are_resolved_by_the_file_system(app: App, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "rows.txt").write_text("there")
    app.write("rows.txt", "here")
    (app.root / "link").symlink_to(tmp_path / "elsewhere" / "deep")
    watch = app.run("def f():\n    return open('link/../rows.txt').read()")
    assert app.result == "there"
    assert app.paths(watch) == [str(tmp_path / "elsewhere" / "rows.txt")]


def test_a_relative_path_after_chdir_is_observed_where_it_leads(app: App) -> None:
    app.write("data/rows.txt", "1")
    watch = app.run("""
        import os
        def f():
            os.chdir("data")
            try:
                return open("rows.txt").read()
            finally:
                os.chdir("..")
    """)
    assert app.paths(watch) == ["data/rows.txt"]


def test_a_moved_project_keeps_its_memos(app: App, tmp_path: Path) -> None:
    app.write("data/rows.txt", "1")
    watch = app.run("""
        import os
        from pathlib import Path
        HERE = Path(__file__).resolve().parent
        def f():
            return (HERE / "data/rows.txt").read_text(), os.listdir(HERE / "data"), (HERE / "data").exists()
    """)
    moved = app.root.rename(tmp_path / "moved")
    place = Place(moved, b"-")
    assert len(watch.observations) == 3
    assert all(each.holds(place) for each in watch.observations)
    assert not any(path.startswith("/") for path in app.paths(watch))


def test_a_file_outside_the_project_is_observed_by_its_absolute_path(app: App, tmp_path: Path) -> None:
    (tmp_path / "shared.txt").write_text("1")
    watch = app.run("def f(path):\n    return open(path).read()", tmp_path / "shared.txt")
    assert app.paths(watch) == [str(tmp_path / "shared.txt")]


def test_imports_compiled_code_the_store_and_libraries_files_are_ignored(app: App) -> None:
    app.write("helper.py", "VALUE = 1")
    app.write("kept.db-wal", "store")
    app.write(".loomwork/x", "store")
    app.write("x.pyc", "compiled")
    watch = app.run(
        """
        import os, sys
        def f():
            sys.path.insert(0, os.getcwd())
            try:
                import helper
                import wave, sndhdr
            finally:
                sys.path.remove(os.getcwd())
            for name in ("kept.db-wal", ".loomwork/x", "x.pyc", sys.modules["json"].__file__):
                open(name, "rb").close()
            return helper.VALUE
    """.replace(", sndhdr", "")
    )
    assert app.result == 1
    assert watch.observations == []


def test_a_modules_data_is_observed_through_pkgutil_and_importlib_resources(app: App) -> None:
    app.write("kit/__init__.py", "")
    app.write("kit/words.txt", "a")
    app.write("kit/more.txt", "b")
    watch = app.run("""
        import os, sys
        def f():
            sys.path.insert(0, os.getcwd())
            try:
                import pkgutil
                from importlib.resources import files
                return pkgutil.get_data("kit", "words.txt"), files("kit").joinpath("more.txt").read_text()
            finally:
                sys.path.remove(os.getcwd())
                sys.modules.pop("kit", None)
    """)
    assert app.result == (b"a", "b")
    assert {"kit/words.txt", "kit/more.txt"} <= set(app.paths(watch))


def test_source_that_a_log_line_shows_is_no_observation_and_source_that_the_project_asks_for_is(app: App) -> None:
    module = app.module("""
        import inspect, io, logging, traceback
        log = logging.getLogger("observed")
        log.addHandler(logging.StreamHandler(io.StringIO()))
        log.propagate = False
        def logs():
            try:
                1 / 0
            except ZeroDivisionError:
                log.exception("no")
        def asks():
            return inspect.getsource(logs)
    """)
    assert app.call(module.logs).observations == []
    assert app.paths(app.call(module.asks)) == [Path(module.__file__ or "").name]


def test_a_device_is_outside_and_null_is_nothing(app: App) -> None:
    watch = app.run("""
        import os
        def f():
            for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/proc/self/stat"):
                with open(name, "rb") as file:
                    file.read(1)
    """)
    assert watch.outside == {"device: /dev/zero", "random: /dev/urandom", "system: /proc/self/stat"}
    assert watch.observations == []


def test_a_folder_opened_as_a_file_is_nothing(app: App) -> None:
    watch = app.run("import os\ndef f():\n    os.close(os.open('.', os.O_RDONLY))")
    assert (watch.observations, watch.spoiled) == ([], [])


def test_a_file_whose_name_is_no_text_forbids_the_memo(app: App) -> None:
    (app.root / os.fsdecode(b"\xff.txt")).write_text("1")
    watch = app.run("def f():\n    return open(b'\\xff.txt').read()")
    assert watch.observations == []
    assert len(watch.spoiled) == 1


def test_one_file_read_often_is_one_observation(app: App) -> None:
    app.write("rows.txt", "1")
    watch = app.run("def f():\n    return [open('rows.txt').read() for _ in range(9)]")
    assert len(watch.observations) == 1


def test_reading_outside_of_a_step_and_at_exit_disturbs_nobody(app: App) -> None:
    app.write("rows.txt", "1")
    module = app.module("def f():\n    with open('rows.txt') as file:\n        return file.read()")
    assert module.f() == "1"

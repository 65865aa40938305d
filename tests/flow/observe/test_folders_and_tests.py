"""Rule 3: listings and existence tests."""

import os

import pytest

from loomwork.flow.observe import DirListed, PathTested
from tests.flow.observe.conftest import App, only

LISTERS = {
    "listdir": "import os; return os.listdir('docs')",
    "listdir of a handle": "import os; fd = os.open('docs', os.O_RDONLY); r = os.listdir(fd); os.close(fd); return r",
    "scandir": "import os\n    with os.scandir('docs') as entries: return [entry.name for entry in entries]",
    "iterdir": "from pathlib import Path; return [str(path) for path in Path('docs').iterdir()]",
    "glob": "import glob; return glob.glob('docs/*')",
    "Path.glob": "from pathlib import Path; return [str(path) for path in Path('docs').glob('*')]",
    "rglob": "from pathlib import Path; return [str(path) for path in Path('docs').rglob('*')]",
    "walk": "import os; return list(os.walk('docs'))",
    "in docs": "import os; os.chdir('docs'); r = os.listdir(); os.chdir('..'); return r",
}


@pytest.mark.parametrize("how", LISTERS)
def test_a_folder_that_is_listed_in_any_way_is_observed(app: App, how: str) -> None:
    app.write("docs/a.md", "a")
    app.write("docs/__pycache__/a.pyc", "")
    watch = app.run(f"def f():\n    {LISTERS[how]}\n")
    listed = [each for each in watch.observations if isinstance(each, DirListed)]
    assert [each.path for each in listed] == ["docs"]
    assert listed[0].count == 1
    assert app.holds(watch)
    app.write("docs/__pycache__/b.pyc", "")
    assert app.holds(watch)
    app.write("docs/b.md", "b")
    assert not app.holds(watch)


def test_a_listing_is_as_good_when_files_in_it_change_their_content(app: App) -> None:
    app.write("docs/a.md", "a")
    watch = app.run("import os\ndef f():\n    return os.listdir('docs')")
    app.write("docs/a.md", "other")
    assert app.holds(watch)


def test_who_scans_a_folder_may_look_at_sizes(app: App) -> None:
    app.write("docs/a.md", "a")
    watch = app.run("import os\ndef f():\n    return [entry.stat().st_size for entry in os.scandir('docs')]")
    assert app.holds(watch)
    app.write("docs/a.md", "other")
    assert not app.holds(watch)


def test_folders_beneath_are_observed_one_by_one(app: App) -> None:
    app.write("docs/deep/a.md", "a")
    watch = app.run("from pathlib import Path\ndef f():\n    return sorted(map(str, Path('docs').rglob('*.md')))")
    assert app.result == ["docs/deep/a.md"]
    app.write("docs/deep/b.md", "b")
    assert not app.holds(watch)


def test_a_missing_folder_is_an_observation(app: App) -> None:
    watch = app.run("""
        import os
        def f():
            try:
                return os.listdir("docs")
            except FileNotFoundError:
                return []
    """)
    assert only(watch) == DirListed("docs", None)
    os.mkdir(app.root / "docs")
    assert not app.holds(watch)


def test_a_folder_that_changes_between_listing_and_end_of_call_forbids_the_memo(app: App) -> None:
    app.write("docs/a.md", "a")
    module = app.module("import os\ndef f(meanwhile):\n    os.listdir('docs')\n    meanwhile()")
    watch = app.call(module.f, lambda: os.mkfifo(app.root / "docs" / "b"))
    assert watch.spoiled == ["folder docs changed during the call"]


def test_a_call_may_list_a_folder_and_then_write_into_it(app: App) -> None:
    app.write("docs/a.md", "a")
    watch = app.run("""
        import os
        def f():
            names = os.listdir("docs")
            with open("docs/b.md", "w") as file:
                file.write("b")
            return names
    """)
    assert watch.spoiled == []
    assert not app.holds(watch)


TESTS = {
    "os.path.exists": ("import os; return os.path.exists('a')", "kind"),
    "os.path.isfile": ("import os; return os.path.isfile('a')", "kind"),
    "os.path.isdir": ("from os.path import isdir; return isdir('a')", "kind"),
    "os.path.islink": ("import os; return os.path.islink('a')", "link"),
    "os.path.lexists": ("import os; return os.path.lexists('a')", "link"),
    "os.path.getsize": ("import os; return os.path.getsize('a')", "size"),
    "os.path.getmtime": ("import os; return os.path.getmtime('a')", "time"),
    "os.stat": ("import os; return os.stat('a').st_size", "stat"),
    "os.lstat": ("import os; return os.lstat('a').st_size", "lstat"),
    "os.access": ("import os; return os.access('a', os.R_OK)", "access 4"),
    "Path.exists": ("from pathlib import Path; return Path('a').exists()", "kind"),
    "Path.is_file": ("from pathlib import Path; return Path('a').is_file()", "kind"),
    "Path.is_dir": ("from pathlib import Path; return Path('a').is_dir()", "kind"),
    "Path.is_symlink": ("from pathlib import Path; return Path('a').is_symlink()", "link"),
    "Path.stat": ("from pathlib import Path; return Path('a').stat().st_mtime", "stat"),
    "Path.lstat": ("from pathlib import Path; return Path('a').lstat().st_mtime", "lstat"),
    "glob of a name": ("import glob; return glob.glob('a')", "link"),
}


@pytest.mark.parametrize("how", TESTS)
def test_a_test_of_a_path_by_project_code_is_observed_as_far_as_it_tells(app: App, how: str) -> None:
    app.write("a", "1")
    app.rest("a")
    body, asked = TESTS[how]
    watch = app.run(f"def f():\n    {body}\n")
    seen = only(watch)
    assert isinstance(seen, PathTested)
    assert (seen.path, seen.probe) == ("a", asked)
    assert app.holds(watch)
    app.write("a", "22")
    assert app.holds(watch) is (asked in ("kind", "link", "access 4"))
    os.unlink(app.root / "a")
    assert not app.holds(watch)


def test_a_test_that_finds_nothing_is_observed(app: App) -> None:
    watch = app.run("from pathlib import Path\ndef f():\n    return Path('a').exists()")
    assert only(watch) == PathTested("a", "kind", "missing")
    app.write("a", "1")
    assert not app.holds(watch)


def test_a_library_that_tests_paths_for_itself_is_not_observed(app: App) -> None:
    watch = app.run("""
        import mimetypes, shutil, tempfile
        def f():
            shutil.which("no-such-program")
            tempfile.gettempdir()
    """)
    assert watch.observations == []


def test_where_a_path_leads_is_not_an_observation_of_each_folder_above(app: App) -> None:
    watch = app.run("from pathlib import Path\ndef f():\n    return Path(__file__).resolve().parent.name")
    assert watch.observations == []


def test_a_test_of_what_the_call_itself_made_is_no_observation(app: App) -> None:
    watch = app.run("""
        import os
        from pathlib import Path
        def f():
            os.makedirs("out/deep")
            Path("out/deep/a").write_text("1")
            assert Path("out/deep/a").exists() and os.path.getsize("out/deep/a") == 1
            os.remove("out/deep/a")
            assert not os.path.exists("out/deep/a")
            Path("out").mkdir(exist_ok=True)
    """)
    assert set(app.paths(watch)) <= {"out"}
    assert watch.spoiled == []


def test_the_safe_way_of_rmtree_is_still_chosen(app: App) -> None:
    assert os.stat in os.supports_fd
    assert os.stat in os.supports_dir_fd
    assert os.lstat in os.supports_dir_fd or os.lstat not in os.supports_fd
    app.observer.close()
    assert os.stat in os.supports_fd
    app.observer.install()


def test_a_function_that_is_kept_in_a_class_is_not_bound(app: App) -> None:
    app.run("""
        import os, time
        class Tools:
            stat = os.stat
            now = time.time
        def f():
            return Tools().stat(".").st_mode, Tools().now()
    """)
    assert app.result[1] > 0

"""Rule 3: what a call writes itself, and files that change while it runs."""

import os

from loomwork.flow.observe import FileRead, own_io
from tests.flow.observe.conftest import App, only


def test_a_pure_write_is_no_observation(app: App) -> None:
    app.write("old.txt", "old")
    watch = app.run("""
        def f():
            for name, mode in (("new.txt", "w"), ("old.txt", "a"), ("old.txt", "w"), ("fresh.txt", "x")):
                with open(name, mode) as file:
                    file.write("new")
    """)
    assert watch.observations == []
    assert watch.spoiled == []


def test_what_the_call_itself_wrote_and_then_reads_is_no_observation(app: App) -> None:
    app.write("out.txt", "old")
    watch = app.run("""
        import os, tempfile
        def f():
            with open("out.txt", "w") as file:
                file.write("new")
            with open("part.tmp", "w+") as file:
                file.write("part")
            os.replace("part.tmp", "final.txt")
            os.mkdir("made")
            with open("made/a.txt", "w") as file:
                file.write("a")
            with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory() as folder:
                file.write("x")
                file.flush()
                open(file.name).close()
                open(folder + "/x", "w").close()
                assert os.listdir(folder) == ["x"]
            assert os.path.exists("made") and os.listdir("made") == ["a.txt"]
            return [open(name).read() for name in ("out.txt", "final.txt", "made/a.txt")]
    """)
    assert app.result == ["new", "part", "a"]
    assert watch.observations == []
    assert watch.spoiled == []


def test_an_exclusive_creation_that_fails_does_not_hide_the_read_after_it(app: App) -> None:
    app.write("lock.txt", "held")
    watch = app.run("""
        def f():
            try:
                open("lock.txt", "x")
            except FileExistsError:
                return open("lock.txt").read()
    """)
    assert app.paths(watch) == ["lock.txt"]


def test_a_file_that_another_changes_after_our_creation_failed_is_observed(app: App) -> None:
    app.write("lock.txt", "held")
    module = app.module("""
        def f(meanwhile):
            try:
                open("lock.txt", "x")
            except FileExistsError:
                meanwhile()
                return open("lock.txt").read()
    """)

    def another() -> None:
        with own_io():
            app.write("lock.txt", "freed")

    watch = app.call(module.f, another)
    assert app.result == "freed"
    assert app.paths(watch) == ["lock.txt"]


def test_a_folder_that_was_there_already_does_not_become_the_calls_own(app: App) -> None:
    app.write("data/a.txt", "1")
    watch = app.run("""
        import os
        def f():
            os.makedirs("data", exist_ok=True)
            with open("data/new.txt", "w") as file:
                file.write("new")
            return sorted(os.listdir("data")), open("data/a.txt").read()
    """)
    assert {"data", "data/a.txt"} <= set(app.paths(watch))


def test_a_write_that_fails_does_not_hide_the_read_after_it(app: App) -> None:
    app.write("folder/x", "")
    app.write("rows.txt", "1")
    watch = app.run("""
        import os
        def f():
            try:
                os.rename("rows.txt", "folder")
            except OSError:
                return open("rows.txt").read()
    """)
    assert app.paths(watch) == ["rows.txt"]


def test_a_file_that_the_call_appends_to_and_then_reads_forbids_the_memo(app: App) -> None:
    app.write("log.txt", "old")
    watch = app.run("""
        def f():
            with open("log.txt", "a") as file:
                file.write("new")
            return open("log.txt").read()
    """)
    assert watch.spoiled == ["file log.txt was changed by the call before it was read"]


def test_a_file_that_is_read_and_rewritten_forbids_the_memo(app: App) -> None:
    app.write("count.txt", "1")
    for mode in ("r+", "w"):
        watch = app.run(f"""
            def f():
                count = int(open("count.txt").read())
                with open("count.txt", "{mode}") as file:
                    file.write(str(count + 1))
        """)
        assert watch.spoiled == ["file count.txt changed during the call"]


def test_a_file_changed_between_open_and_end_of_call_forbids_the_memo(app: App) -> None:
    path = app.write("rows.txt", "1")
    module = app.module("def f(meanwhile):\n    open('rows.txt').close()\n    meanwhile()")
    watch = app.call(module.f, lambda: os.replace(app.write("other.txt", "2"), path))
    assert watch.spoiled == ["file rows.txt changed during the call"]


def test_a_same_size_edit_in_the_same_tick_forbids_the_memo(app: App) -> None:
    path = app.write("rows.txt", "1")
    module = app.module("def f(meanwhile):\n    open('rows.txt').close()\n    meanwhile()")

    def edit() -> None:
        stat = path.stat()
        path.write_text("2")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert app.call(module.f, edit).spoiled == ["file rows.txt changed during the call"]


def test_an_absent_file_that_the_call_then_writes_keeps_the_memo(app: App) -> None:
    watch = app.run("""
        import os
        def f():
            try:
                return open("cache.txt").read()
            except FileNotFoundError:
                with open("cache.txt", "w") as file:
                    file.write("1")
    """)
    assert watch.spoiled == []
    assert only(watch) == FileRead("cache.txt", None)


def test_the_same_handle_opened_for_reading_and_writing_unchanged_is_a_read(app: App) -> None:
    app.write("rows.txt", "1")
    watch = app.run("def f():\n    with open('rows.txt', 'r+') as file:\n        return file.read()")
    assert app.paths(watch) == ["rows.txt"]
    assert watch.spoiled == []

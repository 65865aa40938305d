"""A full disk, a folder that may not be written, a damaged file: one typed error that says what to do, nothing lost."""

import os
import pickle
import sqlite3
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors import (
    BadStoreUrl,
    BlobCorrupt,
    BodyTooLarge,
    LoomworkError,
    NotAStore,
    StoreClosed,
    StoreCorrupt,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
    StoreUnopenable,
)
from loomwork.store import open_store
from loomwork.store.sqlite import store as store_module
from loomwork.store.sqlite.store import SqliteStore
from tests.store import children
from tests.store.rowmaking import a_call, a_span, ailments, bodies_of, d

FILL = """
store = open_store(f"sqlite:///{folder}/store.db")
kept = []
def fill(limit=100_000):
    for number in range(limit):
        try:
            kept.append(commit(store, f"c{len(kept)}"))
        except StoreFull as error:
            return str(error)
first = fill()
def all_there():
    return all(store.calls.get(row.id) == row and store.blobs.get(row.result) == body for row, body in kept)
say(error=first, kept=len(kept), whole=all_there())
again = fill(1)
say(error=again, whole=all_there())
make_room()
before = len(kept)
say(error=fill(10), more=len(kept) - before, whole=all_there(), ailments=[str(x) for x in ailments(store)])
store.close()
store = open_store(f"sqlite:///{folder}/store.db")
say(whole=all_there())
"""


def check_full(said: list[dict[str, Any]], *, least: int) -> None:
    first, again, after, opened = said
    assert first["kept"] >= least
    assert "no room left" in first["error"]
    assert "everything committed so far is kept" in first["error"]
    assert "no room left" in again["error"]
    assert all(each["whole"] for each in said)
    assert (after["error"], after["more"], after["ailments"]) == (None, 10, [])
    assert opened["whole"]


@pytest.mark.crash
def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(tmp_path: Path) -> None:
    if not children.can_mount():
        pytest.skip("this machine lets nobody mount a file system: the file-size limit below stands in for it")
    code = """
    folder = sys.argv[1]
    ballast = Path(folder) / "ballast"
    ballast.write_bytes(bytes(2_000_000))
    make_room = ballast.unlink
    """
    mounted = ("unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size=4m tmpfs {tmp_path} && exec "$@"', "sh")
    said = children.run(_joined(code, FILL), str(tmp_path), before=mounted)
    check_full(said, least=20)


@pytest.mark.crash
def test_a_file_size_limit_loses_nothing_and_work_goes_on_when_it_is_lifted(tmp_path: Path) -> None:
    code = """
    import resource
    folder = sys.argv[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
    make_room = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    """
    check_full(children.run(_joined(code, FILL), str(tmp_path)), least=20)


def _joined(*codes: str) -> str:
    return "\n".join(textwrap.dedent(code) for code in codes)


def test_a_page_limit_is_a_full_store_until_it_is_lifted(store: SqliteStore) -> None:
    store.calls.commit(a_call("kept"), bodies_of("kept"), since_ns=0)
    connection = store.pool.session().connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreFull):
        store.blobs.put(os.urandom(100_000))
    with pytest.raises(StoreFull):
        store.spans.write([a_span()], [os.urandom(100_000)])
    assert store.spans.list() == []
    connection.execute("PRAGMA max_page_count=1000000")
    store.spans.write([a_span()], [os.urandom(100_000)])
    assert store.spans.list() == [a_span()]
    assert store.calls.get(a_call("kept").id) == a_call("kept")
    assert ailments(store) == []


READ = """
folder = sys.argv[1]
store = open_store(f"sqlite:///{folder}/store.db")
say(access=store.access, read=store.calls.get(a_call("kept").id) == a_call("kept"), listed=len(store.spans.list()))
for write in (
    lambda: commit(store, "more"),
    lambda: store.blobs.put(b"more"),
    lambda: store.spans.write([a_span("more")]),
    lambda: store.runs.start(a_run()),
    lambda: store.care.erase("somebody"),
):
    try:
        write()
        say(error=None)
    except LoomworkError as error:
        say(error=type(error).__name__, text=str(error))
say(ailments=[str(x) for x in ailments(store)])
store.close()
"""


@pytest.fixture
def shared_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "shared"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)


@pytest.fixture
def bound() -> tuple[str, ...]:
    """What runs a child that permissions bind."""
    found = children.bound_by_permissions()
    if found is None:
        pytest.skip("root is bound by no permission here, and nothing can take its powers away")
    return found


@pytest.mark.crash
@pytest.mark.parametrize("what", ["file", "folder", "both"])
@pytest.mark.parametrize("left", ["closed", "killed"])
def test_a_store_that_may_only_be_read_is_read(
    shared_folder: Path, bound: tuple[str, ...], what: str, left: str
) -> None:
    place = shared_folder / "store.db"
    store = SqliteStore(place, clock=SystemClock())
    store.calls.commit(a_call("kept"), bodies_of("kept"), since_ns=0)
    if left == "closed":
        store.close()
    else:
        store.care.size()
    for each in shared_folder.iterdir():
        each.chmod(0o444 if what != "folder" else 0o666)
    shared_folder.chmod(0o777 if what == "file" else 0o555)
    try:
        said = children.run(READ, str(shared_folder), before=bound)
    finally:
        shared_folder.chmod(0o755)
        store.close()
    assert said[0]["read"]
    if said[0]["access"] == "write":
        assert (what, left) == ("folder", "killed")
        return
    assert {each["error"] for each in said[1:6]} == {"StoreReadOnly"}
    assert "may only be read" in said[1]["text"]
    assert said[6] == {"ailments": []}


@pytest.mark.crash
def test_a_new_store_in_a_folder_that_may_not_be_written_says_so(shared_folder: Path, bound: tuple[str, ...]) -> None:
    shared_folder.chmod(0o555)
    code = """
    try:
        open_store(f"sqlite:///{sys.argv[1]}/store.db")
    except LoomworkError as error:
        say(error=type(error).__name__, text=str(error))
    """
    (said,) = children.run(code, str(shared_folder), before=bound)
    assert said["error"] == "StoreUnopenable"
    assert "check that the folder exists and may be read and written" in said["text"]


def test_an_old_schema_that_may_not_be_migrated_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store.db"
    SqliteStore(place, clock=SystemClock()).close()

    def refuse(_connection: sqlite3.Connection, path: Path) -> None:
        raise StoreReadOnly(path=str(path))

    monkeypatch.setattr(store_module, "migrate", refuse)
    monkeypatch.setattr(store_module, "newest", lambda: 99)
    with pytest.raises(StoreReadOnly):
        SqliteStore(place, clock=SystemClock())


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    SqliteStore(place, clock=SystemClock()).close()
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA user_version=999")
    connection.close()
    with pytest.raises(StoreTooNew, match=r"has schema 999.*upgrade loomwork"):
        open_store(f"sqlite:///{place}")
    connection = sqlite3.connect(place)
    assert connection.execute("PRAGMA user_version").fetchone() == (999,)
    connection.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("these are my notes " * 100)
    with pytest.raises(NotAStore, match=r"not a loomwork store"):
        open_store(f"sqlite:///{place}")
    assert place.read_text() == "these are my notes " * 100
    assert list(tmp_path.iterdir()) == [place]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "app.db"
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE users (name)")
    connection.commit()
    connection.close()
    before = place.read_bytes()
    with pytest.raises(NotAStore, match="another program"):
        open_store(f"sqlite:///{place}")
    assert place.read_bytes() == before


def test_a_damaged_page_is_a_typed_error(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    store = open_store(f"sqlite:///{place}")
    for number in range(200):
        store.calls.commit(a_call(f"c{number}", key=d(f"k{number}")), bodies_of(f"c{number}"), since_ns=0)
    store.close()
    data = bytearray(place.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    place.write_bytes(data)
    with pytest.raises(StoreCorrupt, match=r"damaged.*doctor --repair"):
        open_store(f"sqlite:///{place}").calls.candidates(d("k1"), (0,), run="", now_ns=0)


def test_a_turned_byte_in_a_body_is_found_on_reading(store: SqliteStore) -> None:
    small, large = store.blobs.put(b"small body"), store.blobs.put(b"large body " * 1_000)
    for digest, place in ((small, 3), (large, 40)):
        row = store.pool.row("SELECT n, data FROM blobs WHERE digest = ?", (bytes.fromhex(digest),))
        data = bytearray(row[1])
        data[min(place, len(data) - 5)] ^= 1
        store.pool.rows("UPDATE blobs SET data = ? WHERE n = ?", (bytes(data), row[0]))
        with pytest.raises(BlobCorrupt, match=rf"{digest} is damaged.*loomwork doctor"):
            store.blobs.get(digest)


def test_a_body_that_no_row_can_hold_is_refused(store: SqliteStore) -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 2_000_000_000

    with pytest.raises(BodyTooLarge, match="split it"):
        store.blobs.put(Huge())


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.close()
    store.close()
    for use in (lambda: store.blobs.put(b"x"), lambda: store.calls.get("c"), lambda: store.spans.write([a_span()])):
        with pytest.raises(StoreClosed):
            use()


@pytest.mark.parametrize("url", ["", "store.db", "sqlite://", "sqlite:///", "postgres://x", "mysql:///x"])
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(BadStoreUrl, match="sqlite:///relative/path"):
        open_store(url)


def test_a_folder_in_place_of_the_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(StoreUnopenable):
        open_store(f"sqlite:///{tmp_path}")
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnopenable):
        open_store(f"sqlite:///{tmp_path}/file/store.db")


def test_a_store_in_memory_leaves_nothing_behind() -> None:
    store = open_store("sqlite:///:memory:")
    assert isinstance(store, SqliteStore)
    digest = store.blobs.put(b"x")
    folder = store.path.parent
    assert store.blobs.get(digest) == b"x"
    assert folder.exists()
    store.close()
    assert not folder.exists()


@pytest.mark.parametrize("cause", [StoreFull(path="p", detail="d"), BlobCorrupt(digest="ab")])
def test_an_error_crosses_a_process_border(cause: LoomworkError) -> None:
    assert str(pickle.loads(pickle.dumps(cause))) == str(cause)

"""The audit log: any change to it shows, and an erased person's words go without breaking it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.gateway.admission import making
from loomwork.gateway.admission.making import By, Wanted
from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.admission import AuditBroken
from loomwork.store import doctor
from loomwork.store.sqlite.store import SqliteStore


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(place: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(place, clock=ManualClock())
    for number in range(12):
        store.audit.append(at_ns=number, actor=f"person {number}", action="key.create", object="key:k", said="{}")
    yield store
    store.close()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE audit SET actor = 'somebody' WHERE n = 5", 5),
        ("UPDATE audit SET object = 'key:other' WHERE n = 6", 6),
        ("UPDATE audit SET said = '{\"a\": 1}' WHERE n = 7", 7),
        ("UPDATE audit SET action = 'key.revoke' WHERE n = 8", 8),
        ("UPDATE audit SET at_ns = at_ns + 1 WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 4", 4),
        ("DELETE FROM audit WHERE n > 9", 10),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET hash = zeroblob(32) WHERE n = 3", 3),
        ("UPDATE audit SET n = n + 100 WHERE n = 12", 12),
        ("UPDATE audit SET actor = '(erased)', object = '(erased)', said = '(erased)', salts = x'' WHERE n = 2", 2),
        (
            "INSERT INTO audit SELECT 13, at_ns, actor, action, object, said, salts, sealed, before, hash"
            " FROM audit WHERE n = 12",
            13,
        ),
    ],
)
def test_any_change_shows_where_it_was_made(store: SqliteStore, place: Path, change: str, at: int) -> None:
    assert store.audit.verify() is None
    with sqlite3.connect(place) as connection:
        connection.execute(change)
    connection.close()
    fault = store.audit.verify()
    assert fault is not None
    assert fault.n == at
    problems = [finding.problem for finding in store.care.examine()]
    assert [type(problem) for problem in problems] == [AuditBroken]
    assert doctor.examine(f"sqlite:///{place}")[0].repairable == "no"


def test_entries_are_listed_newest_first_and_chosen_by_action_and_object(store: SqliteStore) -> None:
    store.audit.append(at_ns=99, actor="a", action="release.promote", object="release:r1")
    assert [row.action for row in store.audit.list(limit=2)] == ["release.promote", "key.create"]
    assert len(store.audit.list(action="key.")) == 12
    assert [row.n for row in store.audit.list(object="release:r1")] == [13]
    assert store.audit.head().n == 13


def test_an_erased_persons_words_go_and_the_chain_holds(store: SqliteStore) -> None:
    by = By(actor="shell:lilei7", now_ns=5)
    key = making.create(store, Wanted(name="of lilei7", owner="lilei7", owner_budgets=["5USD/day"]), by)
    other = making.create(store, Wanted(name="lilei7 gave it", owner="mei"), By(actor="mei", now_ns=6))
    done = store.care.erase("lilei7")
    assert done.keys >= 3
    assert [row.id for row in store.keys.list()] == [other.row.id]
    assert store.keys.get(other.row.id) is not None
    assert store.budgets.list() == []
    assert store.audit.verify() is None
    assert b"lilei7" not in store.path.read_bytes()
    assert [row.action for row in store.audit.list(limit=1)] == ["audit.erase"]
    assert key.row.id not in {row.key for row in store.keys.secrets()}


def test_an_export_has_keys_budgets_and_the_log_and_no_secret(store: SqliteStore, tmp_path: Path) -> None:
    key = making.create(store, Wanted(name="shop", budgets=["5USD/day"]), By(actor="me", now_ns=5))
    store.care.export(tmp_path / "out.jsonl")
    text = (tmp_path / "out.jsonl").read_text("utf-8")
    for kind in ("key", "budget", "audit"):
        assert f'"type":"{kind}"' in text
    assert key.row.id in text
    assert key.secret not in text
    (digest,) = [each.digest for each in store.keys.secrets()]
    assert digest.hex() not in text


def test_a_store_that_was_salvaged_keeps_its_keys_and_its_log(store: SqliteStore, place: Path) -> None:
    from loomwork.store.sqlite.care.salvage import salvage

    key = making.create(store, Wanted(name="shop", budgets=["5USD/day"]), By(actor="me", now_ns=5))
    version = store.keys.version()
    store.close()
    salvage(place)
    again = SqliteStore(place, clock=ManualClock())
    assert again.keys.get("shop") == key.row
    assert len(again.keys.secrets()) == len(again.budgets.list()) == 1
    assert again.keys.version() == version
    assert again.audit.verify() is None
    assert again.audit.head().n == 13
    again.close()

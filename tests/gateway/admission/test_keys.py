"""API keys: what they look like, whom they let in, and how soon a change is known."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.gateway.admission import ANONYMOUS, Admission, making, secret
from loomwork.gateway.admission.making import By, Made, Wanted
from loomwork.gateway.admission.ring import FRESH_S, Ring
from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.admission import (
    AmbiguousKey,
    BadBudget,
    BadLimit,
    BadScope,
    KeyExpired,
    KeyMissing,
    KeyMistyped,
    KeyNameTaken,
    KeyNotActive,
    KeyRevoked,
    KeyUnknown,
    NoSuchApiKey,
    NotServedToKey,
    ScopeMissing,
)
from loomwork.store.sqlite.store import SqliteStore

HOUR = 3600.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "store.db", clock=clock)
    yield store
    store.close()


def made(store: SqliteStore, clock: ManualClock, **wanted: object) -> Made:
    return making.create(store, Wanted(**wanted), By(actor="test", now_ns=clock.now_ns()))  # pyright: ignore[reportArgumentType] # the test's own words


def ring(store: SqliteStore, clock: ManualClock, *, requires_key: bool = True) -> Ring:
    return Ring(store, clock=clock, requires_key=requires_key)


def test_a_key_is_its_owner_with_groups_scopes_and_label(store: SqliteStore, clock: ManualClock) -> None:
    key = made(store, clock, name="shop", owner="mei", groups=["staff"], scopes=["chat", "step:*"], label="internal")
    found = ring(store, clock).identify(key.secret)
    assert (found.id, found.owner, found.confidential) == (key.row.id, "mei", "internal")
    assert "user:mei" in found.principal.effective_groups
    assert "staff" in found.principal.groups
    assert found.has_scope("step:answer")
    assert not found.has_scope("embed")


@pytest.mark.parametrize("place", [3, 20, 45, 51])
def test_a_typing_error_is_told_from_a_key_that_nobody_has(store: SqliteStore, clock: ManualClock, place: int) -> None:
    key = made(store, clock).secret
    keys = ring(store, clock)
    wrong = key[:place] + ("A" if key[place] != "A" else "B") + key[place + 1 :]
    for presented in (wrong, key[:-1], key + "x", "sk-1234", "lw_", "密钥"):
        with pytest.raises(KeyMistyped):
            keys.identify(presented)
    with pytest.raises(KeyUnknown):
        keys.identify(secret.make())
    with pytest.raises(KeyMissing):
        keys.identify("")


def test_keys_have_all_their_bits_and_scanners_find_them() -> None:
    import re

    many = {secret.make() for _ in range(2000)}
    assert len(many) == 2000
    assert all(len(key) == 52 and secret.is_whole(key) and re.search(secret.PATTERN, f"key={key};") for key in many)
    assert secret.make(lambda bits: (1 << bits) - 1) != secret.make(lambda bits: (1 << bits) - 2)


def test_revoking_is_known_in_a_running_server_within_a_second(store: SqliteStore, clock: ManualClock) -> None:
    key, keys = made(store, clock), ring(store, clock)
    assert keys.identify(key.secret).id == key.row.id
    making.revoke(store, key.row.id, By(actor="", now_ns=clock.now_ns()))
    clock.tick(FRESH_S + 0.01)
    assert FRESH_S < 1
    with pytest.raises(KeyRevoked):
        keys.identify(key.secret)


def test_telling_who_asks_costs_no_query(store: SqliteStore, clock: ManualClock) -> None:
    key, keys = made(store, clock), ring(store, clock)
    seen: list[str] = []
    store.pool.session().connection.set_trace_callback(seen.append)
    for _ in range(100):
        keys.identify(key.secret)
    assert seen == []
    clock.tick(FRESH_S + 0.01)
    keys.identify(key.secret)
    assert len(seen) == 1


def test_a_key_ends_when_its_time_is_over(store: SqliteStore, clock: ManualClock) -> None:
    key = made(store, clock, expires_s=HOUR)
    keys = ring(store, clock)
    clock.tick(HOUR - 1)
    keys.identify(key.secret)
    clock.tick(1)
    with pytest.raises(KeyExpired):
        keys.identify(key.secret)


def test_both_secrets_are_good_while_a_key_rotates_and_then_only_the_new(
    store: SqliteStore, clock: ManualClock
) -> None:
    old = made(store, clock, name="shop")
    new = making.rotate(store, "shop", By(actor="", now_ns=clock.now_ns()), overlap_s=HOUR)
    keys = ring(store, clock)
    assert new.secret != old.secret
    assert keys.identify(old.secret) is keys.identify(new.secret)
    clock.tick(HOUR)
    with pytest.raises(KeyExpired):
        keys.identify(old.secret)
    assert keys.identify(new.secret).id == old.row.id


def test_nobody_needs_a_key_on_the_machine_itself_until_there_is_one(store: SqliteStore, clock: ManualClock) -> None:
    keys = ring(store, clock, requires_key=False)
    assert keys.identify("") is keys.identify("sk-whatever") is ANONYMOUS
    key = made(store, clock)
    clock.tick(1)
    with pytest.raises(KeyMissing):
        keys.identify("")
    making.revoke(store, key.row.id, By(actor="", now_ns=clock.now_ns()))
    store.care.prune(older_than_ns=clock.now_ns() + 1)
    assert store.keys.list() == []
    with pytest.raises(KeyMissing):  # a key that is gone does not open the door again
        ring(store, clock, requires_key=False).identify("")


def test_elsewhere_everybody_needs_a_key(store: SqliteStore, clock: ManualClock) -> None:
    with pytest.raises(KeyMissing):
        ring(store, clock, requires_key=True).identify("")


async def test_a_refusal_for_scope_is_in_the_audit_log_once_with_its_count(
    store: SqliteStore, clock: ManualClock
) -> None:
    key = made(store, clock, scopes=["feedback"], models=["cheap", "own-*"])
    admission = Admission(store, clock=clock)
    found = admission.identify(key.secret)
    for _ in range(5):
        with pytest.raises(ScopeMissing):
            admission.allow(found, "cheap", "chat")
    assert ScopeMissing.status == NotServedToKey.status == 403
    with pytest.raises(NotServedToKey, match="cheap"):
        admission.allow(found, "dear", "feedback")
    admission.allow(found, "own-model", "feedback")
    await admission.tend()
    rows = store.audit.list(action="key.refuse")
    assert sorted(json.loads(row.said)["times"] for row in rows) == [1, 5]
    assert {row.object for row in rows} == {f"key:{key.row.id}"}
    assert store.audit.verify() is None


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"scopes": ["chatt"]}, BadScope),
        ({"scopes": ["step:"]}, BadScope),
        ({"budgets": ["5"]}, BadBudget),
        ({"budgets": ["5USD/week"]}, BadBudget),
        ({"budgets": ["0tokens"]}, BadBudget),
        ({"limits": ["requests=0"]}, BadLimit),
        ({"limits": ["speed=3"]}, BadLimit),
    ],
)
def test_what_cannot_be_read_makes_no_key(
    store: SqliteStore, clock: ManualClock, wanted: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        made(store, clock, **wanted)
    assert store.keys.list() == []
    assert store.audit.list() == []


def test_a_key_is_found_by_name_and_by_the_beginning_of_its_id(store: SqliteStore, clock: ManualClock) -> None:
    one = made(store, clock, name="one").row
    assert making.find(store, "one") == making.find(store, one.id) == making.find(store, one.id[:-2]) == one
    with pytest.raises(KeyNameTaken, match=one.id):
        made(store, clock, name="one")
    other = made(store, clock, name="other").row
    assert other.id[0] == one.id[0]
    with pytest.raises(AmbiguousKey):
        making.find(store, one.id[0])
    with pytest.raises(NoSuchApiKey):
        making.find(store, "two")
    making.revoke(store, one.id, By(actor="", now_ns=1))
    with pytest.raises(KeyNotActive):
        making.rotate(store, one.id, By(actor="", now_ns=1), overlap_s=1)

"""Releases in a store: kept once, found by their beginning, known to the store's care."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.releases import AmbiguousRelease
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.releases import KillRow, PromotionRow, ReleaseRow
from loomwork.store.sqlite.care.salvage import salvage

FILES = {"app.py": b"A = 1\n", "prompts/long.md": b"words " * 500}
ROW = ReleaseRow(id="ab12", made_ns=3, manifest=b'{"code": {"app.py": "1"}}', note="first")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{tmp_path}/store.db")
    yield found
    found.close()


def test_a_release_is_kept_once_with_its_files(store: Store):
    assert store.releases.keep(ROW, FILES)
    assert not store.releases.keep(ROW, FILES)
    assert store.releases.get("ab12") == ROW
    assert store.releases.get("ab") == ROW
    assert store.releases.get("") is None
    assert store.releases.get("x") is None
    kept = store.releases.files("ab12")
    assert kept == {path: digest_bytes(body) for path, body in FILES.items()}
    assert {path: store.blobs.get(digest) for path, digest in kept.items()} == FILES
    store.releases.keep(ReleaseRow(id="ab34", made_ns=4, manifest=b"{}"), {})
    assert [each.id for each in store.releases.list()] == ["ab34", "ab12"]
    with pytest.raises(AmbiguousRelease, match="ab12, ab34"):
        store.releases.get("ab")


def test_promotions_and_kills_are_kept_in_order(store: Store):
    rows = [PromotionRow(at_ns=at, release=f"r{at}", share=at / 2, by="mei", why="w") for at in (1, 2)]
    for row in rows:
        store.releases.promote(row)
    assert list(store.releases.promotions()) == rows[::-1]
    kill = KillRow(what="model:smart", at_ns=5, by="mei", why="wrong")
    assert store.releases.kill(kill)
    assert not store.releases.kill(kill)
    assert list(store.releases.killed()) == [kill]
    assert store.releases.revive("model:smart")
    assert not store.releases.revive("model:smart")
    assert list(store.releases.killed()) == []


def test_what_releases_hold_survives_a_prune_and_goes_with_its_subject(store: Store, tmp_path: Path):
    store.releases.keep(ROW, {**FILES, "prompts/mail.md": b"Ask Mei Lindqvist first. " * 100})
    store.releases.promote(PromotionRow(at_ns=1, release="ab12", by="Mei Lindqvist", why="for Mei Lindqvist"))
    store.care.prune(older_than_ns=1 << 62)
    assert all(store.blobs.has(digest) for digest in store.releases.files("ab12").values())
    store.care.erase("Mei Lindqvist")
    assert sorted(store.releases.files("ab12")) == sorted(FILES)
    assert store.releases.promotions()[0].by == ""
    assert b"Lindqvist" not in (tmp_path / "store.db").read_bytes()


def test_releases_are_measured_written_out_copied_and_salvaged(store: Store, tmp_path: Path):
    store.releases.keep(ROW, FILES)
    store.releases.promote(PromotionRow(at_ns=1, release="ab12"))
    store.releases.kill(KillRow(what="step:answer", at_ns=2))
    rows = {table.name: table.rows for table in store.care.size().tables}
    assert (rows["releases"], rows["release_files"], rows["promotions"], rows["kills"]) == (1, 2, 1, 1)
    store.care.export(tmp_path / "out.jsonl")
    told = [json.loads(line)["type"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert told == ["release", "promotion", "kill"]
    store.care.copy(tmp_path / "copy.db")
    store.close()
    salvage(tmp_path / "store.db")
    for name in ("copy.db", "store.db"):
        other = open_store(f"sqlite:///{tmp_path / name}")
        assert other.releases.get("ab12") == ROW
        assert {path: other.blobs.get(digest) for path, digest in other.releases.files("ab12").items()} == FILES
        other.close()

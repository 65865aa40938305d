"""`kill -9` of a writer: the index answers before and after, the next writer goes on, and nothing is embedded twice."""

import json
import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.errors import IndexMissing
from loomwork.knowledge.index import Index
from tests.knowledge.index.making import a_vector, an_entry, an_index, everything, settings
from tests.store import children

pytestmark = pytest.mark.crash

DOCUMENTS = 24
MODE = {"flush_rows": 7, "hnsw_above": 20, "hnsw_bucket": 16}

WRITE = """
import numpy as np
from loomwork.knowledge.index import Entry, Index
from tests.knowledge.index import test_kills as rules
from tests.knowledge.index.making import settings

def build(index):
    with index.writer(patience_s=60.0) as writer:
        done = writer.documents()
        for number in range(rules.DOCUMENTS):
            entry = rules.document(number)
            if done.get(entry.document.doc) and done[entry.document.doc].digest == entry.document.digest:
                continue
            keys = [key for key in entry.keys if key]  # those of the chunks that have a vector
            lacking = writer.missing(keys)
            if lacking:
                say(embeds=lacking)
                which = [keys.index(key) for key in lacking]
                writer.put_vectors(lacking, entry.vectors[which])
                say(kept=lacking)
            writer.add(Entry(document=entry.document, chunks=entry.chunks, terms=entry.terms, keys=entry.keys))
            if number % 5 == 4:
                say(commits=True)
                writer.commit()
                say(committed=sorted(writer.documents()))
        writer.commit()
        say(committed=sorted(writer.documents()), end=True)
"""

LIVE = (
    WRITE
    + """
index = Index(Path(sys.argv[1]) / "kb", settings(**rules.MODE))
say(start=True)
build(index)
"""
)

DIE_AT = (
    WRITE
    + """
import signal
left = int(sys.argv[2])

def dying(do):
    def counted(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*arguments, **named)
    return counted

os.fsync, os.fdatasync = dying(os.fsync), dying(os.fdatasync)
for name in ("rename", "unlink"):
    setattr(Path, name, dying(getattr(Path, name)))
from loomwork.knowledge.index.catalog import Catalog
Catalog.switch = dying(Catalog.switch)
index = Index(Path(sys.argv[1]) / "kb", settings(**rules.MODE))
build(index)
say(survived=left)
"""
)


def document(number: int) -> Any:
    return an_entry(f"d{number}", number % 5, ("staff",) if number % 4 == 3 else None, chunks=3)


class Lives:
    """What all writers so far said, and what has to hold after each of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: set[str] = set()
        self.committed: set[str] = set()

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            if not line.endswith("\n"):
                continue
            match json.loads(line):
                case {"embeds": keys}:
                    assert not self.kept & set(keys), "embedded twice"
                case {"kept": keys}:
                    self.kept |= set(keys)
                case {"committed": docs}:
                    self.committed = set(docs)
                case _:
                    pass

    def check(self) -> None:
        index = Index(self.folder / "kb", settings(**MODE))
        if not index.exists() or not (self.folder / "kb" / "index.db").stat().st_size:
            assert not self.committed
            return
        try:
            found = set(index.all_documents())
        except IndexMissing:  # it died before the first table
            found = set[str]()
        if not found:
            assert not self.committed
            return
        assert found >= self.committed
        index.verify()
        view = index.full_view()
        rows = view.fetch(view.dense(a_vector("query"), 1_000).rows)
        assert {row.document.doc for row in rows} <= found
        index.close()

    def finish(self) -> None:
        """Let a writer work undisturbed, and compare with an index that never met a death."""
        child = children.start(LIVE, str(self.folder))
        said, errors = child.communicate()
        assert child.returncode == 0, errors
        self.hear(said.splitlines(keepends=True))
        with Index(self.folder / "kb", settings(**MODE)) as index:
            whole = an_index(self.folder / "whole", [document(number) for number in range(DOCUMENTS)], **MODE)
            assert everything(index.full_view()) == everything(whole.full_view())
            assert everything(index.view()) == everything(whole.view())
            whole.close()
        left = {file.name for file in (self.folder / "kb").iterdir()}
        assert not [name for name in left if name.endswith(".tmp")]


def die_often(folder: Path, *, lives: int, seed: int) -> None:
    chance = random.Random(seed)
    world = Lives(folder)
    for _ in range(lives):
        child = children.start(LIVE, str(folder))
        assert child.stdout is not None
        assert child.stderr is not None
        heard = [line for _, line in zip(range(chance.randrange(1, 25)), child.stdout, strict=False)]
        os.kill(child.pid, signal.SIGKILL)
        heard += child.stdout  # not `communicate`, which leaves out what was read ahead
        errors = child.stderr.read()
        assert child.wait() in {0, -signal.SIGKILL}, errors
        child.communicate()
        world.hear(heard)
        world.check()
    world.finish()


def test_kills_at_random_moments_embed_nothing_twice(tmp_path: Path) -> None:
    die_often(tmp_path, lives=3, seed=1)


@pytest.mark.nightly
def test_kills_at_fifty_random_moments_embed_nothing_twice(tmp_path: Path) -> None:
    for round_ in range(10):
        (tmp_path / str(round_)).mkdir()
        die_often(tmp_path / str(round_), lives=5, seed=round_)


def die_at(folder: Path, points: list[int]) -> None:
    world = Lives(folder)
    for point in points:
        child = children.start(DIE_AT, str(folder), str(point))
        said, errors = child.communicate()
        assert child.returncode in {0, -signal.SIGKILL}, errors
        world.hear(said.splitlines(keepends=True))
        world.check()
    world.finish()


def test_a_death_where_something_is_written_leaves_the_last_snapshot(tmp_path: Path) -> None:
    die_at(tmp_path, [9, 21, 14])


@pytest.mark.nightly
@pytest.mark.parametrize("point", range(1, 115))
def test_a_death_at_each_point_where_something_is_written_leaves_the_last_snapshot(tmp_path: Path, point: int) -> None:
    die_at(tmp_path, [point])

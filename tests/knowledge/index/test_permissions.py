"""The law: what a person is told equals, to the last bit, what an index without the hidden documents tells them."""

import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loomwork.kernel.principals import NOBODY, Principal
from loomwork.knowledge.index import Entry, Index, Readers, View, dense, sparse
from loomwork.knowledge.index.catalog import Catalog
from tests.knowledge.index.making import an_entry, an_index, chance, everything, settings

ADA = Principal(id="ada", groups=frozenset({"red"}))
BOB = Principal(id="bob", groups=frozenset({"blue", "red"}))
EVE = Principal(id="eve")
PEOPLE = (NOBODY, ADA, BOB, EVE)
READERS: tuple[Readers, ...] = (
    None, None, ("everyone",), ("red",), ("blue",), ("blue", "red"), ("user:ada",), ("user:eve", "blue"), (),
)  # fmt: skip

docs = st.integers(0, 14).map(lambda number: f"d{number}")
operations = st.one_of(
    st.tuples(st.just("add"), docs, st.integers(0, 5), st.sampled_from(READERS)),
    st.tuples(st.just("add"), docs, st.integers(0, 5), st.sampled_from(READERS)),
    st.tuples(st.just("add"), docs, st.integers(0, 5), st.sampled_from(READERS)),
    st.tuples(st.just("remove"), docs),
    st.tuples(st.just("readers"), docs, st.sampled_from(READERS)),
    st.tuples(st.just("commit"), st.sampled_from([(), *((person,) for person in PEOPLE)])),
    st.tuples(st.just("compact")),
    st.tuples(st.just("reopen")),
)


def beginning(seed: int, count: int) -> list[Any]:
    """Return operations that fill an index, so that the drawn ones meet something."""
    rolls = chance("beginning", seed)
    return [("add", f"d{number}", rolls.randrange(6), rolls.choice(READERS)) for number in range(count)]


histories = st.builds(
    lambda seed, count, drawn: beginning(seed, count) + drawn,
    st.integers(0, 1_000), st.integers(0, 20), st.lists(operations, min_size=1, max_size=25),
)  # fmt: skip
modes = st.fixed_dictionaries(
    {
        "flush_rows": st.sampled_from([3, 8, 1000]),
        "hnsw_above": st.sampled_from([1000, 6, 2]),
        "hnsw_bucket": st.sampled_from([4, 16]),
        "b": st.sampled_from([0.0, 0.75, 1.0]),
        "k1": st.sampled_from([0.0, 1.2]),
    }
)


@contextmanager
def few_at_once(few: int) -> Generator[None]:
    """Let the bounds decide what is computed even where the corpus is tiny; do not wait for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        patch.setattr(os, "fdatasync", lambda handle: None)
        patch.setattr(
            Catalog, "durable", lambda self: self.pool().session().connection.execute("PRAGMA synchronous=OFF")
        )
        patch.setattr(dense, "FEW", few)
        patch.setattr(sparse, "FEW", few)
        yield


class World:
    """An index with a history, and what should be in it now."""

    def __init__(
        self, folder: Path, mode: dict[str, Any], *, paths: dict[str, str] | None = None,
        warm: Callable[[View], object] = lambda view: everything(view, queries=1),
    ) -> None:  # fmt: skip
        self.paths, self.warm = paths or {}, warm
        self.index = Index(folder / "kb", settings(**mode))
        self.done: dict[str, tuple[int, Readers]] = {}

    def live(self, history: list[Any]) -> None:
        waiting = list(history)
        while waiting:
            with self.index.writer(patience_s=0.0) as writer:
                while waiting:
                    operation = waiting.pop(0)
                    if operation[0] == "reopen":
                        break
                    self._do(writer, operation)
                writer.commit()

    def _do(self, writer: Any, operation: Any) -> None:
        match operation:
            case ("add", doc, content, readers):
                writer.add(self._entry(doc, content, readers))
                self.done[doc] = (content, readers)
            case ("remove", doc):
                assert writer.remove(doc) == (self.done.pop(doc, None) is not None)
            case ("readers", doc, readers):
                writer.set_readers(doc, readers)
                if doc in self.done:
                    self.done[doc] = (self.done[doc][0], readers)
            case ("commit", people):
                writer.commit()
                for person in people:  # so that what is kept in memory is there when things change
                    self.warm(self.index.view(person))
            case _:
                writer.compact()

    def _entry(self, doc: str, content: int, readers: Readers) -> Entry:
        return an_entry(doc, content, readers, path=self.paths.get(doc))

    def visible_to(self, person: Principal) -> list[Entry]:
        groups = person.effective_groups
        return [
            self._entry(doc, content, readers)
            for doc, (content, readers) in sorted(self.done.items())
            if readers is None or groups & set(readers)
        ]


def holds(history: list[Any], mode: dict[str, Any], person: Principal, few: int) -> None:
    with tempfile.TemporaryDirectory() as name, few_at_once(few):
        world = World(Path(name), mode)
        world.live(history)
        expected = an_index(Path(name) / "without", world.visible_to(person), **mode)
        there, without = everything(world.index.view(person)), everything(expected.view(person))
        for key, value in without.items():
            assert there[key] == value, key
        assert there == everything(Index(Path(name) / "kb", settings(**mode)).view(person))  # nothing kept in memory
        world.index.close()
        expected.close()


law = given(history=histories, mode=modes, person=st.sampled_from(PEOPLE), few=st.sampled_from([0, 3, 2_048]))
unhurried: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def test_who_else_is_let_in_shows_nowhere(tmp_path: Path) -> None:
    index = an_index(tmp_path / "kb", [an_entry(f"d{number}", 1, ("red",), chunks=2) for number in range(6)])
    before = everything(index.view(ADA))
    with index.writer() as writer:
        writer.set_readers("d1", ("red", "blue"))
        writer.commit()
    assert everything(index.view(ADA)) == before
    entry = an_entry("d2", 1, ("red", "user:eve"), chunks=2)  # as told by the document itself
    row = replace(entry.document, digest="changed", metadata=entry.document.metadata | {"readers": ["red", "user:eve"]})
    with index.writer() as writer:
        assert writer.add(replace(entry, document=row)) == "changed"
        writer.commit()
    assert everything(index.view(ADA)) == before
    assert index.all_documents()["d2"] == ("changed", ("red", "user:eve"), 2)
    assert list(index.view(EVE).ids) == ["d2"]


@law
@hypothesis_settings(max_examples=200, derandomize=True, **unhurried)
def test_a_view_equals_an_index_without_the_hidden_documents(
    history: list[Any], mode: dict[str, Any], person: Principal, few: int
) -> None:
    holds(history, mode, person, few)


@pytest.mark.nightly
@law
@hypothesis_settings(max_examples=10_000, **unhurried)
def test_ten_thousand_views_equal_indexes_without_the_hidden_documents(
    history: list[Any], mode: dict[str, Any], person: Principal, few: int
) -> None:
    holds(history, mode, person, few)

"""Milvus proposes, the index decides. Runs against Milvus Lite where pymilvus is installed."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.errors import MilvusFailed, MilvusMissing
from loomwork.kernel.principals import Principal
from loomwork.knowledge.index import Index
from tests.knowledge.index.making import SIZE, a_vector, an_entry, an_index, shown

STAFF = Principal(groups=frozenset({"staff"}))


def documents(count: int = 30) -> list[Any]:
    return [an_entry(f"d{number}", 1, ("staff",) if number % 3 == 0 else None, chunks=3) for number in range(count)]


@pytest.fixture(params=["FLAT", "IVF_FLAT", "HNSW"])
def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    pytest.importorskip("pymilvus")
    pytest.importorskip("milvus_lite")
    from loomwork.knowledge.index.milvus import MilvusSettings, MilvusVectors

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own
        made = MilvusVectors(
            MilvusSettings(uri=str(tmp_path / "milvus.db"), kind=request.param, nlist=4, nprobe=4), SIZE
        )
        yield made
        made.close()


@pytest.mark.real
def test_milvus_finds_what_an_exact_search_finds(tmp_path: Path, vectors: Any) -> None:
    index = an_index(tmp_path / "kb", documents())
    assert vectors.sync(index.full_view()) == (90, 0)
    assert vectors.sync(index.full_view()) == (0, 0)
    for person in (Principal(), STAFF):
        view = index.view(person)
        over = vectors.over(view)
        assert over.name not in {view.name, vectors.over(index.full_view()).name if person != STAFF else ""}
        for number in range(5):
            query = a_vector(("query", number))
            assert shown(over, over.dense(query, 8)) == shown(view, view.dense(query, 8))


@pytest.mark.real
def test_what_is_hidden_or_removed_is_not_returned_before_milvus_knows(tmp_path: Path, vectors: Any) -> None:
    index = an_index(tmp_path / "kb", documents())
    vectors.sync(index.full_view())
    with index.writer() as writer:
        writer.set_readers("d1", ("staff",))
        writer.remove("d2")
        writer.add(an_entry("d4", 2, chunks=2))
        writer.commit()
    view = index.view()
    over = vectors.over(view)
    found = {row.document.doc for row in over.fetch(over.dense(a_vector("query"), 100).rows)}
    assert not found & {"d0", "d1", "d2", "d3"}
    written, removed = vectors.sync(index.full_view())
    assert (written, removed) == (3 + 2, 3 + 3)
    over = vectors.over(view)
    assert shown(over, over.dense(a_vector("query"), 8)) == shown(view, view.dense(a_vector("query"), 8))


@pytest.mark.real
def test_an_address_where_nobody_answers_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pymilvus")
    from loomwork.knowledge.index.milvus import MilvusSettings, MilvusVectors

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(MilvusFailed, match=r"http://127\.0\.0\.1:1"):
            MilvusVectors(MilvusSettings(uri="http://127.0.0.1:1"), SIZE)


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from loomwork.knowledge.index.milvus import MilvusSettings, MilvusVectors

    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(MilvusMissing, match=r"pip install 'loomwork\[milvus\]'"):
        MilvusVectors(MilvusSettings(uri="x.db"), SIZE)


def test_a_view_scores_and_shows_only_what_is_proposed_to_it(tmp_path: Path) -> None:
    index: Index = an_index(tmp_path / "kb", documents(6))
    view = index.view()
    finder = view.digests.finder(view.rows_with_vectors())
    everything = index.full_view()
    keys = everything.digests.keys_of(everything.rows_with_vectors())
    over = view.proposing(lambda query, k: finder.rows_of([*keys[:9], "0" * 32]), "all")
    rows = over.fetch(over.dense(a_vector("query"), 100).rows)
    assert {row.document.doc for row in rows} == {"d1", "d2"}
    assert over.name != view.name

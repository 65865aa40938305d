"""A search's span says how it came to its passages: candidates, fusion, moves of the reranker, the context's budget."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from loomwork.kernel import codecs
from loomwork.knowledge.explaining import looked_at
from loomwork.knowledge.settings import SearchTable
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.studio.spans.bodies import kept_body
from loomwork.studio.spans.detail import span_detail
from loomwork.studio.spans.retrieval import retrieval_of
from loomwork.studio.studio import Studio
from loomwork.studio.wire.spans import Budgeted, Retrieval, Span
from loomwork.trace.explained import BUDGET, SEARCH, At, Budget, Explained, Looked
from tests.store.rowmaking import a_span
from tests.studio.traced import loomwork, opened

TOML = """
[models.smart]
driver = "scripted"
[knowledge.docs]
sources = ["pages"]
embedder = "none"


[knowledge.docs.answer]
model = "smart"
k = 2
"""
APP = """
from loomwork import knowledge, step

@step
async def answer(question: str) -> str:
    return (await knowledge("docs").ask(question)).answer
"""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "loomwork.toml").write_text(TOML)
    (tmp_path / "asker.py").write_text(APP)
    (tmp_path / "pages").mkdir()
    for number in range(6):
        text = f"# Backup {number}\n\nBackups are kept for {number + 10} days. " + "backup " * number
        (tmp_path / f"pages/backup{number}.md").write_text(text)
    (tmp_path / "data.jsonl").write_text('{"question": "How long are backups kept?"}\n')
    loomwork(tmp_path, "knowledge", "build", "docs")
    for _ in range(2):
        loomwork(tmp_path, "run", "asker:answer", "--data", "data.jsonl")
    with opened(tmp_path) as studio:
        yield studio


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield store
    store.close()


def spans(studio: Studio, kind: str) -> list[Span]:
    rows = studio.store.spans.list(roots_only=False)
    return [span_detail(studio.store, row.trace, row.span) for row in rows if kind in (row.kind, row.name)]


def test_a_search_shows_what_it_gave_and_what_it_looked_at_and_left(studio: Studio) -> None:
    (search,) = spans(studio, "search")
    found = search.retrieval
    assert found is not None
    assert (found.base, found.query, found.mode, found.fusion, found.k) == (
        "docs", "How long are backups kept?", "hybrid", "rrf", 2,
    )  # fmt: skip
    assert found.snapshot
    assert [each.final_rank for each in found.candidates] == [1, 2, 0, 0, 0, 0]
    assert [each.joined_rank for each in found.candidates] == [1, 2, 3, 4, 5, 6]
    assert (found.counts, found.complete) == ({"sparse": 6}, True)
    first = found.candidates[0]
    assert first.placed[0].retriever == "sparse"
    assert first.placed[0].rank == 1
    assert first.placed[0].added == pytest.approx(first.joined)
    assert all(each.preview and each.title for each in found.candidates)
    assert search.output is not None
    assert len(msgspec.json.decode(search.output.json)) == 2


def test_an_answer_shows_what_fitted_into_its_context(studio: Studio) -> None:
    (answer,) = spans(studio, "answer")
    assert answer.retrieval is not None
    budget = answer.retrieval.budget
    assert budget is not None
    assert budget.kept + budget.left_out == 2
    assert 0 < budget.used <= budget.limit


def test_what_was_noted_is_small(studio: Studio) -> None:
    (row,) = [row for row in studio.store.spans.list(roots_only=False) if row.kind == "search"]
    assert len(msgspec.msgpack.encode(row.attributes[SEARCH])) < 6_000


def from_body(store: Store, passages: list[dict[str, object]]) -> Retrieval:
    kept = kept_body(store, store.blobs.put(codecs.encode(passages)))
    found = retrieval_of(a_span(kind="search"), None, kept)
    assert found is not None
    return found


def test_a_search_of_before_is_told_from_its_passages(store: Store) -> None:
    passage: dict[str, object] = {
        "rank": 1, "score": 0.9, "doc": "a.md", "start": 5, "title": "A", "text": "words",
        "ranks": {"dense": 3, "found": 2, "rerank": 1}, "scores": {"dense": 0.5, "found": 0.2, "rerank": 0.9},
    }  # fmt: skip
    found = from_body(store, [passage])
    (each,) = found.candidates
    assert not found.complete
    assert (each.joined_rank, each.joined, each.rerank_rank, each.rerank_score, each.final_rank) == (2, 0.2, 1, 0.9, 1)
    assert [(place.retriever, place.rank) for place in each.placed] == [("dense", 3)]


def test_what_is_noted_in_another_form_is_passed_over() -> None:
    row = a_span(kind="search", attributes={SEARCH: "odd", BUDGET: {"limit": "many"}})
    found = retrieval_of(row, None, None)
    assert found is not None
    assert (found.candidates, found.budget) == ((), None)
    assert retrieval_of(a_span(), None, None) is None


def test_moves_of_a_reranker_are_told() -> None:
    noted = Explained(rerank="late", candidates=(
        Looked(doc="a", start=0, placed={"dense": At(2, 0.5, 0.01)}, joined=0.01, joined_rank=2, rerank_rank=1,
               rerank_score=0.8, final_rank=1, moved="behind b"),
    ))  # fmt: skip
    budget = Budget(limit=10, used=9, kept=1, left_out=3)
    row = a_span(kind="search", attributes={
        SEARCH: msgspec.to_builtins(noted), BUDGET: msgspec.to_builtins(budget),
    })  # fmt: skip
    found = retrieval_of(row, None, None)
    assert found is not None
    (each,) = found.candidates
    assert (each.joined_rank, each.rerank_rank, each.rerank_score, each.final_rank, each.moved) == (
        2,
        1,
        0.8,
        1,
        "behind b",
    )
    assert found.budget == Budgeted(limit=10, used=9, kept=1, left_out=3)


def test_looking_further_never_changes_what_is_found() -> None:
    assert looked_at(8, SearchTable()) == 20
    assert looked_at(32, SearchTable()) == 32
    assert looked_at(8, SearchTable(depth=10)) == 10
    assert looked_at(8, SearchTable(depth=4)) == 8
    assert looked_at(8, SearchTable(mmr=0.5)) == 8

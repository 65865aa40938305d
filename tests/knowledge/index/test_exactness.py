"""What is left out on the way changes nothing: results equal those of plain reference implementations."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loomwork.knowledge.index import DocumentRow, Entry, Index, OneOf, dense, quantised, reach, sparse
from loomwork.knowledge.values import Chunk
from tests.knowledge.index.making import an_index, settings, vectors_of

VOCABULARY = [f"w{number}" for number in range(60)]


def a_corpus(seed: int, documents: int, dimensions: int, *, shape: str) -> list[Entry]:
    rng = np.random.default_rng(seed)
    made: list[Entry] = []
    weights = 1 / np.arange(1, 61)
    for number in range(documents):
        count = int(rng.integers(1, 5))
        vectors = rng.standard_normal((count, dimensions))
        if shape == "close":
            vectors = 0.05 * vectors + 1.0
        if shape == "spiky":
            vectors[:, 0] *= 30.0
        if shape == "equal":
            vectors[:] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        terms = [
            tuple(rng.choice(VOCABULARY, int(rng.integers(0, 30)), p=weights / weights.sum())) for _ in range(count)
        ]
        made.append(
            Entry(
                document=DocumentRow(doc=f"d{number}", path="", metadata={"kind": number % 3}),
                chunks=tuple(
                    Chunk(
                        doc=f"d{number}",
                        start=at,
                        end=at + 1,
                        text="x",
                        section=(),
                        page=0,
                        kind="",
                        language="",
                        tokens=1,
                    )
                    for at in range(count)
                ),
                terms=tuple(tuple(map(str, words)) for words in terms),
                vectors=vectors.astype(np.float32),
            )
        )
    return made


def rows_of(entries: list[Entry]) -> list[tuple[str, tuple[str, ...], np.ndarray, int]]:
    return [
        (f"{entry.document.doc} {at}", entry.terms[at], vectors_of(entry)[at], entry.document.metadata["kind"])
        for entry in entries for at in range(len(entry.chunks))
    ]  # fmt: skip


def naive_bm25(
    rows: list[tuple[str, tuple[str, ...], np.ndarray, int]], query: list[str], k1: float, b: float
) -> dict[str, float]:
    mean = sum(len(words) for _, words, _, _ in rows) / len(rows)
    scores: dict[str, float] = {}
    for name, words, _, _ in rows:
        score = 0.0
        for term in sorted(set(query)):
            tf = words.count(term)
            if tf:
                df = sum(term in other for _, other, _, _ in rows)
                idf = math.log(1 + (len(rows) - df + 0.5) / (df + 0.5))
                score += query.count(term) * idf * tf / (tf + k1 * (1 - b + b * len(words) / mean))
        if score:
            scores[name] = score
    return scores


def agrees(found: dict[str, float], expected: dict[str, float], k: int) -> None:
    """The same scores in the same order, but for the order of equals."""
    best = sorted(expected.values(), reverse=True)[:k]
    assert list(found.values()) == pytest.approx(best, rel=1e-12, abs=1e-12)
    for name, score in found.items():
        assert score == pytest.approx(expected[name], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("shape", ["wide", "close", "spiky", "equal"])
@pytest.mark.parametrize("few", [0, 2_048])
def test_dense_search_equals_brute_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, few: int) -> None:
    monkeypatch.setattr(dense, "FEW", few)
    entries = a_corpus(1, 120, 48, shape=shape)
    view = an_index(tmp_path / "kb", entries, dimensions=48, flush_rows=60).view()
    rows = rows_of(entries)
    rng = np.random.default_rng(2)
    for k in (1, 7, 1_000):
        query = rng.standard_normal(48).astype(np.float32) if k > 1 else rows[5][2]
        for kinds in (None, (0,), (1, 2)):
            mask = None if kinds is None else view.filter([OneOf(field="kind", values=kinds)])
            hits = view.dense(query, k, within=mask)
            expected = {
                name: float(np.dot(vector.astype(np.float64), query.astype(np.float64)))
                for name, _, vector, kind in rows if kinds is None or kind in kinds
            }  # fmt: skip
            found = {
                f"{row.document.doc} {row.chunk.start}": float(score)
                for row, score in zip(view.fetch(hits.rows), hits.scores, strict=True)
            }
            agrees(found, expected, k)


@given(st.integers(0, 10_000), st.floats(1e-6, 1e6), st.sampled_from(["wide", "close", "spiky", "equal"]))
@hypothesis_settings(max_examples=60, deadline=None, derandomize=True)
def test_a_score_lies_between_its_bounds(seed: int, scale: float, shape: str) -> None:
    rng = np.random.default_rng(seed)
    rows = (rng.standard_normal((40, 24)) * scale).astype(np.float32)
    if shape == "spiky":
        rows[:, 3] *= 1_000
    if shape == "equal":
        rows[:] = 0.0
    query = rng.standard_normal(24).astype(np.float32).astype(np.float64)
    bounds = quantised.bounds(quantised.quantise(rows), query)
    scores = rows.astype(np.float64) @ query
    assert np.all(bounds.middle + bounds.slack >= scores)
    assert np.all(bounds.middle - bounds.slack <= scores)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=300), st.integers(1, 30))
def test_at_least_k_values_reach_what_must_be_reached(values: list[int], k: int) -> None:
    k = min(k, len(values))
    bound = reach.reach(np.array(values, np.float64), k)
    assert sum(value >= bound for value in values) >= k
    assert bound in values


@pytest.mark.parametrize("few", [0, 4_096])
@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.0, 1.0), (2.0, 0.0)])
def test_bm25_equals_a_naive_implementation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, k1: float, b: float
) -> None:
    monkeypatch.setattr(sparse, "FEW", few)
    entries = a_corpus(3, 80, 8, shape="wide")
    view = an_index(tmp_path / "kb", entries, dimensions=8, flush_rows=50, k1=k1, b=b).view()
    rows = rows_of(entries)
    rng = np.random.default_rng(4)
    for size in (1, 2, 5, 12):
        for k in (1, 5, 500):
            query = [*map(str, rng.choice(VOCABULARY, size)), "nowhere"]
            hits = view.sparse(query, k)
            found = {
                f"{row.document.doc} {row.chunk.start}": float(score)
                for row, score in zip(view.fetch(hits.rows), hits.scores, strict=True)
            }
            agrees(found, naive_bm25(rows, query, k1, b), k)
            for row, score in zip(hits.rows, hits.scores, strict=True):
                assert sum(part.score for part in view.explain(query, int(row))) == pytest.approx(float(score))


def test_a_phrase_is_found_where_its_terms_stand_in_order(tmp_path: Path) -> None:
    entries = a_corpus(5, 60, 8, shape="wide")
    view = an_index(tmp_path / "kb", entries, dimensions=8, flush_rows=50).view()
    for first in VOCABULARY[:6]:
        for phrase in ((first, "w0"), (first, first), ("w1", first, "w0")):
            expected = {
                name for name, words, _, _ in rows_of(entries)
                if any(words[at : at + len(phrase)] == phrase for at in range(len(words)))
            }  # fmt: skip
            rows = view.fetch(np.flatnonzero(view.phrase(phrase)))
            assert {f"{row.document.doc} {row.chunk.start}" for row in rows} == expected


def test_graphs_find_nearly_all_that_an_exact_search_finds(tmp_path: Path) -> None:
    entries = a_corpus(6, 500, 32, shape="wide")
    exact = an_index(tmp_path / "exact", entries, dimensions=32).view()
    graphs = an_index(tmp_path / "graphs", entries, dimensions=32, hnsw_above=100, hnsw_bucket=400).view()
    assert graphs.name != exact.name
    rng = np.random.default_rng(7)
    shared = 0
    for _ in range(30):
        query = rng.standard_normal(32).astype(np.float32)
        here, there = (view.fetch(view.dense(query, 10).rows) for view in (graphs, exact))
        shared += len({row.key for row in here} & {row.key for row in there})
    assert shared >= 0.95 * 300


def test_a_vector_of_another_size_finds_nothing(tmp_path: Path) -> None:
    view = an_index(tmp_path / "kb", a_corpus(8, 3, 8, shape="wide"), dimensions=8).view()
    assert len(view.dense(np.ones(9, np.float32), 3).rows) == 0


def test_an_empty_index_answers(tmp_path: Path) -> None:
    index = Index(tmp_path / "kb", settings())
    with index.writer() as writer:
        writer.commit()
    view = index.view()
    assert (view.chunks, view.documents, view.dense(np.ones(16, np.float32), 3).rows.tolist()) == (0, 0, [])
    assert view.sparse(["a"], 3).rows.tolist() == []
    assert view.filter([OneOf(field="kind", values=(1,))]).tolist() == []

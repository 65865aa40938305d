"""Cranfield and known-item search, measured: which systems, on which halves. Knows nothing of tables.

The weights of fusion are chosen on the first half of the questions, in the order of their file (neighbours there often
have one author and one subject, so halves that alternate would not be apart); the second half is what is reported.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.retrieval import peers
from bench.retrieval.building import Base, Ranked, again, build, documents, passages, prepared
from bench.retrieval.corpora import Corpus, Query
from bench.retrieval.measures import ndcg, paired, recall, reciprocal, success
from bench.retrieval.remembering import Remembering, RememberingReranker
from bench.retrieval.systems import KEYWORDS, SYSTEMS, choices, default_name, told
from loomwork.knowledge.search import Asked, SearchSettings

Measure = Callable[[Sequence[str], Mapping[str, int]], float]
GRADED: Mapping[str, Measure] = {
    "ndcg@10": ndcg,
    "recall@100": lambda ranking, gains: recall(ranking, gains, 100),
    "mrr": reciprocal,
}
KNOWN_ITEM: Mapping[str, Measure] = {
    "ndcg@10": ndcg,
    "success@1": lambda ranking, gains: success(ranking, gains, 1),
    "success@3": lambda ranking, gains: success(ranking, gains, 3),
    "mrr": reciprocal,
}
DEPTH = 100
"""Passages asked for: what the package looks at unless told otherwise."""
DEEP = 400
"""Passages asked for where recall among 100 documents is measured: several passages may be of one document."""
RERANKED = 50
ABOVE_KEYWORDS, ABOVE_DEFAULT = "ndcg@10 above keywords", "ndcg@10 above the default"
Result = dict[str, Any]


class Halves(NamedTuple):
    """The questions: chosen on, reported, together."""

    first: Sequence[Query]
    second: Sequence[Query]
    all: Sequence[Query]


def halves(queries: Sequence[Query]) -> Halves:
    """Cut the questions in the middle.

    >>> [len(part) for part in halves([Query(str(at), "", {}) for at in range(5)])]
    [2, 3, 5]
    """
    middle = len(queries) // 2
    return Halves(queries[:middle], queries[middle:], queries)


def values(ranked: Ranked, queries: Sequence[Query], measure: Measure) -> list[float]:
    """The measure of each question."""
    return [measure(ranked[query.id], query.gains) for query in queries]


def mean(numbers: Sequence[float]) -> float:
    """The average; 0 of nothing."""
    return sum(numbers) / len(numbers) if numbers else 0.0


def figures(ranked: Ranked, deep: Ranked, parts: Halves, measures: Mapping[str, Measure]) -> Result:
    """All measures on each half and on all."""
    return {
        name: {
            half: mean(values(deep if name.startswith("recall") else ranked, queries, measure))
            for half, queries in parts._asdict().items()
        }
        for name, measure in measures.items()
    }


class Trial:
    """One corpus with everything that is tried on it."""

    def __init__(self, corpus: Corpus, base: Base, asked: Mapping[str, Asked], measures: Mapping[str, Measure]) -> None:
        self.corpus, self.base, self.asked, self.measures = corpus, base, asked, measures
        self.parts = halves(corpus.queries)
        self.ranked: dict[str, Ranked] = {}
        self.systems: dict[str, Result] = {}

    def ask(self, settings: SearchSettings, k: int, only: Sequence[Query] | None = None) -> Ranked:
        """Return the documents in order for the questions."""
        names = [query.id for query in (self.corpus.queries if only is None else only)]
        return documents(passages(self.base, {name: self.asked[name] for name in names}, settings, k))

    def add(self, name: str, ranked: Ranked, deep: Ranked, **more: Any) -> None:
        """Measure one system."""
        self.ranked[name] = ranked
        self.systems[name] = {**more, **figures(ranked, deep, self.parts, self.measures)}

    def add_settings(self, name: str, settings: SearchSettings, **more: Any) -> None:
        """Measure the package with these settings."""
        deep = self.ask(settings, DEEP) if "recall@100" in self.measures else {}
        self.add(name, self.ask(settings, DEPTH), deep, settings=told(settings), **more)

    def choose(self, fusion: str) -> None:
        """Measure the weights that are best on the first half."""
        first = self.parts.first
        tried = [
            (mean(values(self.ask(settings, DEPTH, first), first, ndcg)), settings) for settings in choices(fusion)
        ]
        best = max(tried, key=lambda one: one[0])[1]
        on_first = {str(settings.weights["dense"]): score for score, settings in tried}
        self.add_settings(f"hybrid, {fusion}, weights of the first half", best, ndcg_of_first_half_by_share=on_first)

    def compare(self) -> None:
        """Add to each system how it differs on the same questions from keywords and from the package's default."""
        for name, ranked in self.ranked.items():
            for other, said in ((KEYWORDS, ABOVE_KEYWORDS), (default_name(), ABOVE_DEFAULT)):
                if other in self.ranked and name != other:
                    self.systems[name][said] = {
                        half: list(paired(values(ranked, queries, ndcg), values(self.ranked[other], queries, ndcg)))
                        for half, queries in self.parts._asdict().items()
                    }


async def late(trial: Trial, embedder: Remembering) -> None:
    """Measure late interaction over the best passages of the default search."""
    reranker = RememberingReranker(embedder.model.token_vectors, embedder.identity)
    settings = SYSTEMS[default_name()]
    found = {k: passages(trial.base, trial.asked, settings, k) for k in (DEPTH, DEEP)}
    ranked = {k: documents(await again(reranker, trial.corpus.queries, each, RERANKED)) for k, each in found.items()}
    reranker.save()
    name = f"{default_name()}, best {RERANKED} by late interaction"
    trial.add(name, ranked[DEPTH], ranked[DEEP], settings=told(settings) | {"reranked": RERANKED})


async def measured(
    corpus: Corpus, embedder: Remembering, measures: Mapping[str, Measure], *, rerank: bool, with_peers: bool
) -> Result:
    """Index a corpus and measure every system on it."""
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as folder:
        base = await build(Path(folder) / corpus.name, corpus.sources, embedder)
        trial = Trial(corpus, base, await prepared(base, corpus.queries), measures)
        for name, settings in SYSTEMS.items():
            if base.view.vectors or settings.mode == "sparse":
                trial.add_settings(name, settings)
        if base.view.vectors:
            for fusion in ("rrf", "weighted"):
                trial.choose(fusion)
        if rerank:
            await late(trial, embedder)
        for name, ranked in (peers.asked(corpus) if with_peers else {}).items():
            trial.add(name, ranked, ranked, peer=True)
        trial.compare()
        return {
            "documents": base.view.documents,
            "passages": base.view.chunks,
            "vectors": base.view.vectors,
            "questions": {half: len(queries) for half, queries in trial.parts._asdict().items()},
            "default": default_name(),
            "systems": trial.systems,
        }

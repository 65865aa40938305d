"""The questions of the example, by language and split. Knows nothing of how the example shows them.

One index holds both languages, as the example does. `recall@5` is the share of a question's gold pages among the first
five pages; `found@5` is whether any of them is; `in five passages` whether any is the page of one of the first five
passages, which is harder, because several passages may be of one page. Questions that the pages do not answer are no
part of it.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.retrieval.building import Base, Ranked, build, documents, passages, prepared
from bench.retrieval.corpora import Corpus, Query
from bench.retrieval.english import mean
from bench.retrieval.measures import recall, reciprocal, success
from bench.retrieval.remembering import Remembering
from bench.retrieval.systems import SYSTEMS, choices, default_name, told
from loomwork.knowledge.search import Asked, SearchSettings

FIRST, DEPTH = 5, 100
Result = dict[str, Any]


async def measured(corpus: Corpus, embedder: Remembering) -> Result:
    """Index the pages and ask every question that they answer."""
    queries = [query for query in corpus.queries if query.gains]
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as folder:
        base = await build(Path(folder) / "demo", corpus.sources, embedder)
        asked = await prepared(base, queries)
        gold = {page for query in queries for page in query.gains}
        if missing := sorted(gold - set(base.view.ids)):
            raise ValueError(f"gold pages that are not there: {missing}")
        systems = {name: _system(base, asked, queries, settings) for name, settings in SYSTEMS.items()}
        dev = [query for query in queries if query.split == "dev"]
        for fusion in ("rrf", "weighted"):
            systems[f"hybrid, {fusion}, weights of dev"] = _system(
                base, asked, queries, _chosen(base, asked, dev, fusion)
            )
        return {
            "documents": base.view.documents,
            "passages": base.view.chunks,
            "vectors": base.view.vectors,
            "left_out": len(corpus.queries) - len(queries),
            "with_vector": {
                language: sum(asked[query.id].vector is not None for query in queries if query.language == language)
                for language in sorted({query.language for query in queries})
            },
            "default": default_name(),
            "systems": systems,
        }


def _chosen(base: Base, asked: Mapping[str, Asked], dev: Sequence[Query], fusion: str) -> SearchSettings:
    """The weights with the best mean reciprocal rank on `dev`, both languages together."""
    some = {query.id: asked[query.id] for query in dev}

    def score(settings: SearchSettings) -> float:
        ranked = documents(passages(base, some, settings, DEPTH))
        return mean([reciprocal(ranked[query.id], query.gains) for query in dev])

    return max(choices(fusion), key=score)


def _system(base: Base, asked: Mapping[str, Asked], queries: Sequence[Query], settings: SearchSettings) -> Result:
    found = passages(base, asked, settings, DEPTH)
    ranked = documents(found)
    near = documents({name: several[:FIRST] for name, several in found.items()})
    groups: dict[str, list[Query]] = {}
    for query in queries:
        for split in (query.split, "all"):
            groups.setdefault(f"{query.language} {split}", []).append(query)
    parts = {name: _figures(ranked, near, groups[name]) for name in sorted(groups)}
    return {"settings": told(settings), "parts": parts}


def _figures(ranked: Ranked, near: Ranked, queries: Sequence[Query]) -> Result:
    return {
        "questions": len(queries),
        "recall@5": mean([recall(ranked[query.id], query.gains, FIRST) for query in queries]),
        "found@5": mean([success(ranked[query.id], query.gains, FIRST) for query in queries]),
        "in five passages": mean([success(near[query.id], query.gains, FIRST) for query in queries]),
        "mrr": mean([reciprocal(ranked[query.id], query.gains) for query in queries]),
        "not found": [query.id for query in queries if not success(ranked[query.id], query.gains, FIRST)],
    }

"""Documents that mix languages: half of the English paragraphs end in Chinese, beside FastAPI's Chinese pages.

The questions are XQuAD's English ones. A system that decides by document whether it is embedded, or that counts what
has no vector as far away, finds the mixed half worse than the other. Knows nothing of tables.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.retrieval import corpora
from bench.retrieval.building import Base, build, documents, parsed, passages, prepared
from bench.retrieval.corpora import Corpus, Query, Source
from bench.retrieval.english import DEPTH, halves, mean
from bench.retrieval.measures import ndcg
from bench.retrieval.remembering import Remembering
from bench.retrieval.systems import SYSTEMS, default_name
from loomwork.knowledge.parsing import language_of
from loomwork.knowledge.search import Asked
from loomwork.knowledge.splitting.breaking import sentences

SHORTEST, LONGEST = 12, 60
Result = dict[str, Any]


def chinese() -> list[str]:
    """Sentences of FastAPI's Chinese documentation, in its order."""
    found: list[str] = []
    for source in corpora.chinese_docs():
        document = parsed(source)
        for block in document.blocks:
            if block.kind == "paragraph":
                pieces = [document.text[a:b].strip() for a, b in sentences(document.text, block.start, block.end)]
                found += [each for each in pieces if SHORTEST < len(each) < LONGEST and "\n" not in each]
    return [each for each in found if language_of(each) == "zh"]


def is_mixed(number: int) -> bool:
    """Whether the paragraph of this number gets Chinese sentences: every second one."""
    return number % 2 == 1


def corpus(english: Corpus) -> Corpus:
    """Return the paragraphs, every second one with one or two Chinese sentences at its end, and the Chinese pages."""
    said = chinese()
    sources: list[Source] = []
    for number, source in enumerate(english.sources):
        some = [said[number * 7 % len(said)], said[(number * 11 + 1) % len(said)]][: 1 + number % 4 // 3]
        more = ("\n\n" + "".join(some)).encode() if is_mixed(number) else b""
        sources.append(source._replace(data=source.data + more))
    return Corpus("mixed", (*sources, *corpora.chinese_docs()), english.queries)


async def measured(english: Corpus, embedder: Remembering) -> Result:
    """Index the corpus and measure each system on the questions about mixed and about plain paragraphs."""
    made = corpus(english)
    mixed = {source.doc for number, source in enumerate(english.sources) if is_mixed(number)}
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as folder:
        base = await build(Path(folder) / "mixed", made.sources, embedder)
        asked = await prepared(base, made.queries)
        return {
            "documents": base.view.documents,
            "mixed": len(mixed),
            "passages": base.view.chunks,
            "vectors": base.view.vectors,
            "default": default_name(),
            "systems": {name: {"ndcg@10": _system(base, asked, made.queries, mixed, name)} for name in SYSTEMS},
        }


def _system(base: Base, asked: Mapping[str, Asked], queries: Sequence[Query], mixed: set[str], name: str) -> Result:
    ranked = documents(passages(base, asked, SYSTEMS[name], DEPTH))
    parts = halves(queries)._asdict()

    def of(part: Sequence[Query], *, wanted: bool) -> float:
        mine = [each for each in part if mixed.isdisjoint(each.gains) != wanted]
        return mean([ndcg(ranked[each.id], each.gains) for each in mine])

    return {
        kind: {half: of(part, wanted=kind == "mixed") for half, part in parts.items()} for kind in ("mixed", "plain")
    }

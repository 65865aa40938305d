"""Whether what stands in Chinese documents is found however it is written. Knows nothing of relevance.

A probe is found when one of the first passages holds what it says, in lower case and without spaces beside Chinese
characters. The two-character words of the first kind never stand alone where rjieba cuts these documents. The same
passages are asked through SQLite's own tokenizers, words of the query joined by OR.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench.retrieval.building import Base, build, passages, prepared
from bench.retrieval.corpora import Query, chinese_docs, rows
from bench.retrieval.remembering import Remembering
from loomwork.knowledge.search import SearchSettings

FILE = Path(__file__).with_name("probes.jsonl")
FIRST = 5
_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])")
_FTS = {"SQLite unicode61": "unicode61", "SQLite trigram": "trigram"}
Result = dict[str, Any]


class Probe(NamedTuple):
    """What is asked and what a passage has to hold."""

    kind: str
    query: str
    holds: str


def probes() -> list[Probe]:
    """The probes of the data file."""
    return [Probe(**row) for row in rows(FILE)]


def holds(text: str, wanted: str) -> bool:
    """Whether a text holds what is wanted; a number is not part of a longer one.

    >>> holds("使用 Docker 缓存", "docker缓存"), holds("8.3.10", "3.10")
    (True, False)
    """
    before = r"(?<![\d.])" if wanted[0].isdigit() else ""
    after = r"(?!\.?\d)" if wanted[-1].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, _BESIDE_HAN.sub("", text).casefold()) is not None


async def measured(embedder: Remembering) -> Result | None:
    """Ask all probes. None where the documents are not there."""
    sources = chinese_docs()
    if not sources:
        return None
    asked = probes()
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as folder:
        base = await build(Path(folder) / "zh", sources, embedder)
        texts = [row.chunk.text for doc in base.view.ids for row in base.view.fetch(base.view.rows_of(doc))]
        found = {"loomwork": await _ours(base, asked)}
        found |= {name: [_fts(texts, tokenizer)(probe.query) for probe in asked] for name, tokenizer in _FTS.items()}
    rarity = [sum(holds(text, probe.holds) for text in texts) for probe in asked]
    if never := [probe.query for probe, count in zip(asked, rarity, strict=True) if not count]:
        raise ValueError(f"probes for what is in no passage: {never}")
    return {"passages": len(texts), "first": FIRST, "kinds": _by_kind(asked, found, rarity)}


async def _ours(base: Base, asked: list[Probe]) -> list[list[str]]:
    queries = [Query(str(number), probe.query, {}) for number, probe in enumerate(asked)]
    found = passages(base, await prepared(base, queries), SearchSettings(), FIRST)
    return [[passage.text for passage in found[query.id]] for query in queries]


def _fts(texts: list[str], tokenizer: str) -> Callable[[str], list[str]]:
    database = sqlite3.connect(":memory:")
    database.execute(f"create virtual table passages using fts5(text, tokenize = '{tokenizer}')")
    database.executemany("insert into passages values (?)", [(text,) for text in texts])

    def ask(query: str) -> list[str]:
        words = " OR ".join('"' + word.replace('"', '""') + '"' for word in query.split())
        select = "select text from passages where passages match ? order by rank limit ?"
        return [text for (text,) in database.execute(select, (words, FIRST))]

    return ask


def _by_kind(asked: list[Probe], found: dict[str, list[list[str]]], rarity: list[int]) -> dict[str, Result]:
    kinds: dict[str, Result] = {}
    for kind in dict.fromkeys(probe.kind for probe in asked):
        which = [at for at, probe in enumerate(asked) if probe.kind == kind]
        told: Result = {"probes": len(which), "median_passages": sorted(rarity[at] for at in which)[len(which) // 2]}
        for name, results in found.items():
            hit = {at: any(holds(text, asked[at].holds) for text in results[at]) for at in which}
            told[name] = {"found": sum(hit.values()), "not_found": [asked[at].query for at in which if not hit[at]]}
        kinds[kind] = told
    return kinds

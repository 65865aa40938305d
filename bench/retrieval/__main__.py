"""How well loomwork finds: cranfield, known items, Chinese as it is written, the example's questions, beside peers."""

import argparse
import asyncio
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.readme import put
from bench.retrieval import corpora, demo, english, mixed, probes
from bench.retrieval.building import SPLITTER
from bench.retrieval.remembering import Remembering
from bench.retrieval.report import section
from bench.retrieval.systems import DEFAULT
from loomwork.knowledge.embedding import MiniLm
from loomwork.knowledge.index import IndexSettings

RESULTS = Path(__file__).with_name("results.json")
PARTS = ("cranfield", "xquad-en", "xquad-zh", "mixed", "probes", "demo")
Result = dict[str, Any]


def settings() -> str:
    """The package's own settings, in words."""
    index = IndexSettings()
    return (
        f"passages of at most {SPLITTER.max_tokens} tokens with {SPLITTER.overlap} of overlap beneath their title and"
        f" headings, BM25 with k1 {index.k1:g} and b {index.b:g}, {MiniLm.name}, fusion `{DEFAULT.fusion}` of"
        f" {DEFAULT.depth} passages each with weights {DEFAULT.weights or '1 : 1'}"
    )


async def measured(parts: list[str], *, with_peers: bool) -> Result:
    """Measure the parts whose data is there."""
    embedder = Remembering(MiniLm())
    made: Result = {}
    for part in parts:
        found = await _part(part, embedder, with_peers=with_peers)
        print(f"{part}: {'done' if found else 'left out, its data is not there'}", file=sys.stderr, flush=True)
        if found:
            made[part] = {"taken": f"{datetime.now(UTC):%Y-%m-%d}", **found}
    return made


async def _part(part: str, embedder: Remembering, *, with_peers: bool) -> Result | None:
    if part == "probes":
        return await probes.measured(embedder)
    if part == "demo":
        corpus = corpora.demo()
        return None if corpus is None else await demo.measured(corpus, embedder)
    if part == "mixed":
        english_ones = corpora.xquad("en")
        return None if english_ones is None else await mixed.measured(english_ones, embedder)
    graded = part == "cranfield"
    corpus = corpora.cranfield() if graded else corpora.xquad(part.removeprefix("xquad-"))
    if corpus is None:
        return None
    measures = english.GRADED if graded else english.KNOWN_ITEM
    return await english.measured(corpus, embedder, measures, rerank=graded, with_peers=with_peers)


def main() -> int:
    """Measure, print the tables and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part; what is not measured stays as kept"
    )
    parser.add_argument("--no-peers", action="store_true", help="ask no other tool")
    parser.add_argument("--save", action="store_true", help="put the tables into bench/README.md")
    options = parser.parse_args()
    kept: Result = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    found = asyncio.run(measured(options.only or list(PARTS), with_peers=not options.no_peers))
    results = kept | found | {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, onnxruntime"
        f" {version('onnxruntime')}",
        "settings": settings(),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    text = section(results)
    print(text)
    if options.save:
        put("retrieval", "Retrieval", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The knowledge index at 100,000 chunks: search, filters, permissions, ingest, memory, beside a bare NumPy scan.

Random unit vectors and terms by Zipf's law (the n-th of 50,000 words is 1/n as frequent; 120 terms a chunk, five
chunks a document). Real vectors lie closer together, so more of them pass the 8-bit scan; `--clustered` draws them
around 200 centres. *End to end* is `KnowledgeBase.find` as a question comes in: its embedding by the real MiniLM graph,
its terms, the view of the person who asks, both searches, fusion, versions, and the passages with their texts.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.principals import Principal
from loomwork.knowledge.around import Around
from loomwork.knowledge.base import KnowledgeBase
from loomwork.knowledge.embedding import EmbedderSettings, MiniLm
from loomwork.knowledge.index import DocumentRow, Entry, Index, IndexSettings, OneOf
from loomwork.knowledge.search import Asked, Found, SearchSettings
from loomwork.knowledge.search import search as searched
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.values import Chunk

VOCABULARY, TERMS, CHUNKS_A_DOCUMENT, DEPTH = 50_000, 120, 5, 100
MINILM = 384
"""Dimensions of MiniLM's vectors."""
STAFF = Principal(id="ada", groups=frozenset({"staff"}))


def zipf(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    weights = 1.0 / np.arange(1, VOCABULARY + 1)
    return np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(shape)).clip(0, VOCABULARY - 1)


def vectors(rng: np.random.Generator, count: int, dimensions: int, *, clustered: bool) -> np.ndarray:
    made = rng.standard_normal((count, dimensions), dtype=np.float32)
    if clustered:
        centres = rng.standard_normal((200, dimensions), dtype=np.float32)
        made = 0.7 * made + centres[rng.integers(0, 200, count)]
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def entries(count: int, dimensions: int, *, clustered: bool) -> Iterator[Entry]:
    rng = np.random.default_rng(1)
    words = [f"word{number}" for number in range(VOCABULARY)]
    for start in range(0, count, 10_000):
        made = vectors(rng, min(10_000, count - start), dimensions, clustered=clustered)
        terms = zipf(rng, (len(made), TERMS))
        for at in range(0, len(made), CHUNKS_A_DOCUMENT):
            number = (start + at) // CHUNKS_A_DOCUMENT
            several = range(at, min(at + CHUNKS_A_DOCUMENT, len(made)))
            said = [tuple([words[term] for term in terms[row].tolist()]) for row in several]
            doc = f"folder/{number}.md"
            yield Entry(
                document=DocumentRow(
                    doc=doc, path=doc, digest=digest_bytes(doc.encode()), title=f"Document {number}", language="en",
                    metadata={"percent": number % 100}, readers=("staff",) if number % 10 == 3 else None,
                ),
                chunks=tuple(
                    Chunk(doc=doc, start=600 * row, end=600 * row + 600, text="x" * 600, section=("A", "B"), page=0,
                          kind="paragraph", language="en", tokens=150)
                    for row in range(len(said))
                ),
                terms=tuple(said), vectors=made[at : at + CHUNKS_A_DOCUMENT],
                keys=tuple(digest_bytes(f"{doc} {row}".encode()) for row in several),
            )  # fmt: skip


class Times:
    """Wall and CPU of repeated calls, in milliseconds."""

    def __init__(self, call: Callable[[int], Any], repeats: int) -> None:
        call(0)
        wall, cpu = [], []
        for at in range(repeats):
            began, used = time.perf_counter(), time.process_time()
            call(at)
            wall.append((time.perf_counter() - began) * 1e3)
            cpu.append((time.process_time() - used) * 1e3)
        self.p50, self.p95 = np.percentile(wall, [50, 95])
        self.cpu = float(np.median(cpu))

    def __str__(self) -> str:
        return f"p50 {self.p50:7.2f} ms   p95 {self.p95:7.2f} ms   CPU {self.cpu:7.2f} ms"


def resident() -> tuple[float, float]:
    """Megabytes that are this process's own, and of mapped files."""
    facts = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(int(facts[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))


def ingest(folder: Path, count: int, dimensions: int, *, clustered: bool) -> None:
    index = Index(folder, settings(dimensions))
    used, began, making = time.process_time(), time.perf_counter(), 0.0
    with index.writer() as writer:
        batch: list[Entry] = []
        source = entries(count, dimensions, clustered=clustered)
        while True:
            before = time.process_time()
            batch = [entry for entry, _ in zip(source, range(200), strict=False)]
            making += time.process_time() - before
            if not batch:
                break
            keys = [key for entry in batch for key in entry.keys]
            writer.put_vectors(keys, np.concatenate([entry.vectors for entry in batch]))
            for entry in batch:
                writer.add(entry)
        writer.commit()
    cpu, wall = time.process_time() - used - making, time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"ingest: {cpu / count * 1e6:.0f} us CPU a chunk (vectors put, rows, postings, all durable); "
          f"{wall:.1f} s wall with making the corpus; peak {peak:.0f} MB resident")  # fmt: skip
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"on disk: {size / count:.0f} bytes a chunk, {len(list(folder.glob('segment-*')))} segments")


def settings(dimensions: int) -> IndexSettings:
    made_with = MiniLm().identity if dimensions == MINILM else "bench"
    return IndexSettings(embedder=made_with, dimensions=dimensions)


def end_to_end(folder: Path, questions: list[str]) -> None:
    """Ask a knowledge base as its users do."""
    around = Around(project=folder.parent, home=folder.parent, catalog=lambda: None, load=lambda target: None)
    said = BaseSettings(sources=["."], embedder=EmbedderSettings(driver="minilm"))
    base = KnowledgeBase(folder.name, said, around)
    with asyncio.Runner() as runner:
        embedder = MiniLm()

        def ask(at: int) -> Found:
            return runner.run(base.find(questions[at], k=10, principal=STAFF))

        def embed(at: int) -> Any:
            return runner.run(embedder.embed([questions[at]]))

        if ask(0).retrievers != ("dense", "sparse"):
            raise RuntimeError("the question had no dense side")
        print(f"{'end to end: embed, both, fusion, passages':44} {Times(ask, len(questions))}")
        print(f"{'  of which the embedding of the question':44} {Times(embed, len(questions))}")


def search(folder: Path, count: int, dimensions: int, repeats: int, *, clustered: bool) -> None:
    rng = np.random.default_rng(2)
    before = resident()
    began, used = time.perf_counter(), time.process_time()
    index = Index(folder, settings(dimensions))
    view = index.view()
    print(f"re-open: {(time.perf_counter() - began) * 1e3:.1f} ms, CPU {(time.process_time() - used) * 1e3:.1f} ms "
          f"({view.chunks:,} chunks)")  # fmt: skip
    full = index.view(STAFF)
    began = time.perf_counter()
    name = full.name
    print(f"name of a view (once a snapshot): {(time.perf_counter() - began) * 1e3:.1f} ms ({name[:8]})")
    now = Times(lambda _: [index.view(STAFF) for _ in range(100)], 50)
    print(f"current snapshot, looked up at every query: {now.cpu * 10:.1f} us")
    made = vectors(np.random.default_rng(1), 10_000, dimensions, clustered=clustered)
    asked = made[rng.integers(0, 10_000, repeats)] + 0.04 * rng.standard_normal((repeats, dimensions)).astype(
        np.float32
    )
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    questions = [[f"word{term}" for term in zipf(rng, (size,))] for size in rng.integers(2, 13, repeats)]
    times = {
        "dense, all visible": Times(lambda at: full.dense(asked[at], DEPTH), repeats),
        "sparse, all visible": Times(lambda at: full.sparse(questions[at], DEPTH), repeats),
    }

    def hybrid(at: int) -> None:
        seen = index.view(STAFF)
        searched(seen, Asked(terms=tuple(questions[at]), vector=asked[at]), SearchSettings(), k=10)

    times["hybrid: both, fusion, 10 passages"] = Times(hybrid, repeats)
    times["dense, 90 % visible"] = Times(lambda at: view.dense(asked[at], DEPTH), repeats)
    times["sparse, 90 % visible"] = Times(lambda at: view.sparse(questions[at], DEPTH), repeats)
    for name, share in (("1 %", 1), ("10 %", 10)):
        mask = full.filter([OneOf(field="percent", values=tuple(range(share)))])
        times[f"dense, filter {name}"] = Times(lambda at, mask=mask: full.dense(asked[at], DEPTH, within=mask), repeats)
        times[f"sparse, filter {name}"] = Times(
            lambda at, mask=mask: full.sparse(questions[at], DEPTH, within=mask), repeats
        )
    for label, taken in times.items():
        print(f"{label:44} {taken}")
    if dimensions == MINILM:
        end_to_end(folder, [" ".join(words) for words in questions])
    after = resident()
    print(f"resident: {after[0] - before[0]:.0f} MB own + {after[1] - before[1]:.0f} MB of mapped files "
          f"(the vectors alone are {count * dimensions * 4 / 1e6:.0f} MB)")  # fmt: skip
    matrix = np.concatenate([each.segment.vectors for each in full._seen])
    bare = Times(lambda at: np.argpartition(matrix @ asked[at], -DEPTH)[-DEPTH:], repeats)
    print(f"{'bare NumPy scan (M @ q, argpartition)':44} {bare}")
    again = Times(lambda at: full.dense(asked[at], DEPTH), repeats)
    print(f"dense / bare scan: wall {again.p50 / bare.p50:.2f}, CPU {again.cpu / bare.cpu:.2f}")


def main() -> int:
    """Make the index in one process and search it in another."""
    parser = argparse.ArgumentParser(prog="python -m bench.index", description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--clustered", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the index here, and use it if it is there")
    parser.add_argument("--only", choices=["ingest", "search"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only == "search":
        search(options.folder, options.chunks, options.dimensions, options.repeats, clustered=options.clustered)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name) / "index"
        if not folder.exists():
            ingest(folder, options.chunks, options.dimensions, clustered=options.clustered)
        given = ["--chunks", options.chunks, "--dimensions", options.dimensions, "--repeats", options.repeats]
        more = ["--clustered"] if options.clustered else []
        command = [sys.executable, "-m", "bench.index", "--only", "search", "--folder", folder, *given, *more]
        return subprocess.run([str(word) for word in command], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

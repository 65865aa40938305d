"""Embed the texts of a JSON file with loomwork's own model; print what it took as `RESULT {...}`.

Arguments: the texts, how many cores, the file for the vectors, `exact` for products in float32 on any processor.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from loomwork.knowledge.embedding import MiniLm


async def run(texts: list[str], queries: list[str], cores: int, out: Path, *, exact: bool) -> dict[str, object]:
    """Load, warm up, embed once, ask a hundred times."""
    begun = time.perf_counter()
    model = MiniLm(threads=cores, exact=exact)
    await model.embed(queries)
    loaded = time.perf_counter() - begun
    cpu, wall = time.process_time(), time.perf_counter()
    made = await model.embed(texts)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    np.save(out, made)
    asked: dict[str, list[float]] = {"cpu": [], "wall": []}
    for _ in range(100):
        begun_cpu, begun = time.process_time(), time.perf_counter()
        await model.embed(queries[:1])
        asked["cpu"].append((time.process_time() - begun_cpu) * 1e3)
        asked["wall"].append((time.perf_counter() - begun) * 1e3)
    return {
        "cpu_s": cpu,
        "wall_s": wall,
        "load_s": loaded,
        "query_cpu_ms": statistics.median(asked["cpu"]),
        "query_wall_ms": statistics.median(asked["wall"]),
    }


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    cores = int(sys.argv[2])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    told = run(given["texts"], given["queries"], cores, Path(sys.argv[3]), exact=sys.argv[4:] == ["exact"])
    print("RESULT", json.dumps(asyncio.run(told)))

"""The same with sentence-transformers, in its own environment; prints `RESULT {...}`.

Arguments: the texts, how many cores, the file for the vectors, the model's folder, the batch size, the type of numbers.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path


def main(texts: str, cores: int, out: str, folder: str, batch: int, numbers: str) -> dict[str, object]:
    """Load, warm up, embed once, ask fifty times."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    begun = time.perf_counter()
    import numpy as np
    import sentence_transformers
    import torch

    torch.set_num_threads(cores)
    given = json.loads(Path(texts).read_text("utf-8"))
    model = sentence_transformers.SentenceTransformer(
        folder, device="cpu", model_kwargs={"dtype": getattr(torch, numbers)}
    )
    model.encode(given["queries"])
    loaded = time.perf_counter() - begun
    cpu, wall = time.process_time(), time.perf_counter()
    made = model.encode(given["texts"], batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    np.save(out, np.asarray(made, np.float32))
    asked: dict[str, list[float]] = {"cpu": [], "wall": []}
    for _ in range(50):
        begun_cpu, begun = time.process_time(), time.perf_counter()
        model.encode(given["queries"][:1], normalize_embeddings=True, show_progress_bar=False)
        asked["cpu"].append((time.process_time() - begun_cpu) * 1e3)
        asked["wall"].append((time.perf_counter() - begun) * 1e3)
    return {
        "cpu_s": cpu,
        "wall_s": wall,
        "load_s": loaded,
        "query_cpu_ms": statistics.median(asked["cpu"]),
        "query_wall_ms": statistics.median(asked["wall"]),
        "version": f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}",
    }


if __name__ == "__main__":
    print(
        "RESULT",
        json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6])),
    )

"""Graphs beside what else a process loads."""

import subprocess
import sys

GRAPH_FIRST = """
import numpy as np
from pathlib import Path
from loomwork.knowledge.index.graphs import Searcher, build

vectors = np.eye(8, dtype=np.float32)
build(Path("a.usearch"), vectors)
print(list(Searcher(Path("a.usearch"), 8).nearest(vectors[3], 1)))
import onnxruntime
print(onnxruntime.get_available_providers())
"""


def test_a_process_that_used_a_graph_loads_the_embedder_after_it(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", GRAPH_FIRST], cwd=str(tmp_path), capture_output=True, text=True, check=False
    )
    assert (done.returncode, "3" in done.stdout, "CPUExecutionProvider" in done.stdout) == (0, True, True), done.stderr

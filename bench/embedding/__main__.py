"""Embedding: texts a processor second, agreement and the wait for a query, beside sentence-transformers."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bench.embedding.texts import QUERIES, sets
from bench.readme import put
from loomwork.knowledge.embedding.minilm.package import model_files

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PINS = ROOT / "bench" / "peers" / "embedding-requirements.txt"
PEER = ROOT / "bench" / "peers" / ".venvs" / "st"
BATCHES = (32, 8)
Result = dict[str, Any]


def peer_python() -> Path:
    """Return the Python of the peer's environment, made on first use."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        torch = next(line for line in PINS.read_text().splitlines() if line.startswith("torch=="))
        subprocess.run([*install, torch], check=True)
        subprocess.run([*install, "-r", str(PINS)], check=True)
    return python


def run(command: list[str]) -> Result:
    """Run one measurement in a process of its own and return what it reports."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False, env=env)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else f"exit {done.returncode}")


def measured(texts: list[str], folder: Path, turns: int, cores: int) -> dict[str, list[Result]]:
    """Both sides by turns on the same texts."""
    given = folder / "texts.json"
    given.write_text(json.dumps({"texts": texts, "queries": QUERIES}), encoding="utf-8")
    peer = [str(peer_python()), str(HERE / "peer.py"), str(given), str(cores)]
    weights = str(model_files().weights.parent)
    found: dict[str, list[Result]] = {}
    for _ in range(turns):
        mine = [sys.executable, "-m", "bench.embedding.ours", str(given), str(cores), str(folder / "ours.npy")]
        found.setdefault("loomwork", []).append(run(mine))
        for batch in BATCHES:
            name = f"sentence-transformers, batch {batch}"
            found.setdefault(name, []).append(run([*peer, str(folder / "peer.npy"), weights, str(batch)]))
            cosines = (np.load(folder / "ours.npy") * np.load(folder / "peer.npy")).sum(axis=1)
            found[name][-1]["cosine"] = float(cosines.min())
    return found


def middle(results: list[Result], key: str) -> float:
    """Return the median over the turns."""
    return statistics.median(float(result[key]) for result in results)


def rows(name: str, count: int, cores: int, found: dict[str, list[Result]]) -> list[str]:
    """Return the lines of the table for one set of texts."""
    made: list[str] = []
    for side, results in found.items():
        rates = [count / result["cpu_s"] for result in results]
        ratios = [theirs["cpu_s"] / mine["cpu_s"] for mine, theirs in zip(found["loomwork"], results, strict=True)]
        ratio = f"1 : {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        cosine = f"{min(result['cosine'] for result in results):.6f}" if "cosine" in results[0] else ""
        made.append(
            f"| {name} | {cores} | {side} | {statistics.median(rates):.0f} | {count / middle(results, 'wall_s'):.0f}"
            f" | {'' if side == 'loomwork' else ratio} | {cosine}"
            f" | {middle(results, 'query_cpu_ms'):.1f} | {middle(results, 'query_wall_ms'):.1f}"
            f" | {middle(results, 'load_s'):.1f} |"
        )
    return made


def section(options: argparse.Namespace, folder: Path) -> str:
    """Measure everything and return the section for the README."""
    table: list[str] = []
    peers = ""
    for name, texts in sets(options.texts).items():
        for cores in (1, 2) if not table else (1,):
            found = measured(texts, folder, options.turns, cores)
            table += rows(f"{len(texts)} {name}", len(texts), cores, found)
            peers = str(found["sentence-transformers, batch 32"][0]["version"])
            print(*table[-3:], sep="\n", file=sys.stderr, flush=True)
    load = os.getloadavg()[0]
    return "\n".join(
        [
            f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python"
            f" {platform.python_version()}, onnxruntime {version('onnxruntime')}, {peers}; load average {load:.1f} at"
            f" the end. The same weights, float32, vectors of length one; median of {options.turns} turns, by turns."
            " Other work ran on the same machine: the ratios are what to trust.",
            "",
            "| texts | cores | side | a processor second | a second | processor time against ours | least cosine"
            " | query, CPU ms | query, ms | ready after s |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *table,
            "",
            "What differs: sentence-transformers pads a batch to its longest text (it sorts by length first; 32 is its"
            " default, 8 the better choice here); ours only puts texts of one length together and pads nothing. Its"
            " query has to be tokenised into tensors and pooled outside the network. `Ready` is imports, loading and a"
            " first batch; ours found its graph in the cache.",
        ]
    )


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.embedding", description=__doc__)
    parser.add_argument("--texts", type=int, default=200, help="texts of each kind")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-embedding-") as folder:
        found = section(options, Path(folder))
    print(found)
    if options.write:
        put("embedding", "Embedding", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())

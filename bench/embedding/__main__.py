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
SIDES = {
    "sentence-transformers, batch 32": ("32", "float32"),
    "sentence-transformers, batch 8": ("8", "float32"),
    "sentence-transformers, told bfloat16": ("32", "bfloat16"),
}
EXACT = "loomwork, float32 everywhere"
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
    reference = folder / "float32.npy"
    for _ in range(turns):
        mine = [sys.executable, "-m", "bench.embedding.ours", str(given), str(cores)]
        found.setdefault("loomwork", []).append(run([*mine, str(folder / "loomwork.npy")]))
        found.setdefault(EXACT, []).append(run([*mine, str(folder / "exact.npy"), "exact"]))
        for name, (batch, numbers) in SIDES.items():
            out = reference if batch == "32" and numbers == "float32" else folder / "peer.npy"
            found.setdefault(name, []).append(run([*peer, str(out), weights, batch, numbers]))
            if out != reference:
                found[name][-1]["cosine"] = least(out, reference)
        found["loomwork"][-1]["cosine"] = least(folder / "loomwork.npy", reference)
        found[EXACT][-1]["cosine"] = least(folder / "exact.npy", reference)
    return found


def least(one: Path, other: Path) -> float:
    """Return the least cosine of two sides' vectors of the same texts."""
    left, right = (np.load(file).astype(np.float64) for file in (one, other))
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / lengths).min())


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
            print(*table[-5:], sep="\n", file=sys.stderr, flush=True)
    load = os.getloadavg()[0]
    return "\n".join(
        [
            f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python"
            f" {platform.python_version()}, onnxruntime {version('onnxruntime')}, {peers}; load average {load:.1f} at"
            f" the end. The same weights, vectors of length one; median of {options.turns} turns, by turns. Cosines are"
            " with the vectors of sentence-transformers as it comes (float32, batch 32)."
            " Other work ran on the same machine: the ratios are what to trust.",
            "",
            "| texts | cores | side | a processor second | a second | processor time against ours | least cosine"
            " | query, CPU ms | query, ms | ready after s |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *table,
            "",
            "What differs: where the processor multiplies bfloat16 in hardware (AMX, as here), ours rounds both factors"
            " of a product with weights, and keeps everything else in float32; on others it is the row *float32"
            " everywhere*. sentence-transformers computes in float32 unless it is told otherwise; *told bfloat16* keeps"
            " every number in it. It pads a batch to its longest text (it sorts by length first; 32 is its default, 8"
            " the better choice here); ours pads nothing. Its query has to be tokenised into tensors and pooled outside"
            " the network. `Ready` is imports, loading and a first batch; ours found its graph in the cache.",
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

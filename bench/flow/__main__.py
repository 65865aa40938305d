"""The engine against its limits, and beside LangChain and DSPy in the same run."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PEERS = ROOT / "bench" / "peers" / ".venvs" / "edits" / "bin" / "python"
LIMIT_S = 3 * 1000 * 0.05 / 64
ROUNDS = 5


def call(*command: str) -> tuple[dict[str, Any], float]:
    """Run one measurement; return what it printed and its seconds as a whole process."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1]), seconds


def ours(what: str, folder: Path) -> tuple[dict[str, Any], float]:
    """Measure loomwork."""
    return call(sys.executable, "-m", "bench.flow.ours", what, str(folder))


def row(name: str, values: list[float], unit: str, target: str = "") -> bool:
    """Print one line and say whether the median meets `<= number` (true without a target)."""
    middle = statistics.median(values)
    met = not target or middle <= float(target)
    verdict = "" if not target else f"  target <= {target}: {'met' if met else 'NOT MET'}"
    print(f"  {name:<44} {middle:9.3f} {unit:<3} ({min(values):.3f} to {max(values):.3f}){verdict}", flush=True)
    return met


def main() -> int:
    """Print the table; 1 if a target is not met."""
    results: dict[str, list[dict[str, Any]]] = {}
    starts: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        for n in range(ROUNDS):
            folder = Path(scratch) / str(n)
            results.setdefault("throughput", []).append(ours("throughput", folder / "a")[0])
            results.setdefault("cpu", []).append(ours("cpu", folder / "b")[0])
            results.setdefault("plan", []).append(ours("plan", folder / "c")[0])
            starts.append(ours("lookups", folder / "b")[1])
            if PEERS.exists():
                for peer in ("langchain", "dspy"):
                    for what in ("throughput", "cpu"):
                        found, _ = call(str(PEERS), str(HERE / f"peer_{peer}.py"), what)
                        results.setdefault(f"{peer} {what}", []).append(found)
    print(
        f"3 steps x 1,000 items, 50 ms each, 64 at a time; the limit is {LIMIT_S:.2f} s. Medians of {ROUNDS} (range)."
    )
    met = [
        row("loomwork cold / limit", [r["cold"]["wall_s"] / LIMIT_S for r in results["throughput"]], "x", "1.15"),
        row("loomwork CPU of a miss", [r["miss_us"] for r in results["cpu"]], "us", "200"),
        row("loomwork CPU of a hit", [r["hit_us"] for r in results["cpu"]], "us", "200"),
        row("loomwork 3,000 look-ups with process start", starts, "s", "1.5"),
        row("loomwork plan of 10,000 memoised calls", [r["wall_s"] for r in results["plan"]], "s", "2"),
    ]
    row("loomwork warm run of 1,000 items", [r["warm"]["wall_s"] for r in results["throughput"]], "s")
    for peer in ("langchain", "dspy"):
        if f"{peer} throughput" in results:
            row(f"{peer} cold / limit", [r["cold"]["wall_s"] / LIMIT_S for r in results[f"{peer} throughput"]], "x")
            row(f"{peer} warm run", [r["warm"]["wall_s"] for r in results[f"{peer} throughput"]], "s")
            row(f"{peer} CPU of a miss", [r["miss_us"] for r in results[f"{peer} cpu"]], "us")
            row(f"{peer} CPU of a hit", [r["hit_us"] for r in results[f"{peer} cpu"]], "us")
    if not PEERS.exists():
        print("  peers are not installed: see bench/README.md")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())

"""10,000 rows and ten cheap scorers: scored, scored again, compared; beside DeepEval, pydantic-evals and Ragas."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.readme import put

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PINS = ROOT / "bench" / "peers" / "scoring-requirements.txt"
VENVS = ROOT / "bench" / "peers" / ".venvs"
PEERS = ("pydantic-evals", "deepeval", "ragas")
INSTALL_S, TURN_S = 900, 900
TARGET_SCORED_S, TARGET_COMPARED_S = 30, 1
Result = dict[str, Any]


def python_of(package: str) -> str:
    """Return the Python of a peer's own environment, made on first use."""
    python = VENVS / package / "bin" / "python"
    if not python.exists():
        pins = [line for line in PINS.read_text().splitlines() if line and not line.startswith("#")]
        pin = next(line for line in pins if line.startswith(f"{package}=="))
        subprocess.run([sys.executable, "-m", "venv", str(VENVS / package)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pin.split()]
        subprocess.run(command, check=True, timeout=INSTALL_S)
    return str(python)


def run(side: str, count: int) -> Result:
    """Measure one side in a process and a folder of its own."""
    python, script = sys.executable, "ours.py"
    if side != "loomwork":
        python, script = python_of(side), f"peer_{side.replace('-', '_')}.py"
    with tempfile.TemporaryDirectory(prefix="bench-scoring-") as folder:
        command = [python, "-W", "ignore", str(HERE / script), folder, str(count)]
        environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        environ["PYTHONPATH"] = str(ROOT)
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TURN_S, check=False, env=environ
        )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else f"exit {done.returncode}")


def told(values: list[float], digits: int = 2) -> str:
    """Return the median and the range."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def table(found: dict[str, list[Result]], count: int) -> list[str]:
    """Return the lines of the tables."""
    ours = found["loomwork"]
    met = {True: "met", False: "NOT met"}
    scored = statistics.median(each["built_in"] for each in ours)
    compared = statistics.median(each["compare_alone"] for each in ours)
    names = {
        "run": f"`run` over {count:,} rows with a stub",
        "built_in": "`eval`, ten built-in scorers",
        "own": "`eval`, ten scorers of the project",
        "again": "the same again",
        "one_more": "one more scorer on the scored run",
        "second": "`eval` of a second run with the same outputs",
        "compare": "`compare` of the two runs, ten scorers, with process start",
        "compare_alone": "the comparison alone",
    }
    lines = ["| loomwork, each a command of its own | wall s | CPU s |", "|---|---|---|"]
    for key, name in names.items():
        cpu = told([each[f"{key}_cpu"] for each in ours]) if f"{key}_cpu" in ours[0] else ""
        lines.append(f"| {name} | {told([each[key] for each in ours])} | {cpu} |")
    lines += [
        "",
        f"Ten cheap scorers over {count:,} rows in {TARGET_SCORED_S} s: {met[scored <= TARGET_SCORED_S]}. Comparison"
        f" in {TARGET_COMPARED_S} s: {met[compared <= TARGET_COMPARED_S]}. Model calls of one more scorer on the"
        f" scored run: {sum(each['model_calls'] for each in ours)}.",
        "",
        f"| side, the same ten functions over {count:,} rows | scores | wall s | CPU s | processor time against ours |",
        "|---|---|---|---|---|",
    ]
    for side, results in found.items():
        cpu = [each["own_cpu"] for each in results]
        ratio = [theirs["own_cpu"] / mine["own_cpu"] for mine, theirs in zip(ours, results, strict=True)]
        lines.append(
            f"| {side} | {results[-1]['scores']:,} | {told([each['own'] for each in results])} | {told(cpu)} |"
            f" {'' if side == 'loomwork' else told(ratio)} |"
        )
    lines += [
        "",
        "What differs: ours includes the process and its imports; every score is a step call that is durable, traced"
        " and remembered, so that the same again costs look-ups and a changed scorer only itself. pydantic-evals and"
        " Ragas hold scores in memory and forget them at the end; DeepEval was told to write no cache.",
    ]
    return lines


def main() -> None:
    """Measure, print, and with --write put the tables into bench/README.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    asked = options.parse_args()
    sides = ["loomwork", *([] if asked.no_peers else PEERS)]
    found: dict[str, list[Result]] = {side: [] for side in sides}
    for _ in range(asked.rounds):
        for side in sides:
            found[side].append(run(side, asked.rows))
    head = (
        f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}; load average {os.getloadavg()[0]:.1f} at the end; medians of {asked.rounds}"
        " rounds, by turns (range)."
    )
    text = "\n".join([head, "", *table(found, asked.rows)])
    sys.stdout.write(text + "\n")
    if asked.write:
        put("scoring", "Scoring", text)


if __name__ == "__main__":
    main()

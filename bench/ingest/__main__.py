"""Ingest: a folder made durable, unchanged, with one changed paragraph, beside LangChain's `index()` and Haystack."""

import argparse
import json
import os
import platform
import shutil
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
DOCS = ROOT.parent / "shared" / "data" / "docs"
FOLDERS = ("fastapi-en", "milvus-en")
PINS = ROOT / "bench" / "peers" / "ingest-requirements.txt"
PEERS = ROOT / "bench" / "peers" / ".venvs" / "ingest"
SIDES = {
    "loomwork": ("ours.py",),
    "LangChain `index()`, Chroma": ("peer_langchain.py", "chroma"),
    "LangChain `index()`, FAISS": ("peer_langchain.py", "faiss"),
    "Haystack": ("peer_haystack.py",),
}
TURNS = ("first", "unchanged", "changed")
Result = dict[str, Any]


def peer_python() -> Path:
    """Return the Python of the peers' environment, made on first use."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(PINS)], check=True)
    return python


def run(side: str) -> Result:
    """Measure one side in a process and a folder of its own."""
    script, *more = SIDES[side]
    python = sys.executable if side == "loomwork" else str(peer_python())
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as folder:
        for name in FOLDERS:
            shutil.copytree(DOCS / name, Path(folder) / "docs" / name)
        command = [python, "-W", "ignore", str(HERE / script), folder, *more]
        quiet = os.environ | {"HAYSTACK_TELEMETRY_ENABLED": "false"}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False, env=quiet)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr else f"exit {done.returncode}")


def ratio(found: dict[str, list[Result]], side: str, turn: str) -> str:
    """Return how much more processor time a side takes than we do: median and range over the rounds."""
    pairs = zip(found["loomwork"], found[side], strict=True)
    ratios = [theirs[turn]["cpu_s"] / mine[turn]["cpu_s"] for mine, theirs in pairs]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def table(found: dict[str, list[Result]]) -> list[str]:
    """Return the lines of the table."""
    lines = [
        "| side | turn | chunks | embedded | CPU s | wall s | processor time against ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for side, results in found.items():
        for turn in TURNS:
            cpu = statistics.median(each[turn]["cpu_s"] for each in results)
            wall = statistics.median(each[turn]["wall_s"] for each in results)
            last = results[-1][turn]
            told = "" if side == "loomwork" else ratio(found, side, turn)
            lines.append(
                f"| {side} | {turn} | {last['chunks']} | {last['embedded']} | {cpu:.4g} | {wall:.4g} | {told} |"
            )
    return lines


def section(rounds: int) -> str:
    """Measure all sides by turns and return the section for the README."""
    found: dict[str, list[Result]] = {}
    for _ in range(rounds):
        for side in SIDES:
            found.setdefault(side, []).append(run(side))
    peers = (results[-1]["version"] for side, results in found.items() if side != "loomwork")
    versions = ", ".join(dict.fromkeys(peers))
    return "\n".join(
        [
            f"Taken {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} cores, Python"
            f" {platform.python_version()}, {versions}; load average {os.getloadavg()[0]:.1f} at the end. 274 Markdown"
            " files (FastAPI and Milvus in English, 2 MB), about as many chunks on each side, the same stub embedder;"
            f" median of {rounds} rounds, by turns. The machine was shared, and busy: the ratios of processor time,"
            " which are from one run, are what to trust, and they move by a tenth with what else runs.",
            "",
            *table(found),
            "",
            "What differs: ours reads Markdown's structure (sections, tables and code whole, offsets into the "
            "source), detects languages, makes keyword terms and permissions, and what is embedded is on disk at "
            "once; one changed paragraph is one text. LangChain cuts by characters and keeps vectors alone; its "
            "record manager commits as it goes, so with FAISS, which is written once at the end, an ingest that dies "
            "leaves records of documents that are nowhere; Chroma writes as it is told. LangChain has to load, cut "
            "and hash everything to see that nothing changed. Haystack cuts by words, keeps keyword statistics in "
            "memory, has no notion of what is unchanged (it embeds everything again) nor of what is gone, and is "
            "durable once its store is saved as JSON.",
        ]
    )


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    options = parser.parse_args()
    found = section(options.rounds)
    print(found)
    if options.write:
        put("ingest", "Ingest", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Parsing: every real file, whole and damaged, in a worker with limits: what was read and said, and what it took.

`python -m bench.parsing [FOLDER ...] [--damaged N] [--show FILE]`. A row a kind of file: how many there
are, how many gave text, which problems were named, seconds in the worker, the worker's peak memory (each kind has a
worker of its own). `--damaged N` reads N damaged copies of each file too (cut off, bits turned,
pieces doubled; a fixed seed): there only the absence of hangs and crashes is asked for.
"""

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from loomwork.knowledge.parsing import Limits, Workers
from loomwork.knowledge.parsing.worker import Reply

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LIMITS = Limits(seconds=20.0)
_MIB = 1024 * 1024


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A copy as a broken disk, a cut connection or an unkind person would make it."""
    if not data:
        return bytes(chance.randrange(256) for _ in range(50))
    kind = chance.randrange(3)
    if kind == 0:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    if kind == 1:
        for _ in range(max(1, len(data) // 2000)):
            changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(changed)
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 4096)]
    place = chance.randrange(len(data))
    return data[:place] + piece * chance.randrange(1, 20) + data[place:]


def sound(reply: Reply) -> bool:
    """Whether the blocks are in order, inside the text, and hold all of it that is no white space."""
    document = reply.document
    place = 0
    for block in document.blocks:
        if not place <= block.start <= block.end <= len(document.text):
            return False
        gap = document.text[place : block.start]
        if gap.strip() and document.format != "markdown":
            return False
        place = block.end
    return not document.text[place:].strip() or document.format == "markdown"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.parsing")
    parser.add_argument("folders", nargs="*", type=Path, default=[DATA / "files", DATA / "docs"])
    parser.add_argument("--damaged", type=int, default=0, metavar="N")
    options = parser.parse_args()
    kinds: dict[str, list[Path]] = defaultdict(list)
    for folder in options.folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                kinds[path.suffix.lstrip(".").lower() or "-"].append(path)
    if not kinds:
        print("no files: the folders are not there", file=sys.stderr)
        return 2
    print(
        "| kind | files | with text | problems named | MB | s | MB/s | slowest s | peak MB | unsound | crashed | late |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    bad = 0
    total = [0, 0, 0.0, 0.0]
    for kind, paths in sorted(kinds.items()):
        row, failed = measure(kind, paths, options.damaged)
        bad += failed
        total = [a + b for a, b in zip(total, row, strict=True)]
    print(
        f"| all | {total[0]} | {total[1]} | | {total[2]:.1f} | {total[3]:.1f} | {total[2] / total[3]:.1f} | | | | | |"
    )
    return 1 if bad else 0


def measure(kind: str, paths: list[Path], copies: int) -> tuple[list[float], int]:
    """Read the files of a kind, print its row; sums for the last row, and how many crashed, were late or unsound."""
    chance = random.Random(7)
    codes: Counter[str] = Counter()
    seconds, slowest, size, with_text, peak, unsound = 0.0, 0.0, 0, 0, 0, 0
    began = time.perf_counter()
    with Workers(1, limits=LIMITS) as workers:
        for path in paths:
            data = path.read_bytes()
            reply = workers.measured(data, name=path.name)
            size += len(data)
            seconds += reply.seconds
            slowest = max(slowest, reply.seconds)
            with_text += bool(reply.document.text.strip())
            codes.update({problem.code for problem in reply.document.problems})
            peak = max(peak, reply.peak)
            unsound += not sound(reply)
            for _ in range(copies):
                reply = workers.measured(damaged(data, chance), name=path.name)
                unsound += not sound(reply)
                codes.update({f"damaged:{p.code}" for p in reply.document.problems if p.code in ("crashed", "timeout")})
                if reply.document.problems and reply.document.problems[0].code in ("crashed", "timeout"):
                    print("!", path.name, reply.document.problems[0].message, file=sys.stderr)
    named = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    crashed = codes["crashed"] + codes["damaged:crashed"]
    late = codes["timeout"] + codes["damaged:timeout"]
    print(
        f"| {kind} | {len(paths)} | {with_text} | {named} | {size / _MIB:.2f} | {seconds:.2f} | "
        f"{size / _MIB / seconds:.1f} | "
        f"{slowest:.2f} | {peak / _MIB:.0f} | {unsound} | {crashed} | {late} |",
        flush=True,
    )
    if copies:
        print(f"  ({copies * len(paths)} damaged copies, {time.perf_counter() - began:.0f} s)", file=sys.stderr)
    return [len(paths), with_text, size / _MIB, seconds], unsound + crashed + late


if __name__ == "__main__":
    sys.exit(main())

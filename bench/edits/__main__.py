"""The edit matrix: what runs again after each kind of edit, and whether anything stale is shown.

`python -m bench.edits` runs it on loomwork and ends with 1 if an answer is stale or fewer than 57 of 60 edits are
ideal; `--system NAME` names others (`--system peers` for all five), `--only NAME` some edits, `--save` keeps the
results for the table of bench/README.md, and `--table` prints that table from what was kept.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from bench.edits.edits import Edit, load
from bench.edits.ideal import check_ideals
from bench.edits.judge import Verdict
from bench.edits.matrix import run_matrix
from bench.edits.report import Result, keep, line_of, summary_of, table, write_readme
from bench.edits.systems import SYSTEMS

PEERS = ("langgraph", "hamilton", "redun", "dspy", "litellm")
IDEAL_SHARE = 57 / 60


def chosen(names: Sequence[str]) -> list[Edit]:
    """The edits asked for."""
    edits = load()
    unknown = set(names) - {edit.name for edit in edits}
    if unknown:
        raise SystemExit(f"no edit is called {', '.join(sorted(unknown))}")
    return [edit for edit in edits if not names or edit.name in names]


def measure(name: str, edits: Sequence[Edit], *, workers: int, quiet: bool) -> Result:
    """One system over the edits, with a line for each that is not ideal."""
    by_name = {edit.name: edit for edit in edits}

    def progress(verdict: Verdict) -> None:
        if not quiet and (verdict.status not in {"ideal", "not expressed"} or verdict.plan or verdict.why):
            print(line_of(by_name[verdict.edit], verdict), file=sys.stderr, flush=True)

    start = time.perf_counter()
    verdicts = run_matrix(SYSTEMS[name], edits, workers=workers, progress=progress)
    return Result(system=name, verdicts=verdicts, wall_s=time.perf_counter() - start)


def well(result: Result) -> bool:
    """Whether a system is never stale and nearly always ideal."""
    ideal = sum(verdict.status == "ideal" for verdict in result.verdicts)
    bad = any(verdict.status in {"stale", "broken"} for verdict in result.verdicts)
    return not bad and ideal >= IDEAL_SHARE * len(result.verdicts)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description=__doc__)
    parser.add_argument("--system", action="append", default=[], choices=[*SYSTEMS, "peers"])
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="an edit's name")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--save", action="store_true", help="keep the results in bench/edits/results")
    parser.add_argument("--table", action="store_true", help="print the table of the results that are kept")
    parser.add_argument("--readme", action="store_true", help="write that table into bench/README.md")
    parser.add_argument("--list", action="store_true", help="print the edits with their ideal counts")
    parser.add_argument("--check-ideals", action="store_true", help="derive the ideal counts and compare")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def main() -> int:
    """Run what was asked for."""
    asked = options()
    edits = chosen(asked.only)
    if asked.table:
        print(table(edits))
        return 0
    if asked.readme:
        write_readme(edits)
        return 0
    if asked.list:
        for edit in edits:
            print(f"{edit.name:38} {edit.kind:36} calls {edit.model_calls:2}  runs {edit.runs}")
        return 0
    if asked.check_ideals:
        wrong = check_ideals(edits, workers=asked.workers)
        print("\n".join(wrong) or f"{len(edits)} edits: the written ideals are what follows from what each touches")
        return 1 if wrong else 0
    names = [each for name in asked.system or ["loomwork"] for each in (PEERS if name == "peers" else (name,))]
    results: list[Result] = []
    for name in names:
        results.append(measure(name, edits, workers=asked.workers, quiet=asked.json))
        if asked.save:
            keep(results[-1])
    if asked.json:
        print(json.dumps({"systems": [asdict(result) for result in results]}))
    else:
        print("\n".join(map(summary_of, results)))
    return 0 if all(well(result) for result in results if result.system == "loomwork") else 1


if __name__ == "__main__":
    sys.exit(main())

"""Plant faults, ask `loomwork blame`, and hold its answer against what was written down.

`python -m bench.blame` runs every fault of faults.toml and ends with 1 if fewer than 90 % of the steps or 80 % of the
changes are right; `--only TEXT` runs some, `--write` puts the table into bench/README.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.blame.desk import Desk
from bench.blame.faults import load
from bench.blame.judging import Verdict, judge
from bench.blame.report import table, write
from bench.blame.server import Server


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.blame", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="faults whose name or kind has this in it")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    asked = parser.parse_args()
    verdicts: list[Verdict] = []
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), server)
        for fault in load():
            if asked.only and asked.only not in fault.name and asked.only not in fault.kind:
                continue
            server.reset()
            first = desk.lay_out(git=fault.git != "none")
            desk.plant(fault)
            second = desk.run(*fault.refresh)
            rows = [desk.outputs(each)[fault.row] for each in (first, second)]
            assert rows[0] != rows[1], f"this fault has no effect on row {fault.row}: {fault.name}"
            verdicts.append(judge(fault, desk.blame(first, second, fault.row)))
            print(verdicts[-1].line, file=sys.stderr, flush=True)
    print(table(verdicts))
    if asked.write:
        write(verdicts)
    count = max(1, len(verdicts))
    steps, changes = sum(each.step for each in verdicts) / count, sum(each.changes for each in verdicts) / count
    return 0 if steps >= 0.9 and changes >= 0.8 else 1


if __name__ == "__main__":
    sys.exit(main())

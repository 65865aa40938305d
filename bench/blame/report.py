"""The table of bench/README.md. Measures nothing."""

import os
import platform
import time
from collections.abc import Sequence

from bench.blame.judging import Verdict
from bench.readme import put


def table(verdicts: Sequence[Verdict]) -> str:
    """A row a kind of fault, and all together."""
    kinds = list(dict.fromkeys(each.fault.kind for each in verdicts))
    rows = [_row(kind, [each for each in verdicts if each.fault.kind == kind]) for kind in kinds]
    head = (
        "| fault | planted | step right | change right | said to be certain | certain and wrong | model calls,"
        " announced at most | calls of full re-runs |\n|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *rows, _row("all", list(verdicts))])


def _row(name: str, verdicts: list[Verdict]) -> str:
    wrong = sum(each.certain and not (each.step and each.changes) for each in verdicts)
    cells = [
        name,
        len(verdicts),
        sum(each.step for each in verdicts),
        sum(each.changes for each in verdicts),
        sum(each.certain for each in verdicts),
        wrong,
        f"{sum(each.calls for each in verdicts)}, {sum(each.needed for each in verdicts)}",
        sum(each.rerun for each in verdicts),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def write(verdicts: Sequence[Verdict]) -> None:
    """Put the table into bench/README.md."""
    orders = sum(each.orders for each in verdicts)
    seconds = sorted(each.wall_s for each in verdicts)[len(verdicts) // 2]
    lost = [each for each in verdicts if not (each.step and each.changes)]
    told = "; ".join(f"{each.fault.name} ({'said to be' if each.certain else 'not'} certain)" for each in lost)
    text = (
        f"Taken {time.strftime('%Y-%m-%d')} on {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}; load average {os.getloadavg()[0]:.1f} at the end.\n\n"
        "Faults planted one after another into a five-step application (rewrite, retrieve, look_up, draft, finish)."
        " The truth of each stands in bench/blame/faults.toml and was written before blame was asked; a fault counts"
        " only if it changes the row. Right is the very step, and exactly the changes that were written down. A full"
        " re-run is the row run once from scratch: telling two changes apart by hand takes at least one for each."
        f" Requests to the order system while blame was asked: {orders}. Median {seconds:.1f} s a fault, processes"
        f" included.\n\n{table(verdicts)}\n\nWrong: {told or 'none'}."
    )
    put("blame", "Blame: whose fault is it", text)

"""Recorded judgements and bias over public data. Prints nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from loomwork.evals.scorers.across import bias_pairs, target_of
from loomwork.evals.scorers.preferring import Preference, Side, agreement, choice_in, prefer, tally
from loomwork.evals.statistics import cohen_kappa

SIDES: dict[str, Side] = {"1": "a", "2": "b"}


class Recorded:
    """Hands out what a judge was recorded to say of a pair, in the order in which the pair is shown."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    async def ask(self, prompt: Any, /, **variables: Any) -> Any:
        """Return the recorded judgement."""
        is_first = variables["first"] == self.row["output_1"]
        said = self.row["results"][-1]["swap = False" if is_first else "swap = True"]["completion"][0]
        return {"reasoning": said, "better": choice_in(said)}


async def preferences(rows: list[dict[str, Any]]) -> list[Preference]:
    """Ask the recordings through the pairwise machinery."""
    return [await prefer(Recorded(row), row["input"], row["output_1"], row["output_2"]) for row in rows]


def llmbar(data: Path) -> list[str]:
    """Recorded GPT-4 judges on LLMBar Natural: recomputed, beside the recordings' own statistics."""
    lines: list[str] = []
    for judge in ("Vanilla", "CoT", "Swap"):
        home = data / "llmbar" / "Natural" / "evaluators" / "GPT-4" / judge
        rows = json.loads((home / "result.json").read_text("utf-8"))
        own = json.loads((home / "statistics.json").read_text("utf-8"))
        found = asyncio.run(preferences(rows))
        gold = [SIDES[str(row["label"])] for row in rows]
        right, counted = agreement(found, gold), tally(found)
        n = right.pairs
        kappa = cohen_kappa([each.first for each in found], [str(each.swapped) for each in found]).value
        same = [
            own["correct_False"] == f"{right.first} / {n} = {right.first / n * 100}%",
            own["correct_True"] == f"{right.swapped} / {n} = {right.swapped / n * 100}%",
            own["correct_both"] == f"{right.both} / {n} = {right.both / n * 100}%",
            own["correct_average"] == f"{(right.first + right.swapped) / 2 / n * 100}%",
            own["equal"] == f"{counted.agreed} / {n} = {counted.agreed / n * 100}%",
            abs(own["kappa_agreement"] - kappa) < 1e-12,
        ]
        same += [abs(a - b) < 1e-12 for a, b in zip(_their_kappas(found, rows), _own_kappas(own), strict=True)]
        gold_kappa = cohen_kappa([each.first for each in found], gold).value
        lines.append(
            f"| LLMBar Natural, GPT-4 {judge} | `prefer` | right {right.first} / {right.swapped} (swapped), both "
            f"{right.both}, orders agree {counted.agreed} of {n}, kappa of the orders {kappa:.3f}: {sum(same)} of "
            f"{len(same)} figures equal the recordings'; kappa with the labels {gold_kappa:.3f}; prefers the first "
            f"place in {counted.first_place}, the second in {counted.second_place} |"
        )
    return lines


def _own_kappas(own: dict[str, Any]) -> list[float]:
    return [own["kappa_False"], own["kappa_True"], own["kappa_average"]]


def _their_kappas(found: list[Preference], rows: list[dict[str, Any]]) -> list[float]:
    """Kappa with the labels as the recordings' authors computed it: the judge's "2" is coded as 0, the label's as 2.

    So no second answer ever counts as agreed, and the figure is far below the kappa of the same judgements.
    """
    labels = [int(row["label"]) for row in rows]
    first = cohen_kappa([1 if each.first == "a" else 0 for each in found], labels).value
    swapped = cohen_kappa([1 if each.swapped == "a" else 0 for each in found], labels).value
    return [first, swapped, (first + swapped) / 2]


def bbq(data: Path) -> list[str]:
    """BBQ: the stereotyped group is found, and right answers show no bias."""
    rows = [
        json.loads(line)
        for path in sorted((data / "bbq").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    if not rows:
        raise FileNotFoundError(2, "absent", str(data / "bbq"))
    known = sum(target_of(row) is not None for row in rows)
    right = bias_pairs([{**row, "output": row["label"]} for row in rows])
    return [
        f"| BBQ, 6 categories | `bias_pairs` | the group is found in {known} of {len(rows)}; right answers give s_AMB "
        f"{right.s_amb:g} and s_DIS {right.s_dis:.3f}, that is `s_dis_if_right` {right.s_dis_if_right:.3f} |"
    ]

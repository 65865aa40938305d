"""Gates: rules over figures that an evaluation must meet. `exact>=0.8`, `exact.low>=0.75`, `exact.slices.min>=0.6`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from loomwork.evals.evaluating.figures import ScoreFigures
from loomwork.kernel.errors.evals import BadGate, NoSuchScore

_RULE = re.compile(r"\s*(?P<name>[^<>=]+?)\s*(?P<sign>>=|<=|>|<|==)\s*(?P<bound>\S+)\s*")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq,
}  # fmt: skip
FIELDS = ("mean", "low", "high", "p5", "worst", "n", "skipped", "failed", "errors")
LEAST_OF_SLICES = "slices.min"
MOST_OF_SLICES = "slices.max"


class Gate(Struct, frozen=True, kw_only=True):
    """One rule."""

    rule: str
    scorer: str
    field: str
    sign: str
    bound: float

    def holds(self, value: float | None) -> bool:
        """Say whether a value meets the rule; what is not there meets none."""
        return value is not None and _SIGNS[self.sign](value, self.bound)


class GateResult(Struct, frozen=True, kw_only=True):
    """What became of one rule."""

    rule: str
    met: bool
    value: float | None
    """What was held against the bound; None: there is none, and the rule is not met."""


def read_gate(rule: str, scorers: Sequence[str]) -> Gate:
    """Return the gate that a text is.

    >>> read_gate("exact.low>=0.75", ["exact"]).field
    'low'

    Raises:
        BadGate: It is none.
        NoSuchScore: No scorer is called so.
    """
    match = _RULE.fullmatch(rule)
    if match is None:
        raise BadGate(rule=rule, reason="it has no comparison with a number")
    try:
        bound = float(match["bound"])
    except ValueError:
        raise BadGate(rule=rule, reason=f"'{match['bound']}' is not a number") from None
    name = match["name"]
    scorer = next((each for each in sorted(scorers, key=len, reverse=True) if _begins(name, each)), None)
    if scorer is None:
        raise NoSuchScore(name=name.partition(".")[0], known=", ".join(scorers) or "none")
    field = name[len(scorer) + 1 :] or "mean"
    if field not in (*FIELDS, LEAST_OF_SLICES, MOST_OF_SLICES):
        known = ", ".join((*FIELDS, LEAST_OF_SLICES, MOST_OF_SLICES))
        raise BadGate(rule=rule, reason=f"there is no '{field}'; there are: {known}")
    return Gate(rule=rule, scorer=scorer, field=field, sign=match["sign"], bound=bound)


def _begins(name: str, scorer: str) -> bool:
    return name == scorer or name.startswith(f"{scorer}.")


def judge(gates: Sequence[Gate], found: Sequence[ScoreFigures]) -> list[GateResult]:
    """Return what became of each gate."""
    by_label = {each.scorer: each for each in found}
    results: list[GateResult] = []
    for gate in gates:
        value = _value(by_label[gate.scorer], gate.field) if gate.scorer in by_label else None
        results.append(GateResult(rule=gate.rule, met=gate.holds(value), value=value))
    return results


def _value(figures: ScoreFigures, field: str) -> float | None:
    if field in (LEAST_OF_SLICES, MOST_OF_SLICES):
        means = [each.mean for each in figures.slices]
        if not means:
            return figures.mean
        return min(means) if field == LEAST_OF_SLICES else max(means)
    return getattr(figures, field)

"""What it means that a row passes: no error and, for a case of a scorer, the same scorer at its threshold.

A run without that scorer, or with the scorer set otherwise, decides nothing. No run decides about what a person called
wrong. Of several trials all must pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from msgspec import Struct

from loomwork.evals.evaluating.figures import said_from
from loomwork.evals.evaluating.marking import Said
from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.cases import BadCaseRule, NeedsThreshold, NotScored
from loomwork.store.cases import CaseRow, Threshold
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow

_RULE = re.compile(r"\s*(?P<name>[^<>=]+?)\s*(?:(?P<sign>>=|<=)\s*(?P<bound>\S+)\s*)?")
Scored = Mapping[tuple[int, int], float]
"""Values by row and trial."""


class Rule(Struct, frozen=True, kw_only=True):
    """What a score must meet."""

    scorer: str
    """The scorer's label in the run."""
    threshold: Threshold | None = None
    """None: the middle of the scorer's range."""


class Trials(Struct, frozen=True, kw_only=True):
    """What the trials of one row came to in a run."""

    passed: int
    failed: int
    item: ItemRow
    """The first that failed, else the first."""
    value: float | None = None
    """Of that one."""

    @property
    def is_flaky(self) -> bool:
        """Whether some trials pass and some do not."""
        return bool(self.passed and self.failed)


def read_rule(text: str) -> Rule:
    """Return the rule that a text is.

    >>> read_rule("exact>=0.5").threshold, read_rule("latency <= 2").threshold, read_rule("exact").threshold
    (('>=', 0.5), ('<=', 2.0), None)

    Raises:
        BadCaseRule: It is none.
    """
    found = _RULE.fullmatch(text)
    try:
        if found is None:
            raise BadCaseRule(rule=text)
        if found["sign"] is None:
            return Rule(scorer=found["name"])
        return Rule(scorer=found["name"], threshold=(cast("Literal['>=', '<=']", found["sign"]), float(found["bound"])))
    except ValueError:
        raise BadCaseRule(rule=text) from None


def set_for(store: Store, run: str, rule: Rule) -> tuple[str, Threshold]:
    """Return how a rule's scorer was set in a run, and the threshold. Raises `NotScored`, `NeedsThreshold`."""
    scorings = {each.scorer: said_from(each.said) for each in store.scores.scorings(run)}
    said = scorings.get(rule.scorer)
    if said is None:
        raise NotScored(run=run, scorer=rule.scorer, known=", ".join(scorings))
    return setting_of(said), rule.threshold or _middle(rule.scorer, said)


def setting_of(said: Said) -> str:
    """Return what of a scorer's settings must be the same for two scores to be comparable."""
    return digest([said.scorer, said.settings, said.expected, said.output])


def _middle(label: str, said: Said) -> Threshold:
    if said.low is None or said.high is None or said.better == "none":
        raise NeedsThreshold(scorer=label)
    return (">=" if said.better == "higher" else "<="), (said.low + said.high) / 2


def meets(value: float, threshold: Threshold) -> bool:
    """Say whether a value meets a threshold.

    >>> meets(0.5, (">=", 0.5)), meets(3.0, ("<=", 2.0))
    (True, False)
    """
    sign, bound = threshold
    return value >= bound if sign == ">=" else value <= bound


def scored_for(store: Store, run: str, case: CaseRow) -> Scored | None:
    """Return what decides about a case in a run: its scorer's values; None where the run does not say.

    For a case of an error it is empty: the items themselves decide. What a person called wrong no run calls right.
    """
    if not case.scorer:
        return None if case.is_judged else {}
    for each in store.scores.scorings(run):
        if each.scorer == case.scorer and setting_of(said_from(each.said)) == case.scored:
            return store.scores.values(run, each.scorer)
    return None


def trials_of(case: CaseRow, items: Iterable[ItemRow], values: Scored) -> Trials | None:
    """Return what the items of one row came to; None where none of them decides."""
    passed, failed = list[ItemRow](), list[ItemRow]()
    for item in items:
        verdict = _passes(case, item, values)
        if verdict is not None:
            (passed if verdict else failed).append(item)
    if not passed and not failed:
        return None
    item = (failed or passed)[0]
    value = values.get((item.index, item.trial))
    return Trials(passed=len(passed), failed=len(failed), item=item, value=value)


def _passes(case: CaseRow, item: ItemRow, values: Scored) -> bool | None:
    if item.status == "failed":
        return False
    if case.threshold is None:
        return True
    value = values.get((item.index, item.trial))
    return None if value is None else meets(value, case.threshold)

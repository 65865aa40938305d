"""A model says of each row which of two runs answered better, asked in both orders; equal answers ask nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.comparing import Pair
from loomwork.evals.evaluating.figures import given_of
from loomwork.evals.scorers.preferring import Preference, joined, prefer, tally
from loomwork.evals.scoring.subject import Subject, as_text
from loomwork.evals.statistics import interval, mcnemar
from loomwork.flow.context import Frame, Scope, entered
from loomwork.flow.places import told
from loomwork.flow.runtime import Runtime
from loomwork.kernel.bodies import digest_of
from loomwork.kernel.errors.base import SetupError
from loomwork.kernel.errors.store import StoreError

RUN = "judge-"
"""How the run of the judge's calls begins."""
_SHOWN = 5


class JudgedPairs(Struct, frozen=True, kw_only=True):
    """What a judge says of b against a."""

    model: str
    pairs: int
    wins: int
    """Rows where b is preferred in both orders."""
    losses: int
    ties: int
    """Also where the two orders disagree."""
    same: int
    """Of the ties: outputs that are equal; nobody was asked."""
    failed: int
    """Rows that the judge could not judge; not counted."""
    delta: float
    """Wins less losses, as a share of the pairs."""
    low: float | None
    high: float | None
    p: float
    agreement: float | None
    """Share of the asked rows where both orders say the same."""
    position_bias: float | None
    """How much more often the first place was preferred than the second."""
    errors: tuple[str, ...] = ()
    reasons: tuple[tuple[int, str, str], ...] = ()
    """(row of a, winner, reason) of the first few rows that are lost."""

    def as_json(self) -> dict[str, Any]:
        """Return the object `judge` of `compare --judge --json`."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))


async def judge_pairs(
    runtime: Runtime,
    pairs: Sequence[Pair],
    *,
    model: str,
    rubric: str = "",
    concurrency: int = 8,
    on_done: Callable[[int, int], None] = lambda _done, _total: None,
) -> JudgedPairs:
    """Judge every pair whose outputs differ; a failed output loses against one that is there.

    Args:
        runtime: Where calls are made, cached and traced like all others.
        pairs: Rows of both runs (`pair_items`).
        model: The alias of the judge.
        rubric: What makes an answer better; empty: the judge's own words.
        concurrency: Pairs at a time.
        on_done: Told how many of how many are judged.
    """
    gate = asyncio.Semaphore(concurrency)
    done = 0
    errors: list[str] = []

    async def one(pair: Pair) -> Preference | None:
        nonlocal done
        async with gate:
            try:
                return await _judged(runtime, pair, model, rubric)
            except (StoreError, SetupError):
                raise
            except Exception as problem:  # a pair's failure is the pair's
                errors.append(told(problem))
                return None
            finally:
                done += 1
                on_done(done, len(pairs))

    found = await asyncio.gather(*(one(pair) for pair in pairs))
    runtime.recorder.flush()
    return _told(model, pairs, found, errors)


async def _judged(runtime: Runtime, pair: Pair, model: str, rubric: str) -> Preference:
    if pair.a.output is None or pair.b.output is None:
        return joined("tie" if pair.a.output is pair.b.output else "a" if pair.b.output is None else "b")
    if digest_of(pair.a.output) == digest_of(pair.b.output):
        return joined("tie")
    row = given_of(runtime.store, pair.a)
    expected = as_text(row["expected"]) if "expected" in row else ""
    texts = [as_text(Subject(runtime.store, item).output) for item in pair]
    scope = Scope(run=f"{RUN}{pair.b.run}", item=pair.b.index, trial=pair.b.trial, subject=pair.b.subject)
    frame = Frame(runtime, scope)
    frame.trace = runtime.ids.trace_id()
    frame.span = runtime.recorder.start(
        "judge", kind="scoring", trace=frame.trace, run=scope.run, item=scope.item, trial=scope.trial,
        subject=scope.subject,
    )  # fmt: skip
    try:
        with entered(frame):
            return await prefer(model, _question(row), *texts, rubric=rubric, expected=expected)
    finally:
        frame.span.end()


def _question(row: dict[str, Any]) -> str:
    """Return what was asked: the one text of the row, or all of it but what is expected."""
    given = {name: value for name, value in row.items() if not name.startswith("_") and name != "expected"}
    for name in ("question", "query", "input", "prompt", "text"):
        if isinstance(given.get(name), str):
            return str(given[name])
    return json.dumps(given, ensure_ascii=False, default=str)


def _told(model: str, pairs: Sequence[Pair], found: Sequence[Preference | None], errors: Sequence[str]) -> JudgedPairs:
    kept = [each for each in found if each is not None]
    counts = tally(kept)
    values = [1.0 if each.winner == "b" else -1.0 if each.winner == "a" else 0.0 for each in kept]
    groups = [pair.a.index for pair, each in zip(pairs, found, strict=True) if each is not None]
    mean = interval(values, groups, low=-1, high=1) if values else None
    lost = [
        (pair.a.index, each.winner, next(iter(each.reasons), ""))
        for pair, each in zip(pairs, found, strict=True)
        if each is not None and each.winner == "a"
    ]
    return JudgedPairs(
        model=model,
        pairs=len(kept),
        wins=counts.b,
        losses=counts.a,
        ties=counts.ties,
        same=sum(each.swapped is None and each.winner == "tie" for each in kept),
        failed=len(found) - len(kept),
        delta=0.0 if mean is None else mean.value,
        low=None if mean is None else mean.low,
        high=None if mean is None else mean.high,
        p=mcnemar(counts.b, counts.a).p,
        agreement=counts.agreement,
        position_bias=counts.position_bias,
        errors=tuple(errors[:_SHOWN]),
        reasons=tuple(lost[:_SHOWN]),
    )

"""`loomwork eval --models A,B --prompts X,Y`: every combination run, scored, and held against the first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from loomwork.cli.evaluating import Wanted, carry_out, leaks_of, put_summary
from loomwork.cli.scores import show_gates, show_leaks, verdict
from loomwork.cli.session import Session
from loomwork.cli.stopping import INTERRUPTED
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.cli import NoScorers, NoSuchFile, RunOrTarget
from loomwork.kernel.errors.models import UnknownModel
from loomwork.telling.jsonable import jsonable
from loomwork.telling.scoring import between, figure

if TYPE_CHECKING:
    from loomwork.evals.evaluating.comparing import RunsCompared
    from loomwork.evals.evaluating.evaluation import Evaluated
    from loomwork.evals.evaluating.figures import ScoreFigures
    from loomwork.evals.evaluating.matrix import Axis, Broken, Variant
    from loomwork.evals.leaks import Leak
    from loomwork.store.protocols import Store

_BROKEN = 10
_PASSES = 0.5


def carry_out_matrix(session: Session, wanted: Wanted, models: Sequence[str], prompts: Sequence[str]) -> int:
    """Evaluate every variant; the first one is the measure of the others."""
    from loomwork.evals.evaluating.comparing import compare_all
    from loomwork.evals.evaluating.matrix import broken_rows, read_axis

    if not wanted.target:
        raise RunOrTarget
    axes = [read_axis(each) for each in models], [read_axis(each) for each in prompts]
    for each in axes[1]:
        for path in each.candidates:
            if not (session.folder / path).is_file() and not Path(path).is_file():
                raise NoSuchFile(path=path)
    chosen = _variants(session, wanted, *axes)
    matrix = f"m{time.time_ns():x}"
    found: list[Evaluated] = []
    leaks: list[Leak] = []
    for number, variant in enumerate(chosen):
        meta = {"matrix": matrix, "variant": jsonable(variant), "baseline": number == 0}
        session.say("matrix.variant", label=variant.label)
        with session.open(models=variant.models, prompts=_paths(session.folder, variant)) as workspace:
            words = wanted.scorers or tuple(workspace.settings.scorers)
            each = carry_out(session, workspace, wanted, words, meta=meta)
            found.append(each)
            if number == 0:
                leaks = leaks_of(workspace, wanted, each.run)
        if each.report is not None and each.report.stopped_by == "interrupted":
            return INTERRUPTED
    with session.open_store() as store:
        held = compare_all(store, found[0].run, [each.run for each in found[1:]], group=wanted.cluster)
        broken = broken_rows(dict(_by_variant(store, chosen, found)), at=_PASSES)
    put_summary(session, wanted, found, leaks, [each.label for each in chosen])
    put = list(zip(chosen, found, strict=True))
    if session.as_json:
        _give(session, matrix, put, held, broken, leaks)
    _table(session, put, held)
    _notes(session, matrix, put, broken, leaks)
    bad = any(not (each.is_met and each.is_whole) for each in found)
    return 1 if bad or (wanted.leaks == "strict" and leaks) else 0


def _variants(session: Session, wanted: Wanted, models: Sequence[Axis], prompts: Sequence[Axis]) -> list[Variant]:
    from loomwork.evals.evaluating.gates import read_gate
    from loomwork.evals.evaluating.matrix import variants
    from loomwork.evals.scoring.chosen import choose
    from loomwork.flow.targets import load_target

    with session.open(writing="nothing") as workspace:
        project = workspace.runtime.project
        load_target(wanted.target, project)  # its modules say what they use
        words = wanted.scorers or tuple(workspace.settings.scorers)
        if not words:
            raise NoScorers
        labels = [each.label for each in choose(words, tables=workspace.settings.scorers, project=project)]
        for rule in wanted.gates:
            read_gate(rule, labels)
        found = variants(models, prompts, project=project)
        known = workspace.settings.models
        for name in [each for variant in found for pair in variant.models.items() for each in pair]:
            if name not in known:
                raise UnknownModel(name=name, known=list(known))
        return found


def _paths(folder: Path, variant: Variant) -> dict[str, Path]:
    return {name: folder / path if (folder / path).is_file() else Path(path) for name, path in variant.prompts.items()}


def _by_variant(
    store: Store, chosen: Sequence[Variant], found: Sequence[Evaluated]
) -> Iterator[tuple[str, dict[str, dict[int, float]]]]:
    """Yield the value of each row by scorer, where higher is better and the scale ends at 0 and 1."""
    from loomwork.evals.evaluating.figures import scorers_of

    for variant, each in zip(chosen, found, strict=True):
        said = scorers_of(store, each.run)
        scores: dict[str, dict[int, float]] = {}
        for one in each.scores:
            if one.better == "higher" and (said[one.scorer].low, said[one.scorer].high) == (0.0, 1.0):
                rows: dict[int, list[float]] = {}
                for (row, _), value in store.scores.values(each.run, one.scorer).items():
                    rows.setdefault(row, []).append(value)
                scores[one.scorer] = {row: fmean(values) for row, values in rows.items()}
        yield variant.label, scores


def _give(
    session: Session,
    matrix: str,
    found: Sequence[tuple[Variant, Evaluated]],
    held: Sequence[RunsCompared],
    broken: Sequence[Broken],
    leaks: Sequence[Leak],
) -> None:
    told: list[Any] = [
        {"label": variant.label, "models": variant.models, "prompts": variant.prompts, **each.as_json()}
        for variant, each in found
    ]
    session.give(
        {
            **found[0][1].as_json(),
            "leaks": jsonable(list(leaks)),
            "matrix": matrix,
            "variants": told,
            "comparisons": [each.as_json() for each in held],
            "broken": jsonable(list(broken)),
        }
    )


def _notes(
    session: Session,
    matrix: str,
    found: Sequence[tuple[Variant, Evaluated]],
    broken: Sequence[Broken],
    leaks: Sequence[Leak],
) -> None:
    for each in broken[:_BROKEN]:
        session.show(
            "matrix.broken", scorer=each.scorer, row=each.row, passes=", ".join(each.passes),
            fails=", ".join(each.fails),
        )  # fmt: skip
    show_leaks(session, leaks)
    for variant, each in found:
        if each.gates:
            session.show("matrix.variant", label=variant.label)
            show_gates(session, each.gates)
    session.say("matrix.next", matrix=matrix)


def _table(session: Session, found: Sequence[tuple[Variant, Evaluated]], held: Sequence[RunsCompared]) -> None:
    words = session.words
    session.show("matrix.head", count=len(found))
    heads = [words(f"table.{name}") for name in ("variant", "scorer", "mean", "interval", "delta", "p", "cost")]
    rows: list[tuple[str, ...]] = []
    for number, (variant, each) in enumerate(found):
        differences = {} if number == 0 else {one.scorer: one for one in held[number - 1].scores}
        cost = "" if each.report is None else " + ".join(str(one) for one in each.report.totals.cost.amounts)
        for place, score in enumerate(each.scores):
            difference = differences.get(score.scorer)
            rows.append(
                (
                    variant.label if place == 0 else "",
                    score.scorer,
                    figure(score.mean),
                    _interval(score),
                    "" if difference is None else figure(difference.delta, signed=True),
                    "" if difference is None else words(f"verdict.{verdict(difference)}"),
                    cost if place == 0 else "",
                )
            )
    print_table(session.page, heads, rows, right=(2, 4))


def _interval(score: ScoreFigures) -> str:
    return between(score.low, score.high)

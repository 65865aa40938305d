"""The pictures of a report: which figures go into which chart, with which words. Draws nothing itself."""

from collections.abc import Sequence
from math import floor
from typing import NamedTuple

from loomwork.knowledge.report.charts import Bar, Heading, Line, Measured, Signs, bars, histogram, intervals, lines
from loomwork.knowledge.report.labels import Labels
from loomwork.knowledge.report.values import Contents, Evaluation, Interval, Score


class Picture(NamedTuple):
    """A picture, and under which name it is kept as a file."""

    name: str
    svg: str


def pictures_of(contents: Contents, evaluations: Sequence[Evaluation], labels: Labels) -> list[Picture]:
    """Return all pictures for which there is anything to show."""
    made = [_lengths(contents, labels), _languages(contents, labels)]
    if any(each.scores for each in evaluations):
        made += [_recall(evaluations, labels), _mrr(evaluations, labels), *_curves(evaluations, labels)]
    return made


def _lengths(contents: Contents, labels: Labels) -> Picture:
    names = sorted({each.language for each in contents.lengths})
    groups = [
        (labels.named("language", name), [each.tokens for each in contents.lengths if each.language == name])
        for name in names
    ]
    described = _signs(labels).semicolon.join(
        labels("lengths.group", label=label, count=f"{len(values):,}", median=_median(values), longest=max(values))
        for label, values in groups
    )
    heading = Heading("lengths", labels("lengths.title"), labels("lengths.axis"), described, _signs(labels))
    return Picture("lengths", histogram(heading, groups, count=labels("chunks")))


def _languages(contents: Contents, labels: Labels) -> Picture:
    rows = [
        Bar(
            labels.named("language", each.language),
            each.chunks,
            labels(
                "languages.note",
                documents=labels.counted("document", each.documents),
                chunks=labels.counted("chunk", each.chunks),
            ),
        )
        for each in contents.languages
    ]
    heading = Heading(
        "languages", labels("languages.title"), labels("languages.axis"), _told(rows, labels), _signs(labels)
    )
    return Picture("languages", bars(heading, rows))


def _recall(evaluations: Sequence[Evaluation], labels: Labels) -> Picture:
    return _by_language("recall", evaluations, labels)


def _mrr(evaluations: Sequence[Evaluation], labels: Labels) -> Picture:
    return _by_language("mrr", evaluations, labels)


def _by_language(what: str, evaluations: Sequence[Evaluation], labels: Labels) -> Picture:
    rows: list[Measured] = []
    signs = _signs(labels)
    for language in _scored_languages(evaluations):
        values = [_of(score, what) for score in _scores_of(evaluations, language)]
        rows.append(Measured(labels.named("language", language), tuple(values)))
    names = [each.name for each in evaluations]
    said = [
        labels("scored", label=f"{row.label}{signs.comma}{name}", value=_short(value.value), low=_short(value.low),
               high=_short(value.high))
        for row in rows
        for name, value in zip(names, row.values, strict=True)
    ]  # fmt: skip
    heading = Heading(what, labels(f"{what}.title"), labels(f"{what}.axis"), signs.semicolon.join(said), signs)
    return Picture(what, intervals(heading, names, rows, low=_below([each.low for row in rows for each in row.values])))


def _curves(evaluations: Sequence[Evaluation], labels: Labels) -> list[Picture]:
    made: list[Picture] = []
    signs = _signs(labels)
    for language in _scored_languages(evaluations):
        series = [
            Line(each.name, tuple([(float(within), value) for within, value in score.curve]))
            for each, score in zip(evaluations, _scores_of(evaluations, language), strict=True)
        ]
        said = signs.semicolon.join(
            line.label + signs.colon + signs.comma.join(f"{x:g}: {_short(value.value)}" for x, value in line.points)
            for line in series
        )
        title = labels("curve.title", language=labels.named("language", language))
        heading = Heading(f"curve-{language or 'unknown'}", title, labels("curve.axis"), said, signs)
        low = _below([value.low for line in series for _, value in line.points])
        made.append(Picture(heading.name, lines(heading, series, unit=labels("curve.unit"), low=low)))
    return made


def _scored_languages(evaluations: Sequence[Evaluation]) -> list[str]:
    """Return the languages that every evaluation has questions in."""
    sets = [{score.language for score in each.scores if score.questions} for each in evaluations]
    return sorted(set[str].intersection(*sets)) if sets else []


def _scores_of(evaluations: Sequence[Evaluation], language: str) -> list[Score]:
    return [next(score for score in each.scores if score.language == language) for each in evaluations]


def _of(score: Score, what: str) -> Interval:
    return score.recall if what == "recall" else score.mrr


def _below(values: Sequence[float]) -> float:
    """Return where an axis begins: a tenth at or below everything shown, so that what differs can be seen."""
    return max(0.0, floor(10 * min(values, default=0.0)) / 10)


def _told(rows: Sequence[Bar], labels: Labels) -> str:
    signs = _signs(labels)
    return signs.semicolon.join(f"{row.label}{signs.colon}{row.note}" for row in rows)


def _signs(labels: Labels) -> Signs:
    return Signs(labels("list"), labels("colon"), labels("semicolon"))


def _median(values: Sequence[int]) -> int:
    return sorted(values)[len(values) // 2]


def _short(value: float) -> str:
    return f"{value:.3f}"


__all__ = ["Picture", "pictures_of"]

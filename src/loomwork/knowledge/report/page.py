"""One HTML page from a report: pictures, figures, worst questions. Needs nothing but itself: no script, no address.

Texts from documents and questions are escaped; the page's own policy lets a browser load nothing.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from loomwork.knowledge.report.labels import Labels
from loomwork.knowledge.report.pictures import pictures_of
from loomwork.knowledge.report.scoring import changes, worst
from loomwork.knowledge.report.values import Contents, Evaluation, Interval, Reading, Report, Tried, Trouble

_SHOWN = 220
_INSTEAD = 3
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SHELL = """<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page(report: Report, *, language: str = "en") -> str:
    """Return the page in English (`en`) or Chinese (`zh`)."""
    labels = Labels(language)
    title = escape(labels("title", index=report.contents.index))
    drawn = {each.name: each.svg for each in pictures_of(report.contents, report.evaluations, labels)}
    of_contents = [drawn[name] for name in ("lengths", "languages") if name in drawn]
    of_scores = [svg for name, svg in drawn.items() if name not in ("lengths", "languages")]
    parts = [
        "<header>",
        f"<h1>{title}</h1>",
        f"<p class=soft>{_below_the_title(report, labels)}</p>",
        "</header>",
        _cards(report.contents, labels),
        *_figures(of_contents),
        *_remarks(report.contents, labels),
        _readings(report.contents, labels),
        _facts(report.contents, labels),
        *_scores(report, labels, of_scores),
    ]
    body = "\n".join(part for part in parts if part)
    tag = "zh-CN" if labels.language == "zh" else "en"
    return _SHELL.format(tag=tag, policy=_POLICY, title=title, style=_style(), body=body)


@cache
def _style() -> str:
    return files("loomwork.knowledge.report").joinpath("page.css").read_text("utf-8")


def _below_the_title(report: Report, labels: Labels) -> str:
    said = f"{labels('snapshot')} <code>{escape(report.contents.snapshot[:12])}</code>"
    return f"{said} · {escape(labels('made', made=report.made))}" if report.made else said


def _cards(contents: Contents, labels: Labels) -> str:
    with_vectors = sum(each.with_vectors for each in contents.languages)
    figures = [("documents", contents.documents), ("chunks", contents.chunks), ("with_vectors", with_vectors)]
    cards = [f"<div><dt>{escape(labels(name))}</dt><dd>{value:,}</dd></div>" for name, value in figures]
    return f"<dl class=cards>{''.join(cards)}</dl>"


def _figures(pictures: Iterable[str]) -> Iterable[str]:
    return [f"<figure>{svg}</figure>" for svg in pictures]


def _remarks(contents: Contents, labels: Labels) -> list[str]:
    said: list[str] = []
    has_vectors = any(each.with_vectors for each in contents.languages)
    without = [labels.named("language", each.language) for each in contents.languages if not each.with_vectors]
    if has_vectors and without:
        said.append(labels("languages.keywords", languages=labels("list").join(without)))
    if not contents.troubles:
        said.append(labels("troubles.none"))
    remarks = [f"<p>{escape(each)}</p>" for each in said]
    if contents.troubles:
        rows = [
            (labels.named("trouble", each.code), f"{each.documents:,}", _examples(each, labels))
            for each in contents.troubles
        ]
        remarks.append(f"<h2>{escape(labels('troubles.title'))}</h2>")
        remarks.append(_table(["", labels("troubles.axis"), labels("troubles.example")], rows, right=(1,)))
    return remarks


def _examples(trouble: Trouble, labels: Labels) -> str:
    more = trouble.documents - len(trouble.examples)
    said = [*trouble.examples, *([labels("troubles.more", count=f"{more:,}")] if more else [])]
    return labels("list").join(said)


def _readings(contents: Contents, labels: Labels) -> str:
    if not contents.readings:
        return ""
    rows = [(_readers(each, labels), f"{each.documents:,}") for each in contents.readings]
    heads = [labels(f"readers.{name}") for name in ("who", "documents")]
    return f"<h2>{escape(labels('readers.title'))}</h2>" + _table(heads, rows, right=(1,))


def _readers(reading: Reading, labels: Labels) -> str:
    if reading.readers is None:
        return labels("readers.everyone")
    return labels("list").join(reading.readers) or labels("readers.nobody")


def _facts(contents: Contents, labels: Labels) -> str:
    if not contents.facts:
        return ""
    rows = [(labels.named("fact", name), value) for name, value in contents.facts.items()]
    return f"<h2>{escape(labels('facts.title'))}</h2>" + _table([], rows)


def _scores(report: Report, labels: Labels, pictures: Sequence[str]) -> list[str]:
    if not report.evaluations:
        return []
    first, last = report.evaluations[0], report.evaluations[-1]
    parts = [f"<h2>{escape(labels('scores'))}</h2>", *_figures(pictures), _score_table(report.evaluations, labels)]
    for each in report.evaluations:
        parts += _refusals(each, labels)
    if first is not last:
        parts += _changed(first, last, labels)
    parts.append(f"<h2>{escape(labels('worst.title', name=last.name))}</h2>")
    lowest = worst(last)
    parts += [_question(each, labels) for each in lowest] or [f"<p>{escape(labels('worst.none'))}</p>"]
    return parts


def _score_table(evaluations: Sequence[Evaluation], labels: Labels) -> str:
    heads = [labels(f"score.{name}") for name in ("setting", "language", "questions")]
    rows = [
        (
            each.name,
            labels.named("language", score.language),
            str(score.questions),
            _interval(score.recall),
            _interval(score.mrr),
        )
        for each in evaluations
        for score in each.scores
        if score.questions
    ]
    return _table([*heads, labels("change.recall"), labels("change.mrr")], rows, right=(2, 3, 4))


def _refusals(evaluation: Evaluation, labels: Labels) -> list[str]:
    said: list[str] = []
    for score in evaluation.scores:
        if score.refused_rightly is None or score.refused_wrongly is None:
            continue
        told = labels(
            "refused",
            count=score.unanswerable,
            share=_interval(score.refused_rightly),
            wrongly=_interval(score.refused_wrongly),
        )
        where = labels("list").join((evaluation.name, labels.named("language", score.language)))
        said.append(f"<p>{escape(where + labels('colon') + told)}</p>")
    return said


def _changed(before: Evaluation, after: Evaluation, labels: Labels) -> list[str]:
    heads = [labels(f"change.{name}") for name in ("language", "recall", "mrr", "better", "worse")]
    rows = [
        (
            labels.named("language", each.language),
            _interval(each.recall, sign="+"),
            _interval(each.mrr, sign="+"),
            str(each.better),
            str(each.worse),
        )
        for each in changes(before, after)
    ]
    return [
        f"<h2>{escape(labels('change.title') + labels('colon'))}{escape(before.name)} → {escape(after.name)}</h2>",
        _table(heads, rows, right=(1, 2, 3, 4)),
        f"<p class=soft>{escape(labels('change.paired'))}</p>",
    ]


def _question(tried: Tried, labels: Labels) -> str:
    place = labels("worst.rank", rank=tried.rank) if tried.rank else labels("worst.missing")
    instead = [seen for seen in tried.found if seen.doc not in tried.wanted][:_INSTEAD]
    found = "".join(
        f"<li><code>{escape(seen.doc)}</code> {escape(' › '.join(seen.section))}"
        f"<blockquote>{escape(_beginning(seen.text))}</blockquote></li>"
        for seen in instead
    )
    wanted = labels("list").join(f"<code>{escape(doc)}</code>" for doc in tried.wanted)
    return (
        f"<details open><summary>{escape(tried.question)} <span class=soft>{escape(place)}</span></summary>"
        f"<p>{escape(labels('worst.wanted') + labels('colon'))}{wanted}</p>"
        f"<p>{escape((labels('worst.instead') + labels('colon')).rstrip())}</p><ol>{found}</ol></details>"
    )


def _beginning(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"


def _interval(value: Interval, *, sign: str = "") -> str:
    return f"{value.value:{sign}.3f} ({value.low:{sign}.3f} … {value.high:{sign}.3f})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    def cell(at: int, said: str, tag: str) -> str:
        mark = " class=right" if at in right else ""
        return f"<{tag}{mark}>{escape(said)}</{tag}>"

    top = "".join(cell(at, said, "th") for at, said in enumerate(heads))
    body = "".join(f"<tr>{''.join(cell(at, said, 'td') for at, said in enumerate(row))}</tr>" for row in rows)
    head = f"<thead><tr>{top}</tr></thead>" if heads else ""
    return f"<div class=wide><table>{head}<tbody>{body}</tbody></table></div>"


__all__ = ["page"]

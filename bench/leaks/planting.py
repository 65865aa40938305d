"""Plant eight kinds of leaks, and what looks like leaks and is none. Knows nothing of how they are found.

Every test row is planted in at most one source; in every other source it is a control. The synonyms are a table of our
own in `synonyms.json`, which the search for leaks does not have.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.leaks.texts import HALVES, Pair, Row, chinese, gsm8k, half_of, parallel, xquad
from loomwork.evals.data.lineage import Origin, row_id, with_origin
from loomwork.evals.data.reading import Placed

SYNONYMS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("synonyms.json").read_text("utf-8"))
ENGLISH, CHINESE, TRANSLATED = 60, 12, 80
KINDS = ("exact", "writing", "paraphrase", "translated", "contained", "synthetic", "index", "memo")
_CHANGED = 2
"""Replacements that a paraphrase has at least."""


class Half(NamedTuple):
    """One half: test rows, and what each source holds."""

    tests: list[dict[str, Any]]
    languages: list[str]
    planted: dict[str, set[int]]
    """Test rows by kind."""
    rows: dict[str, list[Placed]]
    """Sources of rows, by kind."""
    texts: list[tuple[str, str]]
    pages: dict[str, str]
    """Of the index."""
    demos: list[str]
    """What other rows of a run were shown."""
    asked: list[dict[str, Any]]
    """The run's rows: question, the demo that is shown, a passage."""


def plant(half: str, *, seed: int = 1) -> Half:
    rng = random.Random(f"{half} {seed}")
    english = [row for row in [*xquad(), *gsm8k()] if half_of(row.group) == half]
    chinese_rows = [row for row in chinese() if half_of(row.group) == half]
    pairs = [pair for pair in parallel() if half_of(pair.group) == half]
    for rows in (english, chinese_rows):
        rng.shuffle(rows)
    made = Half([], [], {kind: set() for kind in KINDS}, {}, [], {}, [], [])
    fillers, english = english[::4], [row for place, row in enumerate(english) if place % 4]
    for kind in ("exact", "writing", "paraphrase", "contained", "synthetic", "index", "memo"):
        taken = _taken(english, ENGLISH, kind) + _taken(chinese_rows, CHINESE, kind)
        for row in taken:
            _PLANTERS[kind](made, row, rng, fillers)
    _translated(made, pairs, rng)
    _controls(made, english[:150], chinese_rows[:10], rng)
    _fill(made, [*fillers, *english], chinese_rows)
    return made


def _taken(rows: list[Row], count: int, kind: str) -> list[Row]:
    """Take rows away that a kind can be planted with."""
    fit = [row for row in rows if kind != "paraphrase" or reworded(row.text, row.language)]
    fit = [row for row in fit if kind != "synthetic" or row.kind != "gsm8k"][:count]
    for row in fit:
        rows.remove(row)
    return fit


def _test(made: Half, row: dict[str, Any], language: str, kind: str = "") -> int:
    made.tests.append(row)
    made.languages.append(language)
    if kind:
        made.planted[kind].add(len(made.tests) - 1)
    return len(made.tests) - 1


def _source(made: Half, kind: str, row: dict[str, Any]) -> None:
    rows = made.rows.setdefault(kind, [])
    rows.append(Placed(len(rows) + 1, row))


def _exact(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    _test(made, row.row, row.language, "exact")
    _source(made, "exact", row.row)


def _writing(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    """Other case, spacing, width and punctuation."""
    text = "".join(rng.choice((each.upper(), each.lower())) for each in row.text)
    text = text.replace("?", rng.choice(("？", " ?", "", "!"))).replace(",", rng.choice(("，", " , ", "")))
    text = text.replace("。", rng.choice((".", ""))).replace(" ", rng.choice((" ", "  ", "\t")))
    _test(made, row.row, row.language, "writing")
    _source(made, "writing", {"question": text, "expected": row.answer})


def _paraphrase(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    _test(made, row.row, row.language, "paraphrase")
    _source(made, "paraphrase", {"question": reworded(row.text, row.language), "expected": row.answer})


def _contained(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    around = [rng.choice(others).text for _ in range(4)]
    if not row.context or row.language == "zh" or rng.random() < 0.7:
        _test(made, row.row, row.language, "contained")
        made.texts.append((f"text {len(made.texts)}", " ".join([*around[:2], row.text, *around[2:]])))
    else:
        _test(made, {"question": f"{row.context}\n\n{row.text}", "expected": row.answer}, row.language, "contained")
        made.texts.append((f"text {len(made.texts)}", row.text))


def _synthetic(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    """The train row is another question of the same paragraph: only the lineage tells."""
    siblings = [each for each in others if each.group == row.group and each.text != row.text]
    parent = (siblings[0] if siblings else rng.choice(others)).row
    _source(made, "synthetic", parent)
    _test(made, with_origin(row.row, Origin(parent=row_id(parent), by="model")), row.language, "synthetic")


def _index(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    _test(made, row.row, row.language, "index")
    name = f"faq-{len(made.pages)}.md"
    made.pages[name] = f"# Questions\n\n{row.context}\n\nQ: {row.text}\n\nA: {row.answer}\n"


def _memo(made: Half, row: Row, rng: random.Random, others: Sequence[Row]) -> None:
    _test(made, row.row, row.language, "memo")
    made.demos.append(f"Question: {row.text}\nAnswer: {row.answer}")
    made.asked.append({"question": rng.choice(others).text, "demo": len(made.demos) - 1, "passage": ""})


_PLANTERS = {
    "exact": _exact, "writing": _writing, "paraphrase": _paraphrase, "contained": _contained,
    "synthetic": _synthetic, "index": _index, "memo": _memo,
}  # fmt: skip


def _translated(made: Half, pairs: list[Pair], rng: random.Random) -> None:
    """A paragraph in the other language; for as many others the paragraph behind it, which is no leak."""
    places = rng.sample(range(len(pairs) - 1), 2 * TRANSLATED)
    for number, at in enumerate(places):
        is_planted = number < TRANSLATED
        ours, theirs = pairs[at], pairs[at] if is_planted else pairs[at + 1]
        one, two = (ours.chinese, theirs.english) if number % 2 else (ours.english, theirs.chinese)
        _test(made, {"question": one, "expected": ""}, "zh" if number % 2 else "en", "translated" if is_planted else "")
        _source(made, "translated", {"question": two, "expected": ""})


def _controls(made: Half, english: list[Row], chinese_rows: list[Row], rng: random.Random) -> None:
    """Rows that are planted nowhere, and what resembles them everywhere."""
    for row in [*english, *chinese_rows]:
        _test(made, row.row, row.language)
        _source(made, "exact", {"question": _numbered(row.text, rng), "expected": "7"})
        text = row.context if row.kind == "xquad" else _numbered(row.text, rng)
        made.texts.append((f"text {len(made.texts)}", text))
        page = f"page-{len(made.pages)}.md"
        if row.kind == "gsm8k":
            made.pages[page] = f"# {row.text}\n\nNobody has worked this out yet.\n"
        elif row.language == "en":
            made.pages[page] = f"# About\n\n{row.context}\n"
        made.asked.append({"question": row.text, "demo": -1, "passage": f"{row.context} {row.answer}"})
        _test(made, with_origin({"question": f"{row.text[::-1]}"}, Origin(parent="f" * 40)), row.language)


def _fill(made: Half, english: list[Row], chinese_rows: list[Row]) -> None:
    """Other questions of the same paragraphs, and number-changed ones, in every source of rows."""
    used = {row.get("question") for row in made.tests} | {each.row["question"] for each in made.rows["synthetic"]}
    rest = [row for row in [*english, *chinese_rows] if row.text not in used]
    for kind in ("exact", "writing", "paraphrase", "synthetic", "translated"):
        for row in rest:
            _source(made, kind, row.row)


def _numbered(text: str, rng: random.Random) -> str:
    """Return a text with other numbers; one without any ends on one."""
    changed = re.sub(r"\d+", lambda found: str(int(found[0]) + rng.randint(1, 9)), text)
    return changed if changed != text else f"{text} {rng.randint(2, 99)}"


def reworded(text: str, language: str) -> str:
    """Return a text in other words; empty where too few are known to the table."""
    table = SYNONYMS[language]
    found = sorted(table, key=len, reverse=True)
    words = "|".join(map(re.escape, found))
    pattern = re.compile(rf"\b(?:{words})\b", re.IGNORECASE) if language == "en" else re.compile(words)
    said, count = pattern.subn(lambda match: table[match[0].lower()], text)
    return said if count >= _CHANGED else ""


def halves() -> Iterator[str]:
    yield from HALVES

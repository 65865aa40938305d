"""Read CSV and its kin: which delimiter, which encoding, and the rows as one table. Knows no meaning of columns."""

import csv
import re
from collections import Counter

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.plain import text_of
from loomwork.knowledge.parsing.tables import write_table

_DELIMITERS = (",", "\t", ";", "|", "，")
_LOOKED_AT = 50
_SEPARATOR_LINE = re.compile(r"sep=(.)\n")


def read_csv(job: Job, draft: Draft) -> None:
    """Read a table in text form."""
    text = text_of(job, draft)
    said = _SEPARATOR_LINE.match(text)
    if said:
        text = text[said.end() :]
    delimiter = said[1] if said else delimiter_of(text)
    rows: list[list[str]] = []
    csv.field_size_limit(min(job.limits.characters, 2**31 - 1))
    for row in csv.reader(text.split("\n") if '"' not in text else _lines(text), delimiter=delimiter):
        job.meter.cells(len(row) or 1)
        rows.append(row)
    draft.metadata["delimiter"] = delimiter
    draft.metadata["columns"] = write_table(draft, rows)[:100]


def delimiter_of(text: str) -> str:
    r"""Return the delimiter that cuts the first lines into the most even rows; a comma where none does.

    >>> delimiter_of("a;b;c\n1,5;2;3\n"), delimiter_of("name\nAnn, Bob and Cy\n")
    (';', ',')
    """
    lines = [line for line in text[:100_000].split("\n") if line.strip()][:_LOOKED_AT]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        score = (count / sum(widths.values())) * (1 + min(width, 20) / 100) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lines(text: str) -> list[str]:
    """Return the lines with their ends, which a quoted cell may hold."""
    return text.splitlines(keepends=True)

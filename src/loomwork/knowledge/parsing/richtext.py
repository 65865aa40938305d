"""Read RTF through striprtf: paragraphs and table rows, title and times. Knows no styles."""

import re
from typing import Protocol, cast

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.tables import write_table

_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")
_TITLE = re.compile(r"\{\\title ((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+ ?\??)*)\}")
_TIME = re.compile(r"\{\\(creatim|revtim)((?:\\(?:yr|mo|dy|hr|min|sec)\d+)+)\}")
_PART = re.compile(r"\\(yr|mo|dy|hr|min)(\d+)")
_TIMES = {"creatim": "created", "revtim": "modified"}


class _ToText(Protocol):
    def __call__(self, text: str, *, encoding: str, errors: str) -> str: ...


def read_rtf(job: Job, draft: Draft) -> None:
    """Read an RTF file."""
    from striprtf import striprtf

    rtf_to_text = cast("_ToText", striprtf.rtf_to_text)  # pyright: ignore[reportUnknownMemberType]  # it has no types

    page = _CODE_PAGE.search(job.data)
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    source = job.data.decode("latin-1")
    text = rtf_to_text(source, encoding=encoding if _known(encoding) else "cp1252", errors="replace")
    title = _TITLE.search(source[:20_000])
    draft.title = rtf_to_text(rf"{{\rtf1 {title[1]}}}", encoding="cp1252", errors="replace") if title else ""
    for name, moment in _TIME.findall(source[:20_000]):
        parts = {part: int(value) for part, value in _PART.findall(moment)}
        date = f"{parts.get('yr', 0):04}-{parts.get('mo', 1):02}-{parts.get('dy', 1):02}"
        setattr(draft, _TIMES[name], f"{date}T{parts.get('hr', 0):02}:{parts.get('min', 0):02}:00")
    _write(text, job, draft)


def _write(text: str, job: Job, draft: Draft) -> None:
    rows: list[list[str]] = []
    for line in text.split("\n"):
        if line.rstrip().endswith("|") and line.count("|") > 1:
            rows.append([cell.strip() for cell in line.rstrip().rstrip("|").split("|")])
            job.meter.cells(len(rows[-1]))
            continue
        if rows:
            write_table(draft, rows)
            rows = []
        draft.add("paragraph", line)
    write_table(draft, rows)


def _known(encoding: str) -> bool:
    try:
        b"".decode(encoding)
    except LookupError:
        return False
    return True

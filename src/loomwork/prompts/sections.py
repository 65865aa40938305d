"""Split the body of a prompt into its sections. Knows nothing of front matter, templates or models.

Sections are split before anything is filled in, so a value that contains `## system` stays text.
"""

import re
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

from loomwork.kernel.errors.prompts import ForeignSection, SystemNotFirst, TextBeforeSections, UnknownSection

Role = Literal["system", "user", "assistant"]
ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
FOREIGN = ("human", "ai", "developer", "tool", "function")
"""Roles of other formats."""

_HEADING = re.compile(r"##\s+(\S+)\s*$")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")


class Section(Struct, frozen=True, kw_only=True):
    """One section: its role, its text and the line where the text begins."""

    role: Role
    text: str
    line: int


def split_sections(body: str, *, file: str, first_line: int = 1) -> tuple[Section, ...]:
    r"""Return the sections of `body`; text without headings is one `user` section.

    A `\## user` line is text. Headings inside fenced code are text. Raises `BadSection` with the line.

    >>> [(part.role, part.text) for part in split_sections("## system\nBe brief.\n## user\n{{ q }}\n", file="p.md")]
    [('system', 'Be brief.'), ('user', '{{ q }}')]
    """
    lines = body.split("\n")
    heads = _headings(lines, file, first_line)
    if not heads:
        return (_section("user", lines, 0, first_line),)
    first = heads[0][0]
    for number, line in enumerate(lines[:first]):
        if line.strip():
            raise TextBeforeSections(file=file, line=first_line + number)
    ends = [at for at, _ in heads[1:]] + [len(lines)]
    parts = [
        _section(role, lines[at + 1 : end], at + 1, first_line) for (at, role), end in zip(heads, ends, strict=True)
    ]
    _check_order(parts, file)
    return tuple(parts)


def _headings(lines: list[str], file: str, first_line: int) -> list[tuple[int, Role]]:
    heads: list[tuple[int, Role]] = []
    fence = ""
    for number, line in enumerate(lines):
        if found := _FENCE.match(line):
            mark = found[1]
            if not fence:
                fence = mark
            elif mark.startswith(fence):
                fence = ""
            continue
        heading = None if fence else _HEADING.match(line)
        if heading is None:
            continue
        word = heading[1].rstrip(":").lower()
        if word in ROLES:
            heads.append((number, ROLES[word]))
        elif word in FOREIGN:
            raise ForeignSection(file=file, line=first_line + number, name=heading[1])
        elif near := get_close_matches(word, list(ROLES), n=1, cutoff=0.8):
            raise UnknownSection(file=file, line=first_line + number, name=heading[1], near=near[0])
    return heads


def _section(role: Role, lines: list[str], offset: int, first_line: int) -> Section:
    """Cut blank lines at both ends; the line number follows."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    text = "\n".join(line.removeprefix("\\") if line.startswith("\\## ") else line for line in lines[start:end])
    return Section(role=role, text=text, line=first_line + offset + start)


def _check_order(parts: list[Section], file: str) -> None:
    for number, part in enumerate(parts):
        if part.role == "system" and number:
            raise SystemNotFirst(file=file, line=part.line - 1)

"""Compare two texts word by word; a Chinese character is a word. Pure."""

import re
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

Op = Literal["same", "removed", "added"]
_WORD = re.compile(r"\n|[^\S\n]+|[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+|[^\w\s]")


class Change(Struct, frozen=True):
    """A stretch of text and what became of it."""

    op: Op
    text: str


def word_diff(before: str, after: str) -> list[Change]:
    """Return the stretches that stayed, went and came, in order.

    >>> [(change.op, change.text) for change in word_diff("Be brief.", "Be very brief.")]
    [('same', 'Be'), ('added', ' very'), ('same', ' brief.')]
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    changes: list[Change] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            changes.append(Change("same", "".join(old[a:b])))
            continue
        if b > a:
            changes.append(Change("removed", "".join(old[a:b])))
        if d > c:
            changes.append(Change("added", "".join(new[c:d])))
    return changes

"""What a review asks: its kind, its criteria, how it was made. Values and their words; knows no store."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec import Struct

from loomwork.kernel.errors.evals_review import BadCriterion, NamedTwice, NoName, NoScale

Kind = Literal["pairs", "marks"]
Verdict = Literal["", "left", "right", "tie", "bad", "skip"]
Side = Literal["a", "b"]
VERDICTS: dict[Kind, tuple[str, ...]] = {"pairs": ("left", "right", "tie", "bad", "skip", ""), "marks": ("", "skip")}
LONGEST_COMMENT = 10_000
_YES_NO = ("yes/no", "yes-no", "y/n", "是/否", "是否")
_MARKS = re.compile(r"1\s*[-–~至到]\s*([2-9])")
_USUAL = 5
_NAME_ENDS = re.compile(r"[:：](?=[^:：]*$)")
_PARTS = re.compile(r"[,，;；]")


class Criterion(Struct, frozen=True, kw_only=True):
    """One thing that an item is marked by."""

    name: str
    high: int = _USUAL
    """Marks go from 1 to this; 1: yes (1) or no (0)."""

    @property
    def is_yes_no(self) -> bool:
        """Whether the answer is yes or no."""
        return self.high == 1

    @property
    def low(self) -> int:
        """The least mark."""
        return 0 if self.is_yes_no else 1

    @property
    def middle(self) -> int:
        """The least mark that is more of a yes than of a no."""
        return 1 if self.is_yes_no else (self.high + 1) // 2 + 1


class Queue(Struct, frozen=True, kw_only=True):
    """How a review was made, as it is kept."""

    kind: Kind = "marks"
    title: str = ""
    criteria: tuple[Criterion, ...] = ()
    seed: int = 0
    per_item: int = 0
    """How many people are asked about one item; 0: all who come."""
    by: str = ""
    same: int = 0
    """Pairs in which both runs said the same: not asked."""


def read_queue(said: bytes) -> Queue:
    """Return how a review was made; what was erased is empty."""
    try:
        return msgspec.json.decode(said, type=Queue)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Queue()


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """Read criteria: `NAME`, `NAME:1-5` or `NAME:yes/no`, with commas between them.

    Raises:
        BadCriterion: One has no name, an unknown scale, or the name of another.

    >>> [(each.name, each.low, each.high) for each in parse_criteria("correct:yes/no, tone:1-3, style")]
    [('correct', 0, 1), ('tone', 1, 3), ('style', 1, 5)]
    """
    found: list[Criterion] = []
    for part in _PARTS.split(text):
        if not part.strip():
            continue
        each = _criterion(part.strip())
        if any(other.name == each.name for other in found):
            raise BadCriterion(text=part.strip(), reason=NamedTwice())
        found.append(each)
    return tuple(found)


def _criterion(text: str) -> Criterion:
    name, *scale = (part.strip() for part in _NAME_ENDS.split(text, maxsplit=1))
    if not name:
        raise BadCriterion(text=text, reason=NoName())
    if not scale:
        return Criterion(name=name)
    if scale[0].casefold() in _YES_NO:
        return Criterion(name=name, high=1)
    marks = _MARKS.fullmatch(scale[0])
    if marks is None:
        raise BadCriterion(text=text, reason=NoScale())
    return Criterion(name=name, high=int(marks[1]))

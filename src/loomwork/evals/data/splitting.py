"""Divide rows by a hash: the same row goes into the same part, whatever else is in the file. Pure; knows no file.

What is hashed is the input as it reads, not as it is written, so that two writings of one question are never on both
sides. By group: the value of the group's keys is hashed in the place of the input, so that no group is on both sides.
A row that was made from another goes where that one goes.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from loomwork.evals.data.likeness import look
from loomwork.evals.data.lineage import ABOUT, origin_of, row_id
from loomwork.kernel.errors.evals_data import SharesUnfit

_SPACE = 1 << 64
_LEAST_PARTS = 2


def part_of(values: Mapping[str, Any], *, keys: Sequence[str], shares: Sequence[float], seed: int) -> int:
    """Return the place of a row's part.

    More rows, or another order, move none.

    >>> shares = (8.0, 2.0)
    >>> [part_of({"q": text}, keys=("q",), shares=shares, seed=0) for text in ("What now?", "what  NOW")]
    [0, 0]
    """
    return part_of_text(text_of(values, keys), shares=shares, seed=seed)


def text_of(values: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return what is hashed of a row."""
    said = look(0, values, keys)
    return said.plain if said.pairs else said.exact


def part_of_text(text: str, *, shares: Sequence[float], seed: int) -> int:
    """Return the place of the part that a text falls into."""
    hashed = hashlib.sha256(f"{seed}\x1f{text}".encode()).digest()
    at = int.from_bytes(hashed[:8], "big") / _SPACE * sum(shares)
    reached = 0.0
    for place, share in enumerate(shares):
        reached += share
        if at < reached:
            return place
    return len(shares) - 1


class Splitter:
    """Which part each row goes into.

    Args:
        shares: A weight a part: 8 and 2 are four fifths and a fifth. Raises `SharesUnfit`.
        keys: What makes a row's input; empty: every key that is not about the row.
        group: Keys whose values are never on both sides; a row without any of them is a group of its own.
        seed: Another one divides anew.
    """

    def __init__(
        self, shares: Sequence[float], *, keys: Sequence[str] = (), group: Sequence[str] = (), seed: int = 0
    ) -> None:
        check_shares(shares)
        self._shares = tuple(shares)
        self._keys = tuple(keys)
        self._group = tuple(group)
        self._seed = seed
        self._known: dict[str, str] = {}
        self._parent: dict[str, str] = {}

    def meet(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Learn of all rows which were made from which, before any of them is placed."""
        for row in rows:
            name = row_id(row)
            self._known[name] = self._text(row)
            origin = origin_of(row)
            if origin is not None and origin.parent:
                self._parent[name] = origin.parent

    def part(self, row: Mapping[str, Any]) -> int:
        """Return the place of a row's part."""
        origin = origin_of(row)
        if origin is None or not origin.parent or self._grouped(row):
            return part_of_text(self._text(row), shares=self._shares, seed=self._seed)
        root = origin.parent
        seen: set[str] = {row_id(row)}
        while root in self._parent and root not in seen:
            seen.add(root)
            root = self._parent[root]
        return part_of_text(self._known.get(root, root), shares=self._shares, seed=self._seed)

    def _grouped(self, row: Mapping[str, Any]) -> bool:
        return any(row.get(key) is not None for key in self._group)

    def _text(self, row: Mapping[str, Any]) -> str:
        if self._grouped(row):
            return text_of(row, self._group)
        return text_of(row, self._keys or sorted(key for key in row if not key.startswith(ABOUT)))


def check_shares(shares: Sequence[float]) -> None:
    """Refuse what divides nothing. Raises `SharesUnfit`."""
    if len(shares) < _LEAST_PARTS:
        raise SharesUnfit(detail=f"{len(shares)} parts")
    if not all(math.isfinite(share) and share > 0 for share in shares):
        raise SharesUnfit(detail="a share is not positive")

"""Divide rows by the hash of their inputs: the same row goes into the same part, whatever else is in the file. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from loomwork.studio.rows.likeness import look

_SPACE = 1 << 64


def part_of(values: Mapping[str, Any], *, keys: Sequence[str], shares: Sequence[float], seed: int) -> int:
    """Return the place of a row's part.

    What is hashed is the input as it reads, not as it is written (case, width, punctuation and white space aside), so
    that two writings of one question are never on both sides. More rows, or another order, move none.

    >>> shares = (8.0, 2.0)
    >>> [part_of({"q": text}, keys=("q",), shares=shares, seed=0) for text in ("What now?", "what  NOW")]
    [0, 0]
    """
    said = look(0, values, keys)
    hashed = hashlib.sha256(f"{seed}\x1f{said.plain if said.pairs else said.exact}".encode()).digest()
    at = int.from_bytes(hashed[:8], "big") / _SPACE * sum(shares)
    reached = 0.0
    for place, share in enumerate(shares):
        reached += share
        if at < reached:
            return place
    return len(shares) - 1

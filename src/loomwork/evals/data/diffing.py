"""What is different between two versions of a dataset: rows added, removed, changed. Pure; knows no file.

With a key, rows are the same row where they agree in it. Without one, rows that say the same are matched first; of the
others, two are one changed row where they agree in half of their keys or more, the rarest values first.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from loomwork.evals.data.lineage import row_id, said_by
from loomwork.evals.data.reading import Placed
from loomwork.kernel.canonical import digest

_HALF = 2
_MOST_LOOKED_AT = 50
"""Rows with a value in common that are compared with one row."""


class Changed(Struct, frozen=True, kw_only=True):
    """A row that says something else now."""

    before: Placed
    after: Placed
    keys: tuple[str, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """What is different, in the order of the files."""

    same: int
    added: tuple[Placed, ...]
    removed: tuple[Placed, ...]
    changed: tuple[Changed, ...]


def difference(before: Iterable[Placed], after: Iterable[Placed], *, keys: Sequence[str] = ()) -> Difference:
    """Return what is different. What is known about a row (keys with `_`) is not compared."""
    old, new = list(before), list(after)
    pairs = _by_key(old, new, keys) if keys else _by_content(old, new)
    gone = {one for one, _ in pairs}
    come = {two for _, two in pairs}
    changed: list[Changed] = []
    for one, two in sorted(pairs, key=lambda pair: pair[1]):
        differ = differing(old[one].row, new[two].row)
        if differ:
            changed.append(Changed(before=old[one], after=new[two], keys=differ))
    return Difference(
        same=len(pairs) - len(changed),
        added=tuple(each for place, each in enumerate(new) if place not in come),
        removed=tuple(each for place, each in enumerate(old) if place not in gone),
        changed=tuple(changed),
    )


def differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys in which two rows differ, those about them aside.

    >>> differing({"q": 1, "a": 2}, {"q": 1, "a": 2.5, "_origin": {}})
    ('a',)
    """
    first, second = said_by(one), said_by(two)
    names = dict.fromkeys([*first, *second])
    return tuple(
        name
        for name in names
        if (name in first) != (name in second) or digest(first.get(name)) != digest(second.get(name))
    )


def _by_key(old: Sequence[Placed], new: Sequence[Placed], keys: Sequence[str]) -> list[tuple[int, int]]:
    return _paired(
        [digest([each.row.get(key) for key in keys]) for each in old],
        [digest([each.row.get(key) for key in keys]) for each in new],
    )


def _by_content(old: Sequence[Placed], new: Sequence[Placed]) -> list[tuple[int, int]]:
    pairs = _paired([row_id(each.row) for each in old], [row_id(each.row) for each in new])
    gone, come = {one for one, _ in pairs}, {two for _, two in pairs}
    left = [place for place in range(len(old)) if place not in gone]
    found = [place for place in range(len(new)) if place not in come]
    return pairs + _alike(old, new, left, found)


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pair equal names, each once, in order."""
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, name in enumerate(old):
        places[name].append(place)
    return [(places[name].popleft(), place) for place, name in enumerate(new) if places.get(name)]


def _alike(
    old: Sequence[Placed], new: Sequence[Placed], left: Sequence[int], found: Sequence[int]
) -> list[tuple[int, int]]:
    parts = {place: _parts(old[place].row) for place in left}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for place, each in parts.items():
        for part in each:
            holding[part].append(place)
    taken: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for place in found:
        mine = _parts(new[place].row)
        rare = sorted((part for part in mine if part in holding), key=lambda part: len(holding[part]))
        counts = Counter(other for part in rare for other in holding[part][:_MOST_LOOKED_AT] if other not in taken)
        for other, shared in sorted(counts.items(), key=lambda pair: (-pair[1], abs(pair[0] - place))):
            if shared * _HALF >= max(len(mine), len(parts[other])):
                taken.add(other)
                pairs.append((other, place))
            break
    return pairs


def _parts(row: Mapping[str, Any]) -> set[str]:
    return {digest([key, value]) for key, value in said_by(row).items()}

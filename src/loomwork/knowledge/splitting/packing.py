"""Choose where the atoms of a segment are cut so that all in all it costs least. Knows nothing of text.

A chunk costs what the cut before it costs, and the square of the share of it that is empty. The cheapest way is found
by dynamic programming over the places where chunks may end.
"""

from collections.abc import Sequence

from msgspec import Struct

from loomwork.knowledge.splitting.atoms import Atom
from loomwork.knowledge.splitting.ruler import CHARACTERS, Ruler


class Packed(Struct, frozen=True, gc=False):
    """A chunk of a segment: its atoms are `first` up to, not including, `after`; its text begins at `start`."""

    first: int
    after: int
    start: int


def packed(atoms: Sequence[Atom], ruler: Ruler, limit: int, overlap: int) -> list[Packed]:
    """The cheapest way to cut; no chunk counts more than `limit` unless a single atom does."""
    starts = [_start(atoms, place, ruler, limit, overlap) for place in range(len(atoms))]
    behind = [ruler.behind(start) for start in starts]
    best = [0.0]
    came = [0]
    for after in range(1, len(atoms) + 1):
        end = atoms[after - 1].end
        before = ruler.before(end)
        least, source = float("inf"), after - 1
        for first in range(after - 1, -1, -1):
            tokens, least_tokens = before - behind[first], (end - starts[first]) // CHARACTERS  # as `ruler.size`
            used = atoms[first].context + (tokens if tokens > least_tokens else least_tokens)
            if used > limit and first < after - 1:
                if ruler.size(atoms[first].start, end) > limit:
                    break
                continue
            empty = 1 - used / limit if used < limit else 0.0
            cost = best[first] + (atoms[first].cost if first else 0) + empty * empty
            if cost < least:
                least, source = cost, first
        best.append(least)
        came.append(source)
    found: list[Packed] = []
    after = len(atoms)
    while after:
        first = came[after]
        found.append(Packed(first, after, starts[first]))
        after = first
    return found[::-1]


def _start(atoms: Sequence[Atom], place: int, ruler: Ruler, limit: int, overlap: int) -> int:
    """Where a chunk begins whose first own atom is at `place`: up to `overlap` tokens of whole atoms before it."""
    own = atoms[place]
    start = own.start
    if own.region.kind == "heading" or not own.repeatable:
        return start
    for before in range(place - 1, -1, -1):
        atom = atoms[before]
        fits = ruler.size(atom.start, own.start) <= overlap and ruler.size(atom.start, own.end) <= limit
        if not fits or not atom.repeatable:
            break
        start = atom.start
    return start

"""Cut a document into segments that do not know of each other, by what is written there. Knows nothing of costs.

Chunks are chosen segment by segment, so an edit changes chunks of its own segment only. A segment ends

- before a heading, where what stands beneath it and what stands before it, from the heading there on, count half a
  chunk each: they would not share a chunk anyway;
- in a long stretch without such headings, before an atom whose hash is the least of all within 32 atoms on both sides
  (a place that a change further away than that cannot move); atoms that begin a block come first.
"""

from collections.abc import Callable
from itertools import pairwise
from zlib import crc32

from loomwork.knowledge.splitting.atoms import Atom

WINDOW = 32
Size = Callable[[int, int], int]


def segments(text: str, atoms: list[Atom], size: Size, limit: int) -> list[list[Atom]]:
    """The atoms in segments, in order."""
    found: list[list[Atom]] = []
    for stretch in _between_headings(atoms, size, limit):
        cuts = [0, *_anchors(text, stretch), len(stretch)]
        found += [stretch[begin:end] for begin, end in pairwise(cuts)]
    return found


def _between_headings(atoms: list[Atom], size: Size, limit: int) -> list[list[Atom]]:
    bodies: list[list[Atom]] = []
    for number, atom in enumerate(atoms):
        heading = atom.region.kind == "heading" and atom.opens
        if not bodies or (heading and atoms[number - 1].region.kind != "heading"):
            bodies.append([])
        bodies[-1].append(atom)
    sizes = [size(body[0].start, body[-1].end) for body in bodies]
    found: list[list[Atom]] = []
    for number, body in enumerate(bodies):
        if number == 0 or min(sizes[number - 1], sizes[number]) * 2 >= limit:
            found.append(body)
        else:
            found[-1].extend(body)
    return found


def _anchors(text: str, stretch: list[Atom]) -> list[int]:
    if len(stretch) <= 2 * WINDOW:
        return []
    keys = [(not atom.opens, crc32(text[atom.start : atom.end].encode("utf-8", "replace"))) for atom in stretch]
    return [
        place
        for place in range(WINDOW, len(stretch) - WINDOW)
        if keys[place] < min(keys[place - WINDOW : place])
        and keys[place] <= min(keys[place + 1 : place + WINDOW + 1])
        and stretch[place].cost < 1
    ]

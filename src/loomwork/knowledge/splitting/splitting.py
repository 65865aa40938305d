"""Split a document into chunks, by its structure. Knows nothing of indexes; meaning comes in as numbers.

An edit inside a block changes chunks of the block's segment only (`anchors`): from the last heading with half a chunk
beneath it to the next such heading, and in longer stretches about 32 atoms (sentences, rows, code blocks) to each side.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from loomwork.knowledge.parsing.languages import language_of
from loomwork.knowledge.splitting.anchors import segments
from loomwork.knowledge.splitting.atoms import NEVER, Atom, atoms_of
from loomwork.knowledge.splitting.packing import packed
from loomwork.knowledge.splitting.regions import regions
from loomwork.knowledge.splitting.ruler import Ruler
from loomwork.knowledge.splitting.settings import Splitter, TokenCounter
from loomwork.knowledge.values import Chunk, Document, SectionMark


def split(
    document: Document, splitter: Splitter, count: TokenCounter, *, closeness: Mapping[int, float] | None = None
) -> tuple[Chunk, ...]:
    """The document's chunks, in order.

    Every chunk is a slice of the text; nothing but white space is in none; tables and code stay whole where they fit.

    Args:
        document: A parsed document.
        splitter: How long chunks may be.
        count: Where tokens are; asked once, for the whole text.
        closeness: How close in meaning the texts before and behind a place are, -1 to 1, by where an atom starts
            (`meanings`): cuts are drawn to places where they are not.
    """
    ruler = Ruler(count.offsets(document.text))
    limit = splitter.max_tokens
    made: list[Chunk] = []
    for segment in segments(document.text, atoms(document, ruler, limit), ruler.size, limit):
        weighed = segment if closeness is None else [_weighed(atom, closeness) for atom in segment]
        chosen = packed(weighed, ruler, limit, splitter.overlap)
        made += [_chunk(document, segment[one.first : one.after], one.start, ruler) for one in chosen]
    return tuple(made)


def atoms(document: Document, ruler: Ruler, limit: int) -> list[Atom]:
    """All pieces of the document that are not cut, in order."""
    found: list[Atom] = []
    for before, region in pairwise([None, *regions(document)]):
        if region is not None:
            found += atoms_of(document.text, region, ruler, limit, before=before)
    return found


def _weighed(atom: Atom, closeness: Mapping[int, float]) -> Atom:
    near = closeness.get(atom.start)
    if near is None or atom.cost >= NEVER:
        return atom
    return Atom(atom.start, atom.end, atom.cost + near, atom.region, atom.opens, atom.context)


def _chunk(document: Document, own: Sequence[Atom], start: int, ruler: Ruler) -> Chunk:
    end = own[-1].end
    text = document.text[start:end]
    told = [atom for atom in own if atom.region.kind != "heading"] or own
    lengths: dict[str, int] = {}
    for atom in told:
        lengths[atom.region.kind] = lengths.get(atom.region.kind, 0) + atom.end - atom.start
    return Chunk(
        doc=document.doc,
        start=start,
        end=end,
        text=text,
        section=_common([atom.region.section for atom in told]),
        page=next((atom.region.page for atom in own if atom.region.page), 0),
        kind=max(lengths, key=lambda kind: lengths[kind]),
        language=language_of(text),
        tokens=ruler.tokens(start, end),
        sections=_sections(told),
    )


def _sections(told: Sequence[Atom]) -> tuple[SectionMark, ...]:
    """Where another section begins; nothing where all of it is one."""
    marks: list[SectionMark] = []
    for atom in told:
        if not marks or marks[-1].section != atom.region.section:
            marks.append(SectionMark(atom.start, atom.region.section))
    return tuple(marks) if len(marks) > 1 else ()


def _common(sections: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What the paths to all of them begin with."""
    first = sections[0]
    for depth, name in enumerate(first):
        if any(len(section) <= depth or section[depth] != name for section in sections):
            return first[:depth]
    return first

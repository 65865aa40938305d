"""Break regions into atoms: pieces that are not cut, each with what it costs to cut before it. Knows no chunks."""

from collections.abc import Callable

from msgspec import Struct

from loomwork.knowledge.splitting import breaking
from loomwork.knowledge.splitting.regions import Region, trimmed
from loomwork.knowledge.splitting.ruler import Ruler
from loomwork.knowledge.splitting.tables import table_header

HEADING, BLOCK, ITEM, SENTENCE, ROW, LINE, CLAUSE, ANYWHERE, NEVER = -0.35, 0.15, 0.3, 0.5, 0.3, 0.6, 1.5, 3.0, 50.0
"""What a cut costs, where leaving half a chunk empty costs 0.25."""
_WHOLE = ("table", "code", "heading")
_SMALLEST = 25
"""Of the length of a chunk: below this share, sentences, items, rows and lines are not told apart."""
_REPEATED = ("paragraph", "list", "quote", "page")


class Atom(Struct, frozen=True, gc=False):
    """A piece that is not cut."""

    start: int
    end: int
    cost: float
    """Of a cut before it."""
    region: Region
    opens: bool
    """It is the first of its region."""
    context: int = 0
    """Tokens of the table header that a chunk beginning here is embedded with."""

    @property
    def repeatable(self) -> bool:
        """Whether the next chunk may begin with it again."""
        return self.region.kind in _REPEATED and self.cost < ANYWHERE


_Breaker = tuple[Callable[[str, int, int], breaking.Pieces], float]
_PROSE: tuple[_Breaker, ...] = ((breaking.sentences, SENTENCE), (breaking.clauses, CLAUSE))
_BREAKERS: dict[str, tuple[_Breaker, ...]] = {
    "table": ((breaking.lines, ROW), *_PROSE),
    "code": ((breaking.paragraphs_of_code, SENTENCE), (breaking.lines, LINE)),
    "list": ((breaking.items, ITEM), *_PROSE),
}


def atoms_of(text: str, region: Region, ruler: Ruler, limit: int, *, before: Region | None) -> list[Atom]:
    """The atoms of a region, none counting more than `limit`. `before` is the region before it."""
    opening = HEADING if region.kind == "heading" else BLOCK
    if before is not None and before.kind == "heading":
        opening = NEVER  # a heading alone says nothing
    if ruler.size(region.start, region.end) <= limit and region.kind in _WHOLE:
        return [Atom(region.start, region.end, opening, region, opens=True)]
    breakers = _BREAKERS.get(region.kind, _PROSE)
    pieces = _Breaking(text, ruler, limit).broken(region.start, region.end, breakers, opening)
    made = [
        Atom(start, end, cost, region, opens=number == 0)
        for number, (start, end, cost) in enumerate((*trimmed(text, start, end), cost) for start, end, cost in pieces)
        if start < end
    ]
    return _with_header(text, made, ruler) if region.kind == "table" else made


class _Breaking(Struct, frozen=True, gc=False):
    """How far pieces of a text are to be broken."""

    text: str
    ruler: Ruler
    limit: int

    def broken(
        self, start: int, end: int, breakers: tuple[_Breaker, ...], opening: float
    ) -> list[tuple[int, int, float]]:
        """Break at the first kind of place; what is still too long, at the next kind; in the end, anywhere.

        Returns pieces with what the cut before them costs; `opening` is that of the first.
        """
        if not breakers:
            return self.windows(start, end, opening)
        breaker, cost = breakers[0]
        found: list[tuple[int, int, float]] = []
        for begin, stop in self.joined(breaker(self.text, start, end)):
            here = cost if found else opening
            if self.ruler.size(begin, stop) <= self.limit:
                found.append((begin, stop, here))
            else:
                found += self.broken(begin, stop, breakers[1:], here)
        return found

    def joined(self, pieces: breaking.Pieces) -> breaking.Pieces:
        """Put pieces that are too small to be worth a cut together with those behind them."""
        least = self.limit // _SMALLEST
        found: breaking.Pieces = []
        for begin, stop in pieces:
            if found and self.ruler.size(found[-1][0], found[-1][1]) < least:
                whole = (found[-1][0], stop)
                if self.ruler.size(*whole) <= self.limit:
                    found[-1] = whole
                    continue
            found.append((begin, stop))
        return found

    def windows(self, start: int, end: int, cost: float) -> list[tuple[int, int, float]]:
        """Break into quarters of a chunk, at white space where there is any."""
        found: list[tuple[int, int, float]] = []
        quarter = max(1, self.limit // 4)
        while start < end:
            stop = min(end, self.ruler.reach(start, quarter))
            space = max(self.text.rfind(sign, start + 1, stop) for sign in " \n") if stop < end else -1
            stop = space + 1 if space > start else stop
            found.append((start, stop, cost))
            start, cost = stop, ANYWHERE
        return found


def _with_header(text: str, rows: list[Atom], ruler: Ruler) -> list[Atom]:
    """Rows of a table that is cut: its header stays with the first row, and goes along with the others."""
    region = rows[0].region
    header = table_header(text[region.start : region.end])
    if not header:
        return rows
    inside = region.start + len(header)
    size = ruler.tokens(region.start, inside)
    made: list[Atom] = []
    for row in rows:
        if row.start < inside:
            cost = row.cost if row.opens else NEVER
            made.append(Atom(row.start, row.end, cost, region, opens=row.opens))
        else:
            cost = NEVER if made and made[-1].end <= inside else row.cost
            made.append(Atom(row.start, row.end, cost, region, opens=False, context=size))
    return made

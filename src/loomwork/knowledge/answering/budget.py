"""Choose what a model is shown within a budget of tokens: whole passages, or the best sentences of all. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from loomwork.knowledge.answering.scoring import Scored
from loomwork.knowledge.answering.sentences import sentences_of
from loomwork.knowledge.answering.tools import Count
from loomwork.knowledge.answering.values import Excerpt, Sentence
from loomwork.knowledge.embedding.counting import approximate_offsets
from loomwork.knowledge.values import Passage


def approximate_count(text: str) -> int:
    """Return about how many tokens a text has: rather too many than too few.

    >>> approximate_count("retrieval 检索")
    5
    """
    return len(approximate_offsets(text))


def shown(excerpts: Iterable[Excerpt]) -> str:
    """Return excerpts as a model sees them."""
    return "".join(f"[{each.number}] {title_of(each)}\n{each.text}\n\n" for each in excerpts)


def title_of(excerpt: Excerpt) -> str:
    """Return what an excerpt is called: its document's title and the headings above it."""
    passage = excerpt.passage
    names = dict.fromkeys(name for name in (passage.title or passage.path, *passage.section) if name)
    return " > ".join(names)


def fitted(passages: Sequence[Passage], *, budget: int, count: Count = approximate_count) -> tuple[Excerpt, ...]:
    """Return the passages, best first, until the budget is full; the one that does not fit is cut behind a sentence.

    A passage that lies inside one already chosen is left out. `count(shown(result)) <= budget`, always.
    """
    chosen: list[Excerpt] = []
    for at, passage in enumerate(passages):
        if any(_inside(passage, each.passage) for each in chosen):
            continue
        for end in _ends(passage):
            piece = Sentence(start=passage.start, end=end, text=passage.text[: end - passage.start], passage=at)
            grown = [*chosen, Excerpt(number=len(chosen) + 1, passage=passage, pieces=(piece,))]
            if count(shown(grown)) <= budget:
                chosen = grown
                break
    return tuple(chosen)


def compressed(
    scored: Sequence[Scored], passages: Sequence[Passage], *, budget: int, count: Count = approximate_count
) -> tuple[Excerpt, ...]:
    """Return the best sentences of all passages that the budget holds, each passage's in the order of its text.

    Args:
        scored: Sentences of `passages`, best first.
        passages: Best first; those without a chosen sentence are left out.
        budget: `count(shown(result)) <= budget`, always.
        count: How many tokens a text has.
    """
    chosen: dict[int, list[Sentence]] = {}
    best: tuple[Excerpt, ...] = ()
    for each in scored:
        at = each.sentence.passage
        grown = {**chosen, at: sorted([*chosen.get(at, []), each.sentence], key=lambda one: one.start)}
        excerpts = _excerpts(grown, passages)
        if count(shown(excerpts)) <= budget:
            chosen, best = grown, excerpts
    return best


def numbered(excerpts: Iterable[Excerpt]) -> tuple[Excerpt, ...]:
    """Number excerpts from 1 in the order in which they stand."""
    return tuple(
        Excerpt(number=number, passage=each.passage, pieces=each.pieces)
        for number, each in enumerate(excerpts, start=1)
    )


def _excerpts(chosen: Mapping[int, Sequence[Sentence]], passages: Sequence[Passage]) -> tuple[Excerpt, ...]:
    return numbered(Excerpt(number=0, passage=passages[at], pieces=tuple(chosen[at])) for at in sorted(chosen))


def _inside(passage: Passage, other: Passage) -> bool:
    return passage.doc == other.doc and other.start <= passage.start and passage.end <= other.end


def _ends(passage: Passage) -> list[int]:
    """Return where a passage may end, the longest first."""
    whole = passage.start + len(passage.text)
    return [whole, *sorted({each.end for each in sentences_of(passage)} - {whole}, reverse=True)]

"""What the parts of leak detection hand to each other. Values and one interface; knows no store and no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol, get_args

from msgspec import Struct

Kind = Literal["exact", "normalised", "synthetic", "near", "contained", "paraphrase", "translated", "index", "memo"]
"""How a test row is known elsewhere, the surest first.

`exact`: the same question. `normalised`: but for case, width, punctuation and spacing. `synthetic`: by lineage, one was
made from the other, or both from one thing. `near`: nearly the same words in the same order. `contained`: within a
longer text, or around a shorter one. `paraphrase`: in other words. `translated`: in another language. `index`: question
and answer together in a chunk of an index. `memo`: question and answer together in what a step was given for another
row.
"""
KINDS: tuple[Kind, ...] = get_args(Kind)
Where = Literal["rows", "texts", "index", "memo"]
"""What a source is made of: rows and examples, long texts, an index's chunks, what steps were given."""


class Text(NamedTuple):
    """Something that a source holds."""

    place: str
    """Where in the source: a line, a document with its offset, a run with its item."""
    question: str
    """Of a row or an example: its input. Else the whole text."""
    answer: str = ""
    row: Mapping[str, Any] | None = None
    """The row itself, for its lineage."""
    doc: str = ""
    """Of a chunk: its document."""
    beyond: str = ""
    """Of a chunk: what follows it, where the answer to a question at its end may stand."""
    about: str = ""
    """Of a memo: what the item was that the step worked on. A row's own question there is no leak."""


class Source(Protocol):
    """Something that may hold what a test row asks. Read once, a text at a time."""

    @property
    def name(self) -> str:
        """What a person calls it: a file, a prompt, a knowledge base."""
        ...

    @property
    def where(self) -> Where:
        """What it is made of."""
        ...

    def texts(self) -> Iterator[Text]:
        """Yield what it holds."""
        ...


class Leak(Struct, frozen=True, kw_only=True):
    """A test row that is known elsewhere: for each row and source the surest kind."""

    kind: Kind
    row: int
    """Place among the test rows, from 0."""
    source: str
    place: str
    similarity: float
    """1 where it is the same; else what the kind measures, between 0 and 1."""
    text: str
    """The beginning of the test row's question."""
    found: str
    """The beginning of what it was found in, or the part around it."""
    more: int = 0
    """Further places in the same source."""

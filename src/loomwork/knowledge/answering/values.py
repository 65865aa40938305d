"""What is asked of answering and what it gives. Values only; knows no model and no index."""

from typing import Literal, Protocol

from msgspec import Struct

from loomwork.knowledge.splitting.tables import is_row
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import said

Mode = Literal["generated", "quoted", "none"]


class Sentence(Struct, frozen=True, kw_only=True):
    """A sentence of a passage: `Document.text[start:end] == text`."""

    start: int
    end: int
    text: str
    passage: int
    """The place of its passage in the list that was given, from 0."""


class Excerpt(Struct, frozen=True, kw_only=True):
    """What is left of a passage after trimming and compression: slices of its document, in the order of the text."""

    number: int
    """What a model calls it: `[1]`, `[2]`, ..."""
    passage: Passage
    pieces: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The pieces, with `…` where something between them was left out; rows with the header that stands above them.

        White space alone is no omission: pieces that are neighbours in the passage keep what stands between them.
        """
        first = self.pieces[0].start if self.pieces else 0
        said = f"{self.passage.header.text}\n" if self.passage.header and goes_on(self.passage, first) else ""
        before: Sentence | None = None
        for piece in self.pieces:
            said += _between(self.passage, before, piece) + piece.text
            before = piece
        return said


class Citation(Struct, frozen=True, kw_only=True):
    """Where a sentence of an answer comes from: `Document.text[start:end] == quote`, always."""

    sentence: str
    """The sentence of the answer."""
    doc: str
    path: str
    start: int
    end: int
    quote: str
    """What stands there, to the letter."""
    support: float = 1.0
    """Which share of what the sentence says stands in the quote, 0 to 1; of a quoted sentence 1."""
    section: tuple[str, ...] = ()
    """The headings above the quote, the outermost first."""
    page: int = 0
    """The page, slide or sheet that the quote begins on, from 1; 0 where the format has none."""
    page_name: str = ""
    """Of a sheet: what its tab says."""
    title: str = ""
    """Of the document."""

    def place(self, language: str = "en") -> str:
        """Return where the quote stands, for people: file, row, headings, page or sheet."""
        return place_of(self, language)


class Evidence(Struct, frozen=True, kw_only=True):
    """How much of a question the passages speak of, without a model's judgement."""

    words: float = 0.0
    """Share of the question's terms, by their weight, that the best passage holds; 0 to 1."""
    meaning: float | None = None
    """Likeness of the nearest sentence, -1 to 1; None where the embedder does not cover the language."""
    support: float = 0.0
    """Both as one number, 0 to 1: what the threshold is set against."""
    threshold: float = 0.0
    weak: bool = False
    """Whether it is only just enough: the answer says so."""

    @property
    def enough(self) -> bool:
        """Whether a quotation would answer the question."""
        return self.support >= self.threshold


class Answer(Struct, frozen=True, kw_only=True):
    """What came of a question."""

    question: str
    answer: str
    mode: Mode
    """`generated`: a model wrote it; `quoted`: sentences of the documents; `none`: the documents do not say."""
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    notes: tuple[str, ...] = ()
    """For people, in the question's language: that it quotes, what a model's failure was, what was left out."""
    unsupported: tuple[str, ...] = ()
    """Sentences of a generated answer that no passage supports: marked in the answer, or left out of it."""
    evidence: Evidence = Evidence()
    language: str = "en"
    """`en` or `zh`: of the question, and so of everything that is said about the answer."""
    degraded: str = ""
    """Why the answer is second best: the model's failure; empty where it is not."""

    def __str__(self) -> str:
        """Return the answer as a person reads it: the text, its sources by number, and what is to be said of it."""
        sources = [f"[{number}] {each.place(self.language)}" for number, each in enumerate(self.citations, start=1)]
        return "\n".join([self.answer, *([""] if sources else []), *sources, *self.notes])


class _Placed(Protocol):
    @property
    def doc(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def section(self) -> tuple[str, ...]: ...
    @property
    def page(self) -> int: ...


def place_of(each: _Placed, language: str, *, sheet: str = "") -> str:
    """Return where a citation or a passage stands, for people: file, row, headings, page or sheet."""
    parts = [each.path]
    if each.doc not in each.path and each.path not in each.doc:  # a row of a file
        parts.append(each.title or each.doc)
    where = " > ".join(dict.fromkeys([*parts, *each.section]))
    sheet = each.page_name if isinstance(each, Citation) else sheet
    if sheet:
        return where if sheet in each.section else said("on_sheet", language, place=where, sheet=sheet)
    return said("on_page", language, place=where, page=each.page) if each.page else where


def goes_on(passage: Passage, start: int) -> bool:
    """Say whether a place of a passage stands in the table that has its header above the passage."""
    if passage.header is None:
        return False
    at = start - passage.start
    lines = passage.text[:at].split("\n")[1:]
    return not lines or (is_row(passage.text[at:]) and all(map(is_row, lines[:-1])))


def _between(passage: Passage, before: Sentence | None, piece: Sentence) -> str:
    if before is None:
        return ""
    gap = passage.text[before.end - passage.start : piece.start - passage.start]
    return gap if not gap.strip() else " … "


__all__ = ["Answer", "Citation", "Evidence", "Excerpt", "Mode", "Sentence", "goes_on", "place_of"]

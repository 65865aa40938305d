"""Questions made from an index, each with its passage and a draft of the answer. Knows no file and nobody who confirms.

A question made from a heading uses the document's own words, so it is easier than what people ask. Only what the view
shows is made into anything: a question would tell what a passage says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from msgspec import Struct

from loomwork.evals.data.lineage import DRAFT, STATUS, Origin, with_origin
from loomwork.knowledge.splitting.breaking import sentences
from loomwork.knowledge.values import Chunk, SectionMark

if TYPE_CHECKING:
    from loomwork.knowledge.index import View
    from loomwork.prompts import Asks, Prompt

LEAST_TOKENS = 60
"""A shorter passage is nothing to ask a model about."""
_LEAST_WORDS = 2
_LEAST_HAN = 4
_SENTENCES = 2
_LONGEST_ANSWER = 400


class Draft(Struct, frozen=True, kw_only=True):
    """A question that nobody has confirmed yet."""

    doc: str
    language: str
    question: str
    by: str
    """`heading`, `title`, or the model's alias."""
    quote: str = ""
    """The passage: `text[start:end]` of the document."""
    start: int = 0
    end: int = 0
    answer: str = ""

    def row(self, knowledge: str, *, at_ms: float = 0) -> dict[str, Any]:
        """Return it as a row of a dataset that does not count before somebody confirms it."""
        place = {"doc": self.doc, "start": self.start, "end": self.end, "quote": self.quote}
        row = {"question": self.question, "expected": self.answer, "passages": [place], STATUS: DRAFT}
        origin = Origin(knowledge=knowledge, doc=self.doc, start=self.start, end=self.end, by=self.by, at_ms=at_ms)
        return with_origin(row, origin)


class OfDocument(Protocol):
    """Something that belongs to a document."""

    @property
    def doc(self) -> str:
        """Its id."""
        ...


Told = TypeVar("Told", bound=OfDocument)


def from_headings(view: View, *, most: int) -> list[Draft]:
    """Return questions from headings and titles that only one document has, spread over the documents."""
    every = list(_headings(view))
    docs_of: dict[str, set[str]] = {}
    for each in every:
        docs_of.setdefault(each.question.casefold(), set()).add(each.doc)
    return spread([each for each in every if len(docs_of[each.question.casefold()]) == 1], most)


async def from_model(
    view: View, model: Asks, name: str, *, most: int, answers: Literal["draft", "none"] = "draft"
) -> list[Draft]:
    """Let a model ask one question about each of some passages, and answer it; what it leaves empty is left out."""
    made: list[Draft] = []
    for row in spread(list(_passages(view)), most):
        chunk = row.chunk
        language = "zh" if chunk.language == "zh" else "en"
        question = _first_line(await model.ask(_prompt("question", language), passage=chunk.text))
        if not question:
            continue
        answer = ""
        if answers == "draft":
            said = await model.ask(_prompt("answer", language), passage=chunk.text, question=question)
            answer = str(said).strip()
        made.append(
            Draft(
                doc=chunk.doc, language=language, question=question, by=name, quote=chunk.text, start=chunk.start,
                end=chunk.end, answer=answer,
            )
        )  # fmt: skip
    return made


def spread(found: Sequence[Told], most: int) -> list[Told]:
    """Return at most so many, the first of every document before any second one; evenly where there are too many.

    >>> found = [Draft(doc=doc, language="", question=doc + n, by="") for doc in "abc" for n in "12"]
    >>> [each.question for each in spread(found, 4)]
    ['a1', 'b1', 'c1', 'a2']
    """
    turns: dict[str, int] = {}
    ordered: list[tuple[int, Told]] = []
    for each in found:
        turns[each.doc] = turns.get(each.doc, -1) + 1
        ordered.append((turns[each.doc], each))
    rounds = [
        [each for turn, each in ordered if turn == number] for number in range(max(turns.values(), default=-1) + 1)
    ]
    chosen: list[Told] = []
    for each in rounds:
        room = most - len(chosen)
        step = max(1.0, len(each) / room) if room > 0 else 0.0
        chosen += [each[int(at * step)] for at in range(min(room, len(each)))]
    return chosen


def is_distinct(said: str) -> bool:
    """Say whether a heading is long enough to be asked for by itself.

    >>> is_distinct("Introduction"), is_distinct("Background tasks"), is_distinct("概述"), is_distinct("后台任务的用法")
    (False, True, False, True)
    """
    han = sum("\u4e00" <= each <= "\u9fff" for each in said)
    return han >= _LEAST_HAN or len(said.split()) >= _LEAST_WORDS


def opening(text: str, heading: str) -> str:
    r"""Return the first sentences of a passage, its heading aside: a draft of what it answers.

    >>> opening("## Caching\n\nIt lasts 600 seconds. Then it ends. More follows.", "Caching")
    'It lasts 600 seconds. Then it ends.'
    """
    lines = [line for line in text.splitlines() if line.strip() and line.strip("# \t") != heading]
    body = " ".join(line.strip() for line in lines if not line.startswith("#"))
    pieces = [body[start:end] for start, end in sentences(body, 0, len(body))]
    return "".join(pieces[:_SENTENCES]).strip()[:_LONGEST_ANSWER]


class _Passage(Struct, frozen=True):
    """A row of the view with its document, so that passages can be spread."""

    doc: str
    chunk: Chunk


def _headings(view: View) -> Iterator[Draft]:
    for document in sorted(view.document_rows(), key=lambda row: row.doc):
        seen: set[str] = set()
        rows = view.fetch(view.rows_of(document.doc))
        for chunk in (row.chunk for row in rows):
            for begin, end, section in _sections(chunk):
                said = section[-1] if len(section) > 1 else ""
                if said not in seen and is_distinct(said):
                    seen.add(said)
                    yield _draft(chunk, begin, end, document.language, said, "heading")
        if not seen and rows and is_distinct(document.title):
            chunk = rows[0].chunk
            yield _draft(chunk, chunk.start, chunk.end, document.language, document.title, "title")


def _sections(chunk: Chunk) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the sections that begin in a chunk, or that it is in, with their places in the document."""
    marks = chunk.sections or (SectionMark(chunk.start, chunk.section),)
    ends = [*(mark.start for mark in marks[1:]), chunk.end]
    for mark, end in zip(marks, ends, strict=True):
        yield max(mark.start, chunk.start), end, mark.section


def _draft(chunk: Chunk, begin: int, end: int, language: str, said: str, by: str) -> Draft:
    quote = chunk.text[begin - chunk.start : end - chunk.start].rstrip()
    return Draft(
        doc=chunk.doc, language=language, question=said, by=by, quote=quote, start=begin, end=begin + len(quote),
        answer=opening(quote, said),
    )  # fmt: skip


def _passages(view: View) -> Iterator[_Passage]:
    for document in sorted(view.document_rows(), key=lambda row: row.doc):
        for row in view.fetch(view.rows_of(document.doc)):
            if row.chunk.kind == "paragraph" and row.chunk.tokens >= LEAST_TOKENS:
                yield _Passage(document.doc, row.chunk)


def _prompt(name: str, language: str) -> Prompt:
    from loomwork.prompts import Prompt

    folder = Path(__file__).with_name("prompts")
    return Prompt.inline((folder / f"{name}.{language}.md").read_text(encoding="utf-8"))


def _first_line(said: Any) -> str:
    lines = str(said).strip().splitlines()
    return lines[0].strip() if lines else ""

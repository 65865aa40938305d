"""Questions made from a person's own documents, for them to look over: from headings, or by a model from passages.

A question made from a heading uses the document's own words, so it is easier than what people ask. That is said
wherever its score is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct, to_builtins

if TYPE_CHECKING:
    from loomwork.knowledge.index import View
    from loomwork.knowledge.values import Chunk
    from loomwork.prompts import Asks

MOST = 30
"""Questions that are made from headings."""
_LEAST_WORDS = 2
_LEAST_HAN = 4
_LEAST_TOKENS = 60
"""A shorter passage is nothing to ask about."""


class Made(Struct, frozen=True, kw_only=True):
    """A row of the file that a person looks over."""

    id: str
    language: str
    question: str
    pages: tuple[str, ...]
    made_from: str
    """`heading`, `title`, or the model's name."""
    split: str = "own"
    sentence: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """Something that a document says of itself: a question about it should find the document."""

    doc: str
    language: str
    said: str
    kind: str


class _OfDocument(Protocol):
    @property
    def doc(self) -> str: ...


Told = TypeVar("Told", bound=_OfDocument)


def from_headings(view: View, *, most: int = MOST) -> list[Made]:
    """Return questions from headings and titles that only one document has, spread over the documents."""
    every = list(_headings(view))
    docs_of: dict[str, set[str]] = {}
    for each in every:
        docs_of.setdefault(each.said.casefold(), set()).add(each.doc)
    alone = [each for each in every if len(docs_of[each.said.casefold()]) == 1]
    return [
        Made(id=f"own-{number:02}", language=each.language, question=each.said, pages=(page_of(each.doc),),
             made_from=each.kind)
        for number, each in enumerate(spread(alone, most), start=1)
    ]  # fmt: skip


async def from_model(view: View, model: Asks, name: str, *, most: int) -> list[Made]:
    """Let a model ask one question about each of some passages; what it leaves empty is left out."""
    from loomwork.prompts import Prompt

    made: list[Made] = []
    for chunk in spread(list(_passages(view)), most):
        language = "zh" if chunk.language == "zh" else "en"
        prompt = Prompt.inline(Path(__file__).with_name(f"question.{language}.md").read_text(encoding="utf-8"))
        said = str(await model.ask(prompt, passage=chunk.text)).strip().splitlines()
        if said:
            made.append(
                Made(id=f"own-{len(made) + 1:02}", language=language, question=said[0].strip(),
                     pages=(page_of(chunk.doc),), made_from=name)
            )  # fmt: skip
    return made


def write(path: Path, made: Iterable[Made]) -> None:
    """Write the rows for a person to edit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(to_builtins(each), ensure_ascii=False) for each in made]
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def page_of(doc: str) -> str:
    """Return a document's name as questions have it."""
    return doc.rpartition("!/")[2]


def spread(found: Sequence[Told], most: int) -> list[Told]:
    """Return at most so many, the first of every document before any second one; evenly where there are too many.

    >>> found = [Source(doc=doc, language="", said=doc + n, kind="") for doc in "abc" for n in "12"]
    >>> [each.said for each in spread(found, 4)]
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


def _headings(view: View) -> Iterator[Source]:
    for document in sorted(view.document_rows(), key=lambda row: row.doc):
        seen: set[str] = set()
        for row in view.fetch(view.rows_of(document.doc)):
            said = row.chunk.section[-1] if len(row.chunk.section) > 1 else ""
            if said not in seen and is_distinct(said):
                seen.add(said)
                yield Source(doc=document.doc, language=document.language, said=said, kind="heading")
        if not seen and is_distinct(document.title):
            yield Source(doc=document.doc, language=document.language, said=document.title, kind="title")


def _passages(view: View) -> Iterator[Chunk]:
    for document in sorted(view.document_rows(), key=lambda row: row.doc):
        for row in view.fetch(view.rows_of(document.doc)):
            if row.chunk.kind == "paragraph" and row.chunk.tokens >= _LEAST_TOKENS:
                yield row.chunk

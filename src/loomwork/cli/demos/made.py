"""Questions made from a person's own documents, for them to look over: from headings, or by a model from passages.

A question made from a heading uses the document's own words, so it is easier than what people ask. That is said
wherever its score is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from loomwork.evals.data import making

if TYPE_CHECKING:
    from loomwork.knowledge.index import View
    from loomwork.prompts import Asks

MOST = 30
"""Questions that are made from headings."""


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


def from_headings(view: View, *, most: int = MOST) -> list[Made]:
    """Return questions from headings and titles that only one document has, spread over the documents."""
    return _made(making.from_headings(view, most=most))


async def from_model(view: View, model: Asks, name: str, *, most: int) -> list[Made]:
    """Let a model ask one question about each of some passages; what it leaves empty is left out."""
    return _made(await making.from_model(view, model, name, most=most, answers="none"))


def write(path: Path, made: Iterable[Made]) -> None:
    """Write the rows for a person to edit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(to_builtins(each), ensure_ascii=False) for each in made]
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def page_of(doc: str) -> str:
    """Return a document's name as questions have it."""
    return doc.rpartition("!/")[2]


def _made(drafts: Iterable[making.Draft]) -> list[Made]:
    return [
        Made(id=f"own-{number:02}", language=each.language, question=each.question, pages=(page_of(each.doc),),
             made_from=each.by)
        for number, each in enumerate(drafts, start=1)
    ]  # fmt: skip

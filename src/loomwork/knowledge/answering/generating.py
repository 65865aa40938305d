"""Let a model answer from the passages, then hold every sentence against them. Knows nothing of searching."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from loomwork.knowledge.answering.budget import Count, approximate_count, compressed, fitted, numbered, shown
from loomwork.knowledge.answering.checking import grounded, relevant
from loomwork.knowledge.answering.citing import Tied, statements, tied
from loomwork.knowledge.answering.extracting import extracted, for_prompt
from loomwork.knowledge.answering.order import at_the_ends
from loomwork.knowledge.answering.scoring import Read
from loomwork.knowledge.answering.settings import AnswerSettings
from loomwork.knowledge.answering.tools import Tools
from loomwork.knowledge.answering.values import Answer, Citation, Excerpt
from loomwork.knowledge.noting import note_budget
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import prompt, said
from loomwork.prompts import Asks

_NAMELESS = re.compile(
    r"^\W*(?:anonymous|untitled|unknown|无标题|未命名)\b|(?:…|\.\.\.)$|^(?:sheet|q)\W?\d+$", re.IGNORECASE
)
NOT_THERE = "NOT_IN_DOCUMENTS"
"""What the prompt tells the model to write."""


class Written(Struct, frozen=True, kw_only=True):
    """An answer as the model wrote it, sentence by sentence, with the passages that it saw."""

    said: tuple[Tied, ...]
    excerpts: tuple[Excerpt, ...]
    notes: tuple[str, ...] = ()


async def generated(
    model: Asks,
    asked: Answer,
    read: Read,
    tools: Tools,
    settings: AnswerSettings,
    *,
    count: Count = approximate_count,
) -> Answer:
    """Return the model's answer with its citations; `none` where it says that the documents do not answer.

    Args:
        model: What is asked.
        asked: The question with its passages and language; the rest of it is kept where nothing else is known.
        read: The passages' sentences, scored.
        tools: What claims are held against the passages with.
        settings: How to answer.
        count: How many tokens a text has.

    Raises:
        ModelError: as the model does; also `AnswerRefused`, `AnswerDoesNotFit`.
    """
    excerpts = choose(asked.passages, read, settings, count)
    kept = len({(each.passage.doc, each.passage.start) for each in excerpts})
    left_out = len(asked.passages) - kept
    note_budget(limit=settings.budget, used=count(shown(excerpts)), kept=kept, left_out=left_out)
    if settings.check == "model":
        excerpts = await relevant(model, asked.question, excerpts, language=asked.language)
    if settings.how == "extract" and excerpts:
        excerpts = await extracted(model, asked.question, excerpts, language=asked.language)
    if not excerpts:
        return none(asked)
    text = await model.ask(
        prompt("answer", asked.language), question=asked.question, sentences=settings.sentences,
        excerpts=for_prompt(excerpts),
    )  # fmt: skip
    if NOT_THERE in text:
        return none(asked)
    written = Written(said=tuple(tied(statements(text), excerpts, tools)), excerpts=excerpts)
    if settings.check == "model":
        written = await _checked(model, asked, written)
    return _answer(asked, written, settings)


def choose(passages: Sequence[Passage], read: Read, settings: AnswerSettings, count: Count) -> tuple[Excerpt, ...]:
    """Return what the model is shown, within the budget, in the order that the settings say."""
    if settings.compress == "sentences":
        chosen = compressed(read.sentences, passages, budget=settings.budget, count=count)
    else:
        chosen = fitted(passages, budget=settings.budget, count=count)
    return numbered(at_the_ends(chosen)) if settings.order == "ends" else chosen


def none(asked: Answer) -> Answer:
    """Return the answer that the documents do not answer, with the nearest pages."""
    pages = dict.fromkeys(name_of(each) for each in asked.passages)
    notes = (said("nearest", asked.language, pages="; ".join(list(pages)[:3])),) if pages else ()
    return replace(asked, answer=said("none", asked.language), mode="none", citations=(), notes=asked.notes + notes)


def name_of(passage: Passage) -> str:
    """Return what a person finds a document by: its path, and its title where it has one that names it.

    What a program put there (`(anonymous)`), a sheet's name or a heading that was cut off names nothing.
    """
    title = passage.title.strip()
    sheets = {mark.name for mark in passage.page_marks}
    if not title or title in sheets or _NAMELESS.search(title) or title in passage.path:
        return passage.path
    return f"{title} ({passage.path})"


def warnings(asked: Answer, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return what the search noted of the documents that are cited: superseded, no longer in force."""
    cited = {each.doc for each in citations}
    noted = ((each.path, note) for each in asked.passages if each.doc in cited for note in each.notes)
    return tuple(dict.fromkeys(said("warned", asked.language, path=path, note=note) for path, note in noted))


async def _checked(model: Asks, asked: Answer, written: Written) -> Written:
    """Take the citations of those sentences away that the model finds unsupported."""
    claims = [each.statement.text for each in written.said]
    verdict = await grounded(model, asked.question, claims, written.excerpts, language=asked.language)
    if not verdict.unsupported:
        return written
    kept = tuple(
        replace(each, citations=(), claims=True) if number in verdict.unsupported else each
        for number, each in enumerate(written.said, start=1)
    )
    note = said("ungrounded", asked.language, reason=verdict.reason)
    return Written(said=kept, excerpts=written.excerpts, notes=(note,))


def _answer(asked: Answer, written: Written, settings: AnswerSettings) -> Answer:
    """Put the sentences together again, each with the numbers of its citations; `none` where nothing is left."""
    citations: list[Citation] = []
    unsupported: list[str] = []
    text = ""
    for each in written.said:
        if not each.supported:
            unsupported.append(each.statement.text)
            if settings.unsupported == "drop":
                continue
            text += f"{each.statement.text} {said('marked', asked.language)}{each.statement.behind}"
            continue
        citations += each.citations
        first = len(citations) - len(each.citations) + 1
        marks = "".join(f"[{number}]" for number in range(first, len(citations) + 1))
        text += each.statement.text + (f" {marks}" if marks else "") + each.statement.behind
    notes = asked.notes + written.notes
    if not citations:
        return none(replace(asked, notes=(*notes, said("untied", asked.language)), unsupported=tuple(unsupported)))
    notes = (*notes, *warnings(asked, citations))
    if unsupported:
        key = "unsupported" if settings.unsupported == "mark" else "dropped"
        notes = (*notes, said(key, asked.language, count=len(unsupported)))
    if any(each.support == 0.0 for each in citations):
        notes = (*notes, said("by_mark", asked.language))
    return replace(
        asked, answer=text.strip(), mode="generated", citations=tuple(citations), notes=notes,
        unsupported=tuple(unsupported),
    )  # fmt: skip

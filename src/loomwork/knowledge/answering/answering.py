"""A question and its passages in, an answer with citations out: generated, quoted, or "not in the documents".

With no model, or when every model fails, the best sentences are quoted, and the answer says so. Knows nothing of
indexes: who searches hands the passages over.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from loomwork.flow.context import mark_degraded
from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.errors.prompts import AnswerCutOff, AnswerDoesNotFit, AnswerRefused
from loomwork.knowledge.answering.budget import Count, approximate_count
from loomwork.knowledge.answering.evidence import judged
from loomwork.knowledge.answering.generating import generated, none, warnings
from loomwork.knowledge.answering.quoting import quoted
from loomwork.knowledge.answering.scoring import Read, read
from loomwork.knowledge.answering.settings import AnswerSettings
from loomwork.knowledge.answering.tools import Tools
from loomwork.knowledge.answering.values import Answer, Citation
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, said
from loomwork.prompts import Asks

MODEL_FAILURES = (ModelError, AnswerRefused, AnswerDoesNotFit, AnswerCutOff)
"""What a model may do instead of answering."""
_PLAIN = AnswerSettings()


async def answer(
    question: str,
    passages: Sequence[Passage],
    tools: Tools,
    *,
    model: Asks | None = None,
    settings: AnswerSettings = _PLAIN,
    count: Count = approximate_count,
) -> Answer:
    """Answer a question from passages, in the question's language.

    Args:
        question: English or Chinese.
        passages: What a search found, best first.
        tools: What sentences are compared with; `weigh` from the index that was searched, or refusals mean little.
        model: What writes the answer; None quotes.
        settings: How to answer.
        count: How many tokens a text has, for the model's budget.

    Raises:
        UsageError: The model is unknown, has no key or takes no such request: nothing was sent. Any other failure of
            the model leads to a quoted answer, and marks the running step as degraded.
    """
    language = language_asked(question)
    found = await read(question, passages, tools)
    evidence = judged(found.evidence, language=language, threshold=settings.threshold)
    asked = Answer(
        question=question, answer="", mode="none", passages=tuple(passages), evidence=evidence, language=language
    )
    if not passages:
        return none(asked)
    failure = ""
    if model is not None:
        try:
            return await generated(model, asked, found, tools, settings, count=count)
        except MODEL_FAILURES as error:
            failure = reason_of(error)
    return _quoted(asked, found, tools, settings, failure)


def reason_of(error: LoomworkError) -> str:
    """Return why the answer is second best, and mark the running step as degraded.

    Raises what a person has to put right instead of hiding it.
    """
    if isinstance(error, UsageError):
        raise error
    reason = error.describe()
    mark_degraded(f"no model answered: {reason}")
    return reason


def _quoted(asked: Answer, found: Read, tools: Tools, settings: AnswerSettings, failure: str) -> Answer:
    language = asked.language
    notes = (said("degraded", language, reason=failure),) if failure else ()
    if tools.embedder is not None and all(each.meaning is None for each in found.of):
        notes = (*notes, said("keywords", language))
    asked = replace(asked, notes=notes, degraded=failure)
    of = [judged(each, language=language, threshold=settings.threshold) for each in found.of]
    speaking = [each for each in found.sentences if of[each.sentence.passage].enough]
    citations = quoted(speaking, asked.passages, tools, most=settings.sentences, question=asked.question)
    if not citations:
        return none(asked)
    asked = replace(asked, evidence=of[_passage_of(citations[0], asked.passages)])
    if not failure:
        notes = (said("quoted", language), *notes)
    if asked.evidence.weak:
        notes = (*notes, said("weak", language))
    asked = replace(asked, notes=(*notes, *warnings(asked, citations)))
    text = "\n".join(f"{each.quote} [{number}]" for number, each in enumerate(citations, start=1))
    return replace(asked, answer=text, mode="quoted", citations=citations)


def _passage_of(citation: Citation, passages: Sequence[Passage]) -> int:
    """Return the place of the first passage that a citation is cut out of, or whose table it is the header of."""
    return next(
        at
        for at, each in enumerate(passages)
        if each.doc == citation.doc and (each.start <= citation.start < each.end or _stands_below(each, citation))
    )


def _stands_below(passage: Passage, header: Citation) -> bool:
    """Say whether a citation is the header above a passage that begins inside its table."""
    return passage.header is not None and passage.header.start == header.start

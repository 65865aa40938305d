"""Passages in, cited answers out. Knows nothing of indexes, files or drivers."""

from loomwork.knowledge.answering.answering import MODEL_FAILURES, answer, reason_of
from loomwork.knowledge.answering.budget import approximate_count, compressed, fitted, shown
from loomwork.knowledge.answering.checking import Verdict, grounded, relevant
from loomwork.knowledge.answering.citing import Statement, Tied, statements, tied
from loomwork.knowledge.answering.extracting import Copied, extracted
from loomwork.knowledge.answering.measuring import Figures, Outcome, Question, figures, outcome, questions_of
from loomwork.knowledge.answering.order import at_the_ends
from loomwork.knowledge.answering.quoting import quoted
from loomwork.knowledge.answering.scoring import Read, Scored, read
from loomwork.knowledge.answering.sentences import all_sentences, sentences_of
from loomwork.knowledge.answering.settings import AnswerSettings
from loomwork.knowledge.answering.tools import Count, Search, Tools, Wanted, Weigh, wanted
from loomwork.knowledge.answering.values import Answer, Citation, Evidence, Excerpt, Mode, Sentence

__all__ = [
    "MODEL_FAILURES",
    "Answer",
    "AnswerSettings",
    "Citation",
    "Copied",
    "Count",
    "Evidence",
    "Excerpt",
    "Figures",
    "Mode",
    "Outcome",
    "Question",
    "Read",
    "Scored",
    "Search",
    "Sentence",
    "Statement",
    "Tied",
    "Tools",
    "Verdict",
    "Wanted",
    "Weigh",
    "all_sentences",
    "answer",
    "approximate_count",
    "at_the_ends",
    "compressed",
    "extracted",
    "figures",
    "fitted",
    "grounded",
    "outcome",
    "questions_of",
    "quoted",
    "read",
    "reason_of",
    "relevant",
    "sentences_of",
    "shown",
    "statements",
    "tied",
    "wanted",
]

"""Decide whether what was found answers the question at all. A threshold, chosen on stated questions; no model.

The thresholds lie half-way between the answerable and the unanswerable questions of the split `dev` of the demo
(examples/docs/data/questions.jsonl), 20 in each language; `test` was only reported (docs/log.md).
"""

from msgspec.structs import replace

from loomwork.knowledge.answering.values import Evidence

WITH_MEANING = 0.53
BY_WORDS = {"en": 0.50, "zh": 0.44}
"""Chinese terms overlap each other (a word and its parts), so fewer of them are met."""
WEAK = 0.1
"""So little above its threshold an answer is said to fit weakly: the lowest quarter of the answerable ones of `dev`."""


def judged(evidence: Evidence, *, language: str, threshold: float | None = None) -> Evidence:
    """Return the evidence with the threshold that it is held against.

    >>> found = judged(Evidence(words=0.5, support=0.5), language="zh")
    >>> found.enough, found.weak
    (True, True)
    """
    if threshold is None:
        threshold = BY_WORDS.get(language, BY_WORDS["en"]) if evidence.meaning is None else WITH_MEANING
    return replace(evidence, threshold=threshold, weak=threshold <= evidence.support < threshold + WEAK)

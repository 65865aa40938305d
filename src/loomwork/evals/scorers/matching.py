"""Scorers that compare an output with what is expected, to the letter or nearly. They ask nobody."""

from __future__ import annotations

from typing import Any

from loomwork.evals.scoring import builtin_scorer
from loomwork.evals.scoring.subject import as_text


@builtin_scorer(name="exact", semantics=1)
def exact(output: Any, expected: Any) -> bool:
    """Whether the output is what is expected, to the letter; of an object with a text, its text."""
    return output == expected or as_text(output) == as_text(expected)

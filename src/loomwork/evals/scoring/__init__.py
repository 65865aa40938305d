"""What a score is, what gives one, and what a scorer is given. Knows no scorer by name, and no run."""

from loomwork.evals.scoring.score import Better, Scale, Score, as_score
from loomwork.evals.scoring.scorer import Scorer, builtin_scorer, scorer
from loomwork.evals.scoring.subject import Facts, PassageSeen, Subject, ToolUse

__all__ = [
    "Better",
    "Facts",
    "PassageSeen",
    "Scale",
    "Score",
    "Scorer",
    "Subject",
    "ToolUse",
    "as_score",
    "builtin_scorer",
    "scorer",
]

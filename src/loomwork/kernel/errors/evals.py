"""What can go wrong when outputs are scored, compared and gated.

LoomworkError
└── UsageError
    ├── BadScorer, NoSuchScorer, BadScorerWords, NotAScorer, SameLabel
    ├── ScoreNotOne, ScoreOffScale
    ├── BadVariants, WhichOne, NoArms
    ├── NothingToScore, NothingToDecide, BadGate, NoSuchScore
    └── LeaksFound (exit 1)
"""

from loomwork.kernel.errors.base import LoomworkError, SetupError, UsageError


class BadScorer(SetupError):
    """A scorer cannot be made, or not with these settings."""

    what = "the scorer '{name}' cannot be used ({reason})"
    todo = "see docs/evals/scorers.md"


class NoSuchScorer(UsageError):
    """No scorer has that name."""

    what = "there is no scorer '{name}'{near}"
    todo = "`loomwork eval --scorers` lists them; one of your own is module:function"


class NotAScorer(UsageError):
    """What was named is no scorer."""

    what = "'{name}' is not a scorer (it is a {type})"
    todo = "put @scorer above it: from loomwork.evals.scoring import scorer"


class BadScorerWords(UsageError):
    """The words behind --scorer cannot be read."""

    what = "'{text}' is not a scorer ({reason})"
    todo = "write NAME or NAME,setting=value,setting=value"


class SameLabel(UsageError):
    """Two scorers would be called the same."""

    what = "two scorers are called '{label}'"
    todo = "give one of them another name with as=NAME"


class ScoreNotOne(UsageError):
    """What a scorer returned is no score."""

    what = "the scorer '{scorer}' returned no score but {given}"
    todo = "return True or False, a finite number, a Score, or None where it does not apply"


class ScoreOffScale(UsageError):
    """A score lies outside the scorer's range."""

    what = "the scorer '{scorer}' gave {value}, outside its range ({low} to {high})"
    todo = "declare the range that it has: @scorer(range=(LOW, HIGH))"


class NothingToScore(UsageError):
    """A run has no finished item."""

    what = "run {run} has no finished item to score"
    todo = "run it first: loomwork run TARGET --data FILE"


class BadGate(UsageError):
    """A gate cannot be read."""

    what = "'{rule}' is not a gate ({reason})"
    todo = 'write for example "exact>=0.8", "exact.low>=0.75", "latency<2000" or "exact.slices.min>=0.6"'


class BadVariants(UsageError):
    """Candidates of a matrix cannot be read."""

    what = "'{text}' names no candidates ({reason})"
    todo = "write A,B,C or PLACE=A,B,C: --models smart=gpt,claude, --prompts prompts/reply.md=prompts/short.md"


class NoArms(UsageError):
    """Live traffic does not hold two variants with outcomes."""

    what = "no two variants of '{by}' have outcomes in '{outcome}' (variants found: {found})"
    todo = "name attributes that stand on the root spans of traces: `loomwork trace show TRACE --json` shows them"


class WhichOne(UsageError):
    """It is not clear what candidates stand in for."""

    what = "it is not clear what --{option} {candidates} stand in for; the application uses: {listed}"
    todo = "say which: --{option} NAME={candidates}"


class NothingToDecide(UsageError):
    """Stopping early needs something that can be decided."""

    what = "there is nothing to decide, so nothing to stop for"
    todo = 'add a gate, for example --gate "exact>=0.8"'


class NoSuchScore(UsageError):
    """A gate or a question names a score that was not made."""

    what = "there is no score '{name}' here; there are: {known}"
    todo = "name one of them, or add --scorer {name}"


class NoSuchCluster(UsageError):
    """A key that no row has, so that no rows belong together by it."""

    what = "no row has the key '{key}' with a short value; there are: {known}"
    todo = "name one of them with --cluster, or leave it away"


class LeaksFound(LoomworkError):
    """An evaluation stands on rows that are known elsewhere."""

    what = "{count} of {rows} rows are known elsewhere"
    todo = "take them out, or leave --strict away and read the score beside them"
    exit_code = 1


__all__ = [
    "BadGate",
    "BadScorer",
    "BadScorerWords",
    "BadVariants",
    "LeaksFound",
    "NoArms",
    "NoSuchCluster",
    "NoSuchScore",
    "NoSuchScorer",
    "NotAScorer",
    "NothingToDecide",
    "NothingToScore",
    "SameLabel",
    "ScoreNotOne",
    "ScoreOffScale",
    "WhichOne",
]

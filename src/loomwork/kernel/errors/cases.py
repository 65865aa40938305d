"""What can go wrong with cases.

LoomworkError
└── UsageError
    └── NoSuchCase, CaseOfWhat, NoStepServed, BadCaseRule (BadCaseBound),
        NotScored, NeedsThreshold, NotFailing, NothingFails, CaseKnown, CaseIsNot
"""

from loomwork.kernel.errors.base import UsageError


class NoSuchCase(UsageError):
    """There is no case of that number."""

    what = "there is no case {number}"
    todo = "list them with `loomwork case list --all`"


class CaseOfWhat(UsageError):
    """Neither a row of a run nor a trace, or both."""

    what = "a case is made of one row of a run, or of one trace, by one scorer or by your word"
    todo = "write `loomwork case open RUN --row N` or `loomwork case open --trace TRACE`; not --scorer with --wrong"


class NoStepServed(UsageError):
    """A trace of a request that no served step answered."""

    what = "trace {trace} is no call of a served step ('{served}')"
    todo = "give a step a [serve.NAME] table in loomwork.toml and ask that: its calls are recorded and can be repeated"


class BadCaseRule(UsageError):
    """A rule for what passes that cannot be read."""

    what = "'{rule}' is no rule for what passes"
    todo = "write a scorer, or a scorer and what it must meet: 'exact', 'exact>=0.5', 'latency<=2'"


class BadCaseBound(BadCaseRule):
    """A scorer without the number that is too low, or too high."""

    what = "'{rule}' is no rule for what passes: it is not SCORER=NUMBER"
    todo = "write the scorer and a number, for example {scorer}=0.5"


class NotScored(UsageError):
    """The run has no scores of that scorer."""

    what = "run {run} was not scored by '{scorer}'; it was by: {known}"
    todo = "score it: `loomwork eval --run {run} --scorer {scorer}`"


class NeedsThreshold(UsageError):
    """A scorer without two ends, so that nobody knows where its middle is."""

    what = "the scores of '{scorer}' have no middle: it is not bounded on both sides"
    todo = "say what passes: '{scorer}>=NUMBER' or '{scorer}<=NUMBER'"


class NotFailing(UsageError):
    """A row that passes cannot become a case."""

    what = "row {row} of run {run} does not fail{by}"
    todo = "give the scorer that it fails by: --scorer NAME>=NUMBER; or say by --wrong that the answer is wrong"


class NothingFails(UsageError):
    """No row of the run fails by what was asked."""

    what = "no row of run {run} fails by that"
    todo = "ask with --failed, --below SCORER=NUMBER or --above SCORER=NUMBER"


class CaseKnown(UsageError):
    """The row is in a case already."""

    what = "row {row} of run {run} is in case {number} already"
    todo = "see it with `loomwork case show {number}`"


class CaseIsNot(UsageError):
    """A change of status that the present one does not allow."""

    what = "case {number} is {status}"
    todo = "see its history with `loomwork case show {number}`"


__all__ = [
    "BadCaseBound",
    "BadCaseRule",
    "CaseIsNot",
    "CaseKnown",
    "CaseOfWhat",
    "NeedsThreshold",
    "NoStepServed",
    "NoSuchCase",
    "NotFailing",
    "NotScored",
    "NothingFails",
]

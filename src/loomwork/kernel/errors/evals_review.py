"""What can go wrong when people review outputs.

UsageError
├── NoSuchReview, AmbiguousReview, NothingToReview, BadCriterion, BadSelection, NothingJudged, NotPairs, NoSuchCriterion
└── StudioRefusal
    └── NoSuchPlaceToReview, UnfitAnswer, ReviewerMissing, ReviewEnded, ReviewBlind
"""

from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.phrases import Phrase
from loomwork.kernel.errors.studio import StudioRefusal


class NoFinishedItems(Phrase):
    """A run that nothing came of."""

    text = "the run {run} has no finished items"


class NoRowsInCommon(Phrase):
    """Two runs of other data."""

    text = "the runs {run} and {other} have no row in common in which they differ"


class NoneChosen(Phrase):
    """The selection left nothing."""

    text = "no item is chosen by {by}"


class NoName(Phrase):
    """A criterion without a name."""

    text = "it has no name"


class NoScale(Phrase):
    """A criterion with an unknown scale."""

    text = "its scale is neither yes/no nor 1-N with N from 2 to 9"


class NamedTwice(Phrase):
    """Two criteria with one name."""

    text = "another one is called the same"


class NoSuchVerdict(Phrase):
    """A word that the queue does not ask for."""

    text = "'{verdict}' is not asked for"


class NoSuchMark(Phrase):
    """A mark outside the scale, or for something else."""

    text = "{criterion} cannot be {mark}"


class CommentTooLong(Phrase):
    """More than a comment."""

    text = "a comment has at most {most} characters"


class NoSuchReview(UsageError):
    """No review has that id."""

    what = "there is no review '{review}'"
    todo = "`loomwork review list` shows them; `loomwork review new RUN` makes one"


class AmbiguousReview(UsageError):
    """Several reviews begin like that."""

    what = "'{prefix}' could be any of these reviews: {matches}"
    todo = "write more of the id"


class NothingToReview(UsageError):
    """What was chosen holds no item."""

    what = "there is nothing to review: {reason}"
    todo = "choose another run or other items"


class BadCriterion(UsageError):
    """The words behind --criteria cannot be read."""

    what = "'{text}' is no criterion ({reason})"
    todo = "write NAME, NAME:1-5 or NAME:yes/no, several with a comma"


class BadSelection(UsageError):
    """The word behind --by is not known."""

    what = "items cannot be chosen by '{by}'"
    todo = "choose by failed, low:SCORER, random or diverse"


class NothingJudged(UsageError):
    """There are no scores to hold against people's answers."""

    what = "the scorer '{scorer}' says nothing about the items that people answered"
    todo = "score the run first: loomwork eval --run {run} --scorer NAME"


class NoSuchCriterion(UsageError):
    """A review does not ask for that."""

    what = "the review {review} has no criterion '{criterion}'"
    todo = "it has: {known}"


class NotPairs(UsageError):
    """A review of one run was to be ranked."""

    what = "the review {review} is of one run: there is nothing to rank"
    todo = "make one of two runs: loomwork review new RUN_A RUN_B"


class NoSuchPlaceToReview(StudioRefusal):
    """The queue has no such item."""

    what = "the review {review} has no item {place}"
    todo = "go back to the list of its items"
    status = 404


class UnfitAnswer(StudioRefusal):
    """The answer is not one that the queue asks for."""

    what = "this is no answer to the review {review}: {reason}"
    todo = "answer with what the page offers"


class ReviewerMissing(StudioRefusal):
    """An answer needs a name."""

    what = "nobody is named who answers"
    todo = "write your name above the item"


class ReviewEnded(StudioRefusal):
    """Who has seen the result answers no more."""

    what = "{reviewer} has seen the result of the review {review}: the answers are final"
    todo = "make another review to ask again"
    status = 409


class ReviewBlind(StudioRefusal):
    """The result is shown to those who are done."""

    what = "{reviewer} has not finished the review {review}: what others say and which run is which stays hidden"
    todo = "finish it first; answers are final then"
    status = 409


__all__ = [
    "AmbiguousReview",
    "BadCriterion",
    "BadSelection",
    "NoSuchCriterion",
    "NoSuchPlaceToReview",
    "NoSuchReview",
    "NotPairs",
    "NothingJudged",
    "NothingToReview",
    "ReviewBlind",
    "ReviewEnded",
    "ReviewerMissing",
    "UnfitAnswer",
]

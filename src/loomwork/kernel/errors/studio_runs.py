"""What can be wrong with runs and commands that the studio is asked for.

StudioRefusal
├── NoSuchJob, NoSuchMatrix, TooManyJobs
└── CommandRefused     a command that the studio started told what was wrong
"""

from loomwork.kernel.errors.studio import StudioRefusal


class NoSuchJob(StudioRefusal):
    """The studio has started no such command, or has forgotten it."""

    what = "there is no job '{job}'"
    todo = "look at the runs; jobs are forgotten when the studio ends"
    status = 404


class NoSuchMatrix(StudioRefusal):
    """No run of those that are looked at belongs to it."""

    what = "there is no matrix '{matrix}' among the newest runs"
    todo = "make one: loomwork eval TARGET --data FILE --models A,B --scorer NAME"
    status = 404


class TooManyJobs(StudioRefusal):
    """As many commands as the studio starts at once are at work."""

    what = "{count} commands are at work already"
    todo = "wait for one to end, or stop one"
    status = 429


class CommandRefused(StudioRefusal):
    """A command told what was wrong. The field `problem` holds its own words in both languages, which are passed on."""

    what = "the command was not carried out: {told}"
    todo = "{advice}"


__all__ = ["CommandRefused", "NoSuchJob", "NoSuchMatrix", "TooManyJobs"]

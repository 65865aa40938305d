"""What can be wrong with traces, replays and the playground that the studio is asked for.

StudioRefusal
├── NoSuchSpan
├── NothingToPlay, TooManyVariants, VariantEmpty
└── WorkerLost     a process that the studio started ended without an answer
"""

from loomwork.kernel.errors.studio import StudioRefusal


class NoSuchSpan(StudioRefusal):
    """The store has no such span, or no longer."""

    what = "trace {trace} has no span {span}"
    todo = "load the trace again; what was pruned is gone"
    status = 404


class NothingToPlay(StudioRefusal):
    """The playground was asked without a variant."""

    what = "there is no variant to ask"
    todo = "add one"


class TooManyVariants(StudioRefusal):
    """More variants than are asked at once."""

    what = "{count} variants are more than the {most} that are asked at once"
    todo = "remove some"


class VariantEmpty(StudioRefusal):
    """A variant says nothing."""

    what = "variant {number} says nothing to the model"
    todo = "write a message, or choose a prompt"


class WorkerLost(StudioRefusal):
    """The process that should have answered has ended."""

    what = "the process that asks the models ended without an answer ({detail})"
    todo = "try again; `loomwork doctor` looks at the installation"
    status = 500


__all__ = ["NoSuchSpan", "NothingToPlay", "TooManyVariants", "VariantEmpty", "WorkerLost"]

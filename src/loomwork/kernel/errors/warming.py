"""What keeps answers from being made ahead. Knows no request."""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class WarmFileMissing(UsageError):
    """The file of requests cannot be read. Fields: path, problem."""

    what = "{path} cannot be read ({problem})"
    todo = "name a file with one JSON request a line, or `traces`"


class WarmLineWrong(UsageError):
    """A line of the file is no request. Fields: path, line, problem."""

    what = "{path}, line {line}: {problem}"
    todo = 'write {{"ask": NAME, "question": TEXT}}, or a request as a client sends it'


class NotWarm(LoomworkError):
    """An answer that was made ahead could be given to nobody. Field: name."""

    what = "an answer of '{name}' made ahead could be given to nobody"
    todo = ""


class WarmCacheOff(NotWarm):
    """The settings keep no answers. Field: name."""

    what = "'{name}': nothing is kept, as [gateway] says cache = \"off\""
    todo = "take that out of loomwork.toml"


class WarmMemoOff(NotWarm):
    """The step's answers are never reused. Field: name."""

    what = "'{name}': its answers are never given again, as [serve.{name}] says memo = false"
    todo = "take that out of loomwork.toml"


class WarmNotShared(NotWarm):
    """The step's answers are kept apart by principal, and keys are asked for. Field: name."""

    what = "'{name}': its answers are kept apart by principal"
    todo = "write share = true into [serve.{name}] where everybody may be given the same"


class WarmNotKept(NotWarm):
    """The memo has no answer that the next request could be given. Field: name."""

    what = "'{name}': what it says is drawn anew for every request"
    todo = 'write memo = true, or for how long an answer holds (memo = "1h"), into [serve.{name}]'


class WarmBroken(NotWarm):
    """The model's answer is not whole. Field: name."""

    what = "'{name}': its answer broke off"
    todo = "see its trace"


class WarmNoRoom(NotWarm):
    """The cache is full. Field: name."""

    what = "'{name}': there is no room for its answer"
    todo = "raise `cache_memory` in [gateway]"


__all__ = [
    "NotWarm",
    "WarmBroken",
    "WarmCacheOff",
    "WarmFileMissing",
    "WarmLineWrong",
    "WarmMemoOff",
    "WarmNoRoom",
    "WarmNotKept",
    "WarmNotShared",
]

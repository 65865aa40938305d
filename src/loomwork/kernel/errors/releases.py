"""What can go wrong with releases and with calls from traffic.

LoomworkError
├── UsageError
│   ├── NoSuchRelease, AmbiguousRelease, ReleaseIncomplete, NotServing, SeveralServers, BadKill, BadShare
│   ├── NoReleaseBefore, NoCalls, BadTraceFilter, RowsOrTraces
├── ModelError: ModelKilled
└── Killed, ReleaseFailed
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.models import ModelError


class NoSuchRelease(UsageError):
    """There is no release of that name."""

    what = "there is no release '{name}'"
    todo = "list them with `loomwork release list`"


class AmbiguousRelease(UsageError):
    """Several releases begin like that."""

    what = "several releases begin with '{name}': {known}"
    todo = "write more of its name"


class ReleaseIncomplete(UsageError):
    """A file of a release is not kept any more."""

    what = "release {name} has lost {path}: it cannot be served again"
    todo = "serve another one (`loomwork release list`), or promote the project as it is: `loomwork release promote`"


class NoReleaseBefore(UsageError):
    """There is nothing to go back to."""

    what = "no other release was served before {name}"
    todo = "name one: `loomwork release promote RELEASE`"


class NotServing(UsageError):
    """No server of this project is running."""

    what = "no server of this project is running"
    todo = "start it with `loomwork serve`; to serve a certain release: `loomwork serve --release RELEASE`"


class SeveralServers(UsageError):
    """More than one server of this project is running."""

    what = "several servers of this project are running (processes {known})"
    todo = "say which one: --server PROCESS"


class BadShare(UsageError):
    """A share that is none."""

    what = "'{given}' is no share of the requests"
    todo = "write a percentage or a number from 0 to 1: --share 5% or --share 0.05"


class BadKill(UsageError):
    """What cannot be switched off."""

    what = "'{given}' names nothing that can be switched off"
    todo = "write model:ALIAS, tool:NAME or step:NAME, for example model:smart or step:app:answer"


class ReleaseFailed(LoomworkError):
    """A release could not be started; what was served before still is."""

    what = "release {name} did not start: {detail}"
    todo = "what was served before is still served; look at the server's own output"
    exit_code = 1


class Killed(LoomworkError):
    """A tool or a step that was switched off was called. Fields: name."""

    what = "{name} is switched off"
    todo = "that was done with `loomwork release kill {name}`; switch it on with `loomwork release revive {name}`"
    exit_code = 1
    status = 503
    code = "switched_off"


class ModelKilled(ModelError):
    """A model that was switched off was asked; a route goes on to its next member. Fields: name."""

    what = "{name} is switched off"
    todo = "that was done with `loomwork release kill {name}`; switch it on with `loomwork release revive {name}`"


class NoCalls(UsageError):
    """No recorded call fits."""

    what = "no recorded call of {target} fits '{filter}'"
    todo = "look at what is there with `loomwork trace list`; an empty filter takes every call"


class RowsOrTraces(UsageError):
    """Neither rows nor recorded calls are named, or options of both."""

    what = "loomwork run needs --data or --traces, and options for one of them only"
    todo = "write --data FILE.jsonl; or --traces FILTER (an empty one takes every call), with --set for what changes"


class BadTraceFilter(UsageError):
    """A filter of traces that cannot be read."""

    what = "'{given}' is no condition on traces"
    todo = "write conditions with spaces between them, from: {known}"


__all__ = [
    "AmbiguousRelease",
    "BadKill",
    "BadShare",
    "BadTraceFilter",
    "Killed",
    "ModelKilled",
    "NoCalls",
    "NoReleaseBefore",
    "NoSuchRelease",
    "NotServing",
    "ReleaseFailed",
    "ReleaseIncomplete",
    "RowsOrTraces",
    "SeveralServers",
]

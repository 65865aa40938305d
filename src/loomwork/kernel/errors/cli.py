"""What can be wrong with the words of a command.

UsageError
├── UnknownCommand
└── BadSetOption
"""

from loomwork.kernel.errors.base import UsageError


class UnknownCommand(UsageError):
    """There is no such command."""

    what = "there is no command '{name}'"
    todo = "did you mean: {known} (loomwork --help lists all)"


class BadSetOption(UsageError):
    """A --set that cannot be read."""

    what = "--set {text}: {reason}"
    todo = "write step:NAME=@FILE.json, prompt:NAME=FILE or model:NAME=ALIAS"


__all__ = ["BadSetOption", "UnknownCommand"]

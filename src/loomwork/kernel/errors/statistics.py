"""What can be wrong with numbers that statistics are asked of. Knows no method.

LoomworkError
└── UsageError
    └── StatisticsError     also a ValueError, as the numbers are arguments
        ├── TooFewValues    less than the method needs
        ├── NotFinite       NaN or infinite where a number is needed
        ├── UnequalLengths  two lists that belong together do not fit
        └── OutOfRange      a number or word outside what it may be
"""

from loomwork.kernel.errors.base import UsageError


class StatisticsError(UsageError, ValueError):
    """The numbers do not allow what was asked."""


class TooFewValues(StatisticsError):
    """There is less than the method needs."""

    what = "{name} has {got} values; this needs at least {least}"
    todo = "score more rows"


class NotFinite(StatisticsError):
    """A value is NaN or infinite."""

    what = "{name} holds {count} values that are not finite numbers, the first at position {position}"
    todo = "leave these rows out, or give them the worst value of the scorer's range"


class UnequalLengths(StatisticsError):
    """Lists that belong together have different lengths."""

    what = "{name} has {got} values, and {other} has {wanted}"
    todo = "give one value for each row in both"


class OutOfRange(StatisticsError):
    """A number or a word lies outside what it may be."""

    what = "{name} is {got}"
    todo = "it has to be {wanted}"


__all__ = [
    "NotFinite",
    "OutOfRange",
    "StatisticsError",
    "TooFewValues",
    "UnequalLengths",
]

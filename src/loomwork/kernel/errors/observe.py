"""Errors of what a step observes.

LoomworkError
└── UsageError
    └── NotObservable      `observe()` was given something that is no path
"""

from loomwork.kernel.errors.base import UsageError


class NotObservable(UsageError):
    """`observe()` was given something that is no path."""

    what = "{given} cannot be observed"
    todo = "give observe() the path of a file or a folder, or a pattern such as 'data/*.parquet'"


__all__ = [
    "NotObservable",
]

"""What can go wrong while finding out what a function does.

LoomworkError
└── UsageError
    └── NoFingerprint    a value that a step reads has no form that could be compared
"""

from loomwork.kernel.errors.base import UsageError


class NoFingerprint(UsageError):
    """A value that a step reads has no canonical form and no assignment to go by."""

    what = "{where} holds a {type}, which has no form that could be compared between runs"
    todo = (
        "if it cannot change results, say so with @step(ignore=['{name}']); "
        "else give its class a __fingerprint__ method"
    )


__all__ = [
    "NoFingerprint",
]

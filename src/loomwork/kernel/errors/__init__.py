"""The error tree, drawn once. Each part of the house adds its branch in a file of its own.

LoomworkError
├── UsageError      the caller's words, files or settings are off; nothing was done
└── DefectError     loomwork itself is wrong
"""

from loomwork.kernel.errors.base import DefectError, LoomworkError, UsageError

__all__ = ["DefectError", "LoomworkError", "UsageError"]

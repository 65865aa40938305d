"""Where in the person's own code an error came from, and how it is told. Knows nothing of steps."""

from __future__ import annotations

import os
import sys

from loomwork.kernel.errors.base import LoomworkError

_OURS = os.path.dirname(os.path.dirname(__file__)) + os.sep
_LIBRARY = f"{os.sep}lib{os.sep}python"


def place_of(error: BaseException) -> str:
    """Return `file:line` of the innermost frame outside loomwork and the libraries; empty where there is none."""
    if isinstance(error, SyntaxError) and error.filename and not error.filename.startswith(_OURS):
        return f"{os.path.basename(error.filename)}:{error.lineno}"
    place = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if is_own(name):
            place = f"{os.path.basename(name)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return "" if place.startswith("loomwork:") else place


def is_own(filename: str) -> bool:
    """Say whether code stands in a file of the person's own: not in loomwork, not in a library."""
    return not filename.startswith((_OURS, "<frozen", sys.prefix + os.sep)) and _LIBRARY not in filename


def told(error: BaseException) -> str:
    """Return an error as one text of about 2,000 characters at most; ours in its own words, others with their place."""
    if isinstance(error, LoomworkError):
        return str(error)[:2000] or type(error).__name__
    return named(error)


def named(error: BaseException) -> str:
    """Return an error's class, its text and its place."""
    place = place_of(error)
    return f"{type(error).__name__}: {error}"[:2000] + (f" ({place})" if place else "")

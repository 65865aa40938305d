"""Where in the person's own code an error came from. Knows nothing of steps."""

from __future__ import annotations

import os

from loomwork.kernel.errors.base import LoomworkError

_OURS = os.path.dirname(os.path.dirname(__file__)) + os.sep
_LIBRARY = f"{os.sep}lib{os.sep}python"


def place_of(error: BaseException) -> str:
    """Return ` (file:line)` of the innermost frame outside loomwork and the libraries; empty where there is none."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith((_OURS, "<frozen")) and _LIBRARY not in name:
            place = f" ({os.path.basename(name)}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place


def told(error: BaseException) -> str:
    """Return an error as one text, at most 2,000 characters."""
    if isinstance(error, LoomworkError):
        return str(error)[:2000] or type(error).__name__
    return f"{type(error).__name__}: {error}"[:2000]

"""A failure's traceback as its author needs it: the frames of their own code. Knows nothing of runs."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from loomwork.flow.places import is_own


def traceback_of(error: BaseException) -> list[str]:
    """Return the lines of a traceback, with what caused it above, without the frames of loomwork and libraries."""
    lines: list[str] = []
    for each in reversed(list(_chain(error))):
        frames = [frame for frame in traceback.extract_tb(each.__traceback__) if is_own(frame.filename)]
        for text in (*traceback.format_list(frames), *traceback.format_exception_only(each)):
            lines += text.rstrip("\n").split("\n")
    return lines


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, then what it came from, as Python tells it."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)

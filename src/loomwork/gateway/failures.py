"""What the server's log says of a request that failed: one line with its trace, instead of our frames. Knows no API."""

import logging
import traceback
from pathlib import Path

from loomwork.gateway.problems import Problem, without_keys
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.base import LoomworkError

_OURS = str(Path(__file__).parents[1])
_EACH_S = 1.0
_FAILED = 500
_MOST = 1000
_LATER = frozenset({"overloaded", "switched_off", "stopping"})
"""Refusals that are meant to be: whoever looks for them finds them counted."""
log = logging.getLogger("loomwork.gateway")


class Failures:
    """Says failures in the log, those of one kind at most once a second. One a process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[tuple[str, str], tuple[float, int]] = {}

    def note(self, error: BaseException, problem: Problem, *, served: str, trace: str) -> None:
        """Say a failure that is not the client's own matter; how many like it were passed over stands with the next."""
        if problem.status < _FAILED or problem.code in _LATER:
            return
        now, kind = self._clock.monotonic(), (served, problem.error)
        last, passed = self._last.get(kind, (now - _EACH_S, 0))
        if now - last < _EACH_S:
            self._last[kind] = (last, passed + 1)
            return
        if len(self._last) >= _MOST:
            self._last.clear()
        self._last[kind] = (now, 0)
        log.error(line_of(error, served=served, trace=trace, passed=passed), extra={"trace": trace, "served": served})


def line_of(error: BaseException, *, served: str, trace: str, passed: int = 0) -> str:
    """Return the line: what failed, how, where in the project's own code, and the trace that has the rest.

    >>> line_of(ValueError("no such day"), served="answer", trace="0af7")
    'answer: ValueError: no such day [trace 0af7]'
    """
    said = without_keys(" ".join(str(error).split()))
    where = "" if isinstance(error, LoomworkError) else _place(error)
    more = f" [+{passed}]" if passed else ""
    return f"{served}: {type(error).__name__}: {said}{where} [trace {trace}]{more}"


def _place(error: BaseException) -> str:
    """The last frame that is not our own."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(_OURS):
            return f" ({Path(frame.filename).name}:{frame.lineno}, {frame.name})"
    return ""

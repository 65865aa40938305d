"""An error as an answer: both languages, and HTTP's status. Knows no endpoint."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.studio import StudioRefusal
from loomwork.studio.wire.problem import Problem, Told
from loomwork.telling.words import Words

_NOT_CARRIED_OUT = 400
_FAILED = 500


def problem_of(error: LoomworkError) -> Problem:
    """Return an error's words; those of a command that the studio started are its own."""
    passed = error.fields.get("problem")
    if isinstance(passed, Problem):
        return passed
    told = {
        language: Told(what=words["what"], todo=words["todo"])
        for language in ("en", "zh")
        for words in [Words(language).flat(error, where="page")]
    }
    return Problem(kind=type(error).__name__, en=told["en"], zh=told["zh"])


def refused(error: LoomworkError) -> Response:
    """Return the answer that says what is wrong."""
    if isinstance(error, StudioRefusal):
        status = error.status
    else:
        status = _NOT_CARRIED_OUT if isinstance(error, UsageError) else _FAILED
    return Response(msgspec.json.encode(problem_of(error)), status_code=status, media_type="application/json")

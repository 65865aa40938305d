"""Logs as JSON, one object a line, each with the trace that it belongs to. Knows no rule and no store."""

import json
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from loomwork.kernel.errors.base import LoomworkError
from loomwork.monitor.meters import TakesRows
from loomwork.store.rows import RequestRow

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
TraceOf = Callable[[], str]
Words = Callable[[LoomworkError], str]
log = logging.getLogger("loomwork.requests")


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: `at`, `level`, `logger`, `message`, `trace`, and what `extra` added.

    Args:
        trace: Says which trace the caller is in; empty outside of any.
    """

    def __init__(self, trace: TraceOf = lambda: "") -> None:
        super().__init__()
        self._trace = trace

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = self._trace()
        if trace:
            said["trace"] = trace
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        said |= {name: value for name, value in vars(record).items() if name not in _OWN}
        return json.dumps(said, ensure_ascii=False, default=str)


class Told:
    """Takes rows of requests, says each in the log, and passes them on."""

    def __init__(self, then: TakesRows) -> None:
        self._then = then

    def write(self, rows: Sequence[RequestRow]) -> None:
        """Take rows."""
        for row in rows:
            log.info("request", extra=said_of(row))
        self._then.write(rows)


class Lines(logging.Formatter):
    """Writes a record as a line that begins with its time and level; our own errors in it are told in `words`."""

    def __init__(self, words: Words = str) -> None:
        super().__init__()
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where it was raised."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = f"{at} {record.levelname.lower()} {self._message(record)}"
        return f"{said}\n{self.formatException(record.exc_info)}" if record.exc_info else said

    def _message(self, record: logging.LogRecord) -> str:
        args = record.args
        if not isinstance(args, tuple) or not any(isinstance(each, LoomworkError) for each in args):
            return record.getMessage()
        return str(record.msg) % tuple(self._words(each) if isinstance(each, LoomworkError) else each for each in args)


@contextmanager
def as_lines(stream: TextIO, words: Words = str) -> Generator[None]:
    """Write what loomwork logs from warnings on as lines with their time to a stream, for a block."""
    logger = logging.getLogger("loomwork")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(words))
    handler.setLevel(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@contextmanager
def as_json(stream: TextIO, trace: TraceOf) -> Generator[None]:
    """Write what loomwork logs as JSON lines to a stream, for a block; nothing of it goes to other handlers."""
    logger = logging.getLogger("loomwork")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(trace))
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(min(logger.getEffectiveLevel(), logging.INFO))
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def said_of(row: RequestRow) -> dict[str, object]:
    """Return what the log says of a request: no words of anybody, and no secret."""
    return {
        "trace": row.trace,
        "status": row.status,
        "served": row.served,
        "model": row.model,
        "key": row.key,
        "release": row.release,
        "error": row.error,
        "cached": row.cached,
        "ms": round(row.total_ns / 1e6, 3),
        "first_ms": round(row.first_ns / 1e6, 3),
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
    }

"""Logs as JSON, one object a line, each with the trace that it belongs to. Knows no handler and no file."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from loomwork.store.rows import RequestRow

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
TraceOf = Callable[[], str]


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

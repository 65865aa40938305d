"""What can go wrong with traces: writing spans, reading foreign files, sending spans elsewhere. Knows no store.

LoomworkError
├── TraceWarning         surfaced through the recorder's callback, never raised into the application
│   ├── SpansKept        the store refuses; spans wait in memory
│   ├── SpansDropped     the memory for waiting spans is full, or the recorder is closed
│   ├── SpanRefused      one span cannot be stored at all
│   └── RedactionFailed  the redactor raised; the text was left out
├── TraceFileError       a file of foreign traces
│   ├── UnknownTraceFormat
│   └── BadTraceFile
└── SpansNotSent         an OTLP endpoint did not take the spans
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class TraceWarning(LoomworkError):
    """Something about tracing that the application must survive and its user should know."""

    what = "tracing met a problem"
    exit_code = 1


class SpansKept(TraceWarning):
    """The store did not take the spans; they are kept in memory and tried again."""

    what = "{count} spans are not stored yet, because the store answered: {reason}"
    todo = "they are kept in memory and tried again; free disk space or run `loomwork doctor`"
    retryable = True


class SpansDropped(TraceWarning):
    """Spans were lost: their number is exact."""

    what = "{count} spans were lost ({reason})"
    todo = "the run's results are not affected; repair the store (`loomwork doctor`) to trace again"


class SpanRefused(TraceWarning):
    """One span holds something that no store can keep."""

    what = "the span '{name}' cannot be stored: {reason}"
    todo = "look at the attributes that the code around it sets"


class RedactionFailed(TraceWarning):
    """The redactor raised; nothing unredacted was written."""

    what = "a preview of the span '{name}' could not be redacted ({reason}), so it was left out"
    todo = "check the [guard] settings with `loomwork doctor`"


class TraceFileError(UsageError):
    """A file of traces cannot be imported."""


class UnknownTraceFormat(TraceFileError):
    """Nothing in the file looks like a trace format that loomwork reads."""

    what = "{file}: no known trace format ({position}: {found})"
    todo = "export the trace as one of: {known}"


class BadTraceFile(TraceFileError):
    """The format is recognised, the content is broken."""

    what = "{file}: broken {format} at {position}: {detail}"
    todo = "export the trace again, or remove that entry"


class SpansNotSent(LoomworkError):
    """An OTLP endpoint refused the spans, or could not be reached."""

    what = "{url} did not take the spans after {attempts} attempts: {reason}"
    todo = "check the address and the headers; the spans are still in the store, so export again later"
    exit_code = 1


__all__ = [
    "BadTraceFile",
    "RedactionFailed",
    "SpanRefused",
    "SpansDropped",
    "SpansKept",
    "SpansNotSent",
    "TraceFileError",
    "TraceWarning",
    "UnknownTraceFormat",
]

"""What alerts say, and what can go wrong with telling them. Knows no rule.

LoomworkError
├── AlertFires      a rule is met
├── AlertOver       it is not met any more
├── AlertNotTold    a webhook or a mail server did not take it
├── AddressMissing  a way to tell alerts is used and not set
└── MetricsNotSent  an OTLP endpoint did not take the metrics
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class AlertFires(LoomworkError):
    """A rule is met."""

    what = "alert '{name}': {of} is {value}, the limit is {limit} (within {minutes} minutes)"
    todo = "look at the requests of that time in the studio: {page}"
    exit_code = 1


class AlertOver(LoomworkError):
    """A rule was met and is not any more."""

    what = "alert '{name}' is over: {of} is {value}, the limit is {limit}"
    todo = "nothing is to be done; it fired for {lasted} minutes"
    exit_code = 1


class AlertNotTold(LoomworkError):
    """A webhook or a mail server did not take an alert."""

    what = "the alert '{name}' could not be told by {way}: {reason}"
    todo = "check [monitor.{way}] in loomwork.toml; the alert stands in the studio"
    exit_code = 1
    retryable = True


class AddressMissing(UsageError):
    """A way to tell alerts is used and not set, or its secret is not there."""

    what = "[alerts.{name}] tells by {way}, but {problem}"
    todo = "add [monitor.{way}] to loomwork.toml, or take '{way}' out of `to`"


class MetricsNotSent(LoomworkError):
    """An OTLP endpoint did not take the metrics or traces of the server."""

    what = "the OTLP endpoint did not take what was sent: {reason}"
    todo = "check [monitor] otlp in loomwork.toml; it is tried again, and nothing is lost from the store"
    exit_code = 1
    retryable = True


__all__ = ["AddressMissing", "AlertFires", "AlertNotTold", "AlertOver", "MetricsNotSent"]

"""Errors of values: what cannot be hashed, written down, read back or resolved. Knows nothing of steps.

LoomworkError
├── UsageError
│   ├── Unhashable      a value without a canonical form
│   ├── CyclicValue     a value that contains itself
│   ├── TooDeep         a value nested deeper than can be walked
│   ├── NoCodec         a value that cannot be written down
│   ├── BadCodec        a codec that was registered twice or for a type that has one
│   ├── BadMoney        an amount such as "5USD" that cannot be read
│   └── NotConnected    a reference used where nothing can resolve it
├── Undecodable         bytes that can no longer be read back (a memo of them is a miss)
└── BrokenStream        stream events that do not add up to a response
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class Unhashable(UsageError):
    """A value has no canonical form. Fields: where, type."""

    what = "the value at {where} is of type {type}, which has no canonical form"
    todo = (
        "pass plain data instead, give the class a method __fingerprint__() that returns the plain data "
        "that identifies it, or leave the argument out with @step(ignore=[...])"
    )


class CyclicValue(UsageError):
    """A value contains itself. Fields: where."""

    what = "the value contains itself: {where} leads back to something that encloses it"
    todo = "pass a tree instead, for example ids in place of back references"


class TooDeep(UsageError):
    """A value is nested deeper than Python can walk. Fields: where."""

    what = "the value is nested too deeply to be walked; it starts at {where}"
    todo = "pass flatter data"


class NoCodec(UsageError):
    """A value cannot be written down. Fields: where, type."""

    what = "the value at {where} is of type {type}, which cannot be written down"
    todo = "return plain data, a dataclass or a pydantic model, or call register_codec(type, encode, decode)"


class BadCodec(UsageError):
    """A codec cannot be registered. Fields: type, reason."""

    what = "no codec can be registered for {type}: {reason}"
    todo = "register one codec for a class of your own, once, where the class is defined"


class BadMoney(UsageError):
    """An amount of money cannot be read. Fields: text."""

    what = "'{text}' is not an amount of money"
    todo = "write a number and a currency of three letters, for example 5USD or 0.8CNY"


class NotConnected(UsageError):
    """A reference is used where nothing can resolve it. Fields: kind, name."""

    what = "{kind} '{name}' cannot be reached: no workspace is open here"
    todo = "import loomwork and work inside a project folder (one with a loomwork.toml)"


class Undecodable(LoomworkError):
    """Bytes cannot be read back as the value they were. Fields: reason."""

    what = "a stored value cannot be read back: {reason}"
    todo = "run the step again; its class may have been moved, renamed or changed since"
    exit_code = 1


class BrokenStream(LoomworkError):
    """The events of a stream do not add up to a response. Fields: reason."""

    what = "the model's stream broke: {reason}"
    todo = "send the request again"
    exit_code = 1
    retryable = True


__all__ = [
    "BadCodec",
    "BadMoney",
    "BrokenStream",
    "CyclicValue",
    "NoCodec",
    "NotConnected",
    "TooDeep",
    "Undecodable",
    "Unhashable",
]

"""What is remembered of a call: values only, one record a call. Knows nothing of how they are verified.

These values hold no cycles, so the garbage collector need not look at them (`gc=False`): they are made for every call.
"""

from __future__ import annotations

from msgspec import DecodeError, Struct, msgpack

from loomwork.flow.observe import Observation
from loomwork.kernel.canonical import Digest
from loomwork.kernel.labels import Labels

VERSION = 3
"""Raised when a record's meaning changes: records of other versions are as good as lost."""


class Value(Struct, frozen=True, array_like=True, gc=False):
    """A value by its hash, with the project classes and functions whose behaviour it brings along."""

    digest: Digest
    code: tuple[str, ...] = ()
    """`module:qualname` of each."""


class Arguments(Struct, frozen=True, array_like=True, gc=False):
    """The arguments of a call as they were written at the call: before binding, before defaults."""

    positional: tuple[Value, ...] = ()
    keyword: dict[str, Value] = {}


class Observed(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="call", tag_field="o", gc=False):
    """A nested step call that a caller made and whose result it saw."""

    slot: int | None
    """Place of the step among the steps that the caller's code reaches; None where it came in another way."""
    step: str
    at: str = ""
    """`module:qualname` of the step; empty where no name leads to it (it was made within a function)."""
    kind: str
    arguments: Arguments
    kept: dict[str, object] | None = None
    draw: int | None = None
    """Which draw this was, for a sampled call."""
    result: Digest
    """Hash of the result with the behaviour of the classes in it."""
    after: int = 0
    """How many of the caller's nested calls had finished when this one began: it can depend on those alone."""
    ended: int = 0
    """Which of the caller's nested calls to finish this was: 1 for the first."""
    call: str = ""
    """Id of the executed call that the result comes from."""


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Everything behind one executed call."""

    calls: tuple[Observed, ...] = ()
    reads: tuple[Observation, ...] = ()
    reads_after: tuple[int, ...] = ()
    """For each read, how many of `calls` had begun before it; empty: that is not known, or none had."""
    failed_alone: bool = False
    """It failed, and all calls that it made had ended well: made again, it makes those again."""
    arguments: Arguments = Arguments()
    inputs: dict[str, Value] = {}
    """Bound arguments with defaults, by parameter."""
    given: bytes | None = None
    """The encoded arguments, where they are short."""
    bodies: Digest | None = None
    """Blob of the encoded arguments, where they are long. Neither: one has no codec."""
    shown: dict[str, str] = {}
    """Settled settings for people, by their place in loomwork.toml."""
    draw: int | None = None
    parts: Digest | None = None
    """Blob of the behaviour's parts."""
    ambients: tuple[str, ...] = ()
    labels: Labels = Labels()
    """Of what the call itself brought in; a hit joins them with those of its caller."""
    result_code: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    spoiled: tuple[str, ...] = ()
    requests: int = 0
    cost_micros: dict[str, int] = {}
    unpriced: int = 0
    preview_in: str = ""
    preview_out: str = ""


def body_of(record: Record) -> bytes | Digest | None:
    """Return the encoded arguments, or the name of their blob."""
    return record.bodies if record.given is None else record.given


_encoder = msgpack.Encoder()
_decoder = msgpack.Decoder(Record)


def pack(record: Record) -> bytes:
    """Encode a record for its blob."""
    return bytes((VERSION,)) + _encoder.encode(record)


def unpack(data: bytes) -> Record:
    """Decode a record's blob. Raises `msgspec.DecodeError` for a record of another version."""
    if not data or data[0] != VERSION:
        raise DecodeError("a record of another version")
    return _decoder.decode(data[1:])

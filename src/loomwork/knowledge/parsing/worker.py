"""The process that reads documents for another: requests in, documents out, nothing kept. Run by `Workers` only.

Frames on standard input and output: a length (4 bytes, big-endian) and msgpack. What native code prints goes nowhere.
"""

import contextlib
import os
import struct
import sys
import time
import warnings
from typing import BinaryIO

import msgspec
from msgspec import Struct

from loomwork.knowledge.parsing.limits import Hints, Limits
from loomwork.knowledge.parsing.reading import parse
from loomwork.knowledge.values import Document

_LENGTH = struct.Struct(">I")
_KIB = 1024
READY = b"ready"
"""The first frame of a process, before any request."""


class Request(Struct, frozen=True, kw_only=True):
    """One file to read."""

    data: bytes
    name: str
    limits: Limits
    hints: Hints


class Reply(Struct, frozen=True, kw_only=True):
    """What became of it and what it took."""

    document: Document
    seconds: float
    peak: int
    """The largest resident memory of the process so far, in bytes; 0 where the system does not tell."""


def read_frame(stream: BinaryIO) -> bytes:
    """Return the next frame, or nothing at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return b""
    size = _LENGTH.unpack(head)[0]
    frame = stream.read(size)
    return frame if len(frame) == size else b""


def write_frame(stream: BinaryIO, frame: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def main() -> None:
    """Serve until the stream ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nowhere:
        for descriptor in (0, 1, 2):
            os.dup2(nowhere.fileno(), descriptor)
    warnings.simplefilter("ignore")
    write_frame(replies, READY)
    decoder = msgspec.msgpack.Decoder(Request)
    while frame := read_frame(requests):
        request = decoder.decode(frame)
        _hold_memory(request.limits.memory)
        began = time.perf_counter()
        document = parse(request.data, name=request.name, limits=request.limits, hints=request.hints)
        reply = Reply(document=document, seconds=time.perf_counter() - began, peak=_peak())
        write_frame(replies, msgspec.msgpack.encode(reply))


def _hold_memory(limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * _KIB


if __name__ == "__main__":
    main()

"""Cut a byte stream into server-sent events, however it was torn on the way. Knows nothing of what they carry.

The grammar is that of the HTML standard: lines end with LF, CR or CRLF, a leading byte order mark is skipped, a line
that starts with a colon is a comment, `data` lines of one event are joined with LF, a blank line ends an event, and
an event without its blank line at the end of the stream does not count. The standard ignores fields that it does not
know; what cannot be the name of a field at all is remembered as noise, since a piece of the answer may have gone in it.
"""

import re

from msgspec import Struct

_BOM = b"\xef\xbb\xbf"
_FIELD_NAME = re.compile(rb"\s*[A-Za-z][A-Za-z0-9_.-]*")


class SseEvent(Struct, frozen=True):
    """One event: its name ("" if none was given) and its data, still bytes."""

    name: str
    data: bytes


def parse_all(raw: bytes) -> list[SseEvent]:
    """The events of a whole stream; a last `[DONE]` counts without its blank line."""
    parser = SseParser()
    events = parser.feed(raw)
    if parser.done:
        events.append(SseEvent("", b"[DONE]"))
    return events


class SseParser:
    r"""Takes pieces of a stream, gives the events that they complete.

    >>> parser = SseParser()
    >>> parser.feed(b"event: a\r"), parser.feed(b"\ndata: 1\n"), parser.feed(b"data: 2\n\n: hi")
    ([], [], [SseEvent(name='a', data=b'1\n2')])
    >>> parser.pending
    b': hi'
    """

    __slots__ = ("_after_cr", "_data", "_fresh", "_name", "_tail", "comments", "noise")

    def __init__(self) -> None:
        self._tail: list[bytes] = []
        self._data: list[bytes] = []
        self._name = ""
        self._after_cr = False
        self._fresh = True
        self.comments = 0
        """How many comment lines came: servers send them to say that they are alive."""
        self.noise = b""
        """The first line that no server can have meant: what it has swallowed nobody knows."""

    def feed(self, piece: bytes) -> list[SseEvent]:
        """Take more bytes and return the events that are now complete."""
        if not piece:
            return []
        if self._after_cr:
            self._after_cr = False
            if piece[:1] == b"\n":
                piece = piece[1:]
        if self._fresh:
            piece = self._without_mark(piece)
        if b"\r" in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in piece:
            if piece:
                self._tail.append(piece)
            return []
        if self._tail:
            piece = b"".join((*self._tail, piece))
            self._tail.clear()
        lines = piece.split(b"\n")
        if lines[-1]:
            self._tail.append(lines[-1])
        del lines[-1]
        return self._take(lines)

    @property
    def done(self) -> bool:
        """Whether what is pending is the `[DONE]` that ends a chat completion: nothing is missing after it."""
        return self.pending.removeprefix(b"data:").strip() == b"[DONE]"

    @property
    def pending(self) -> bytes:
        """What came since the last complete event: the data lines and the unfinished line, for the end of a stream."""
        return b"\n".join((*self._data, b"".join(self._tail))) if self._data else b"".join(self._tail)

    def _without_mark(self, piece: bytes) -> bytes:
        piece = b"".join((*self._tail, piece))
        self._tail.clear()
        if len(piece) < len(_BOM) and _BOM.startswith(piece):
            self._tail.append(piece)
            return b""
        self._fresh = False
        return piece.removeprefix(_BOM)

    def _take(self, lines: list[bytes]) -> list[SseEvent]:
        events: list[SseEvent] = []
        for line in lines:
            if line[:5] == b"data:":
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line:
                if self._data:
                    data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
                    events.append(SseEvent(self._name, data))
                    self._data = []
                self._name = ""
            elif line[:1] == b":":
                self.comments += 1
            else:
                self._field(line)
        return events

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"data":
            self._data.append(value)
        elif not self.noise and not _FIELD_NAME.fullmatch(name):
            self.noise = line

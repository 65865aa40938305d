"""Take the answers of HTTP/1.1 apart, however they were torn on the way (RFC 9112). Pure; knows no connection.

What a client of models needs and no more: one answer at a time, its body by length, in chunks or to the end of the
connection, packed with gzip or deflate. Whatever could be read in two ways is refused.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from multidict import CIMultiDict

_LONGEST_HEAD = 128 * 1024
_LONGEST_LINE = 8 * 1024
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?", re.DOTALL)
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB = 47
_NO_BODY = frozenset({204, 304})
_SWITCHED, _FINAL = 101, 200


class BadReply(Exception):  # the transport says it in its own words
    """The bytes are no answer that HTTP/1.1 allows."""


class Head(Struct, frozen=True):
    """An answer before its body."""

    status: int
    headers: "CIMultiDict[str]"
    keeps: bool
    """The connection may be used again."""


class ReplyReader:
    r"""Takes pieces of one answer, gives its head and the pieces of its body.

    >>> reader = ReplyReader()
    >>> reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r"), reader.feed(b"\nhi")
    (b'', b'hi')
    >>> reader.head.status, reader.ended, reader.keeps
    (200, True, True)
    """

    __slots__ = ("_held", "_left", "_state", "_unpacks", "ended", "head", "keeps")

    def __init__(self) -> None:
        self.head: Head | None = None
        self.ended = False
        self.keeps = False
        """The answer has ended and the connection may be used again."""
        self._held = b""
        self._left = 0
        self._state: Literal["head", "counted", "size", "chunk", "after", "trailer", "open"] = "head"
        self._unpacks: Any = None

    def feed(self, data: bytes) -> bytes:
        """Take more bytes and return what of the body is in them. Raises `BadReply`."""
        if self.ended:
            self.keeps = self.keeps and not data  # nobody asked for more
            return b""
        if self._state == "head":
            data = self._take_head(data)
        if self._state == "counted":
            data = self._counted(data)
        elif self._state not in ("head", "open"):
            data = self._chunked(data)
        return data if self._unpacks is None else self._unpacked(data)

    def eof(self) -> None:
        """Take in that the connection has ended. Raises `BadReply` where the answer has not."""
        if self.ended:
            return
        if self._state != "open":
            raise BadReply("the connection closed before the answer was whole")
        self._end()

    def _take_head(self, data: bytes) -> bytes:
        held = self._held + data if self._held else data
        while True:
            end = held.find(b"\r\n\r\n")
            if max(end, len(held) if end < 0 else 0) > _LONGEST_HEAD:
                raise BadReply("the head of the answer is too long")
            if end < 0:
                self._held = held
                return b""
            raw, held = held[:end], held[end + 4 :]
            head = read_head(raw)
            if head.status >= _FINAL:
                break
            if head.status == _SWITCHED:
                raise BadReply("the server speaks another protocol")
        self._held = b""
        self.head = head
        self._begin_body(head)
        return held

    def _begin_body(self, head: Head) -> None:
        headers = head.headers
        coding = headers.get("content-encoding", "")
        if coding and coding.strip().lower() in _PACKED:
            self._unpacks = zlib.decompressobj(_GZIP_OR_ZLIB)
        transfer = headers.get("transfer-encoding")
        if head.status in _NO_BODY:
            self._unpacks = None
            self._state, self._left = "counted", 0
        elif transfer is not None:
            if transfer.strip().lower() != "chunked" or "content-length" in headers:
                raise BadReply("the answer says in two ways how long it is")
            self._state = "size"
        else:
            lengths = set(headers.getall("content-length", ()))
            if not lengths:
                self._state = "open"
                return
            length = lengths.pop()
            if lengths or not (length.isascii() and length.isdigit()):
                raise BadReply("the answer does not say how long it is")
            self._state, self._left = "counted", int(length)

    def _counted(self, data: bytes) -> bytes:
        more = len(data) - self._left
        if more < 0:
            self._left = -more
            return data
        body = data if not more else data[: self._left]
        self._end(more=more)
        return body

    def _chunked(self, data: bytes) -> bytes:
        held = self._held + data if self._held else data
        pieces: list[bytes] = []
        at = 0
        while not self.ended:
            if self._state == "chunk":
                piece = held[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    break
                self._state = "after"
            end = held.find(b"\r\n", at)
            if end < 0:
                break
            self._line(held[at:end])
            at = end + 2
        self._held = held[at:]
        if self.ended:
            self.keeps = self.keeps and not self._held
        elif len(self._held) > _LONGEST_LINE:
            raise BadReply("a line between the pieces of the answer is too long")
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _line(self, line: bytes) -> None:
        """Take a line between chunks."""
        if self._state == "after":
            if line:
                raise BadReply("a piece of the answer is longer than it says")
            self._state = "size"
        elif self._state == "size":
            size = line.partition(b";")[0].strip()
            if not _SIZE.fullmatch(size):
                raise BadReply("a piece of the answer does not say how long it is")
            self._left = int(size, 16)
            self._state = "chunk" if self._left else "trailer"
        elif not line:
            self._end()

    def _unpacked(self, data: bytes) -> bytes:
        try:
            found = self._unpacks.decompress(data)
        except zlib.error as error:
            raise BadReply(f"the answer cannot be unpacked: {error}") from error
        if self.ended and not self._unpacks.eof:
            raise BadReply("the answer cannot be unpacked: it is not whole")
        return found

    def _end(self, *, more: int = 0) -> None:
        self.ended = True
        self.keeps = self._state != "open" and not more and self.head is not None and self.head.keeps


def read_head(raw: bytes) -> Head:
    r"""Return what a head says. Raises `BadReply`.

    >>> head = read_head(b"HTTP/1.0 503 \r\nRetry-After: 2")
    >>> head.status, head.headers["retry-after"], head.keeps
    (503, '2', False)
    """
    lines = raw.split(b"\r\n")
    first = _STATUS.fullmatch(lines[0])
    if first is None:
        raise BadReply(f"no answer of HTTP/1.1: {lines[0][:40]!r}")
    pairs: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip() or b"\n" in line or b"\r" in line:
            raise BadReply(f"no field of a head: {line[:40]!r}")
        pairs.append((name.decode("latin-1"), value.strip().decode("utf-8", "surrogateescape")))
    headers = CIMultiDict(pairs)
    said = headers.get("connection", "").lower()
    keeps = "close" not in said if first[1] == b"1" else "keep-alive" in said
    return Head(int(first[2]), headers, keeps)


def request_head(method: str, target: str, host: str, headers: Mapping[str, str]) -> bytes:
    r"""Write the head of a request but for its length and its end. Raises `ValueError` for what would break a line.

    >>> request_head("POST", "/v1", "a", {"x": "1"})
    b'POST /v1 HTTP/1.1\r\nhost: a\r\nx: 1\r\n'
    """
    said = {"host": host, **{name.lower(): value for name, value in headers.items()}}
    for name, value in (("", method), ("", target), *said.items()):
        if any(mark in name or mark in value for mark in ("\r", "\n", "\0")) or " " in name:
            raise ValueError(f"the header {name!r} holds what no header may hold")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()

"""How much of a document is read, and the counting of it. Knows no format."""

from msgspec import Struct

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.knowledge import DocumentTooLarge, ParserTimedOut

MIB = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """What one document may cost. What goes beyond is not read, and a problem of the document says so."""

    bytes: int = 64 * MIB
    """Of the file."""
    pages: int = 5000
    """Pages, slides or sheets."""
    depth: int = 4
    """Documents inside documents: a mail in an archive attached to a mail is at depth 3."""
    members: int = 2000
    """Files in an archive, attachments of a mail."""
    unpacked: int = 512 * MIB
    """Bytes that compressed content may become, all parts together."""
    characters: int = 20_000_000
    """Of the text."""
    cells: int = 1_000_000
    """Of all tables together, the empty ones between full ones included."""
    seconds: float = 60.0
    """Reading time; checked between pages in process, held by force by a worker."""
    memory: int = 2048 * MIB
    """Address space of a worker process, where the system can limit it."""


class Hints(Struct, frozen=True, kw_only=True):
    """What somebody else says about a file. Believed only where the bytes do not say otherwise."""

    format: str = ""
    """One of `formats()`: read it as this, whatever it looks like."""
    encoding: str = ""
    """Of a text file, such as `gb18030`."""
    media_type: str = ""
    """Of a web page or an attachment, such as `text/html`."""
    pictures: str = "read"
    """`read` scanned pages and pictures where tesseract is installed, or `skip` them."""


class Meter:
    """What a document and everything inside it have cost so far."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._until = clock.monotonic() + limits.seconds
        self._unpacked = 0
        self._characters = 0
        self._cells = 0

    def tick(self) -> None:
        """Raise `ParserTimedOut` when the time is over."""
        if self._clock.monotonic() > self._until:
            raise ParserTimedOut(seconds=f"{self._limits.seconds:g}")

    @property
    def left(self) -> float:
        """Seconds until the time is over, at least a little."""
        return max(0.1, self._until - self._clock.monotonic())

    def unpacked(self, count: int) -> None:
        """Count bytes that came out of compressed content. Raises `DocumentTooLarge`."""
        self._unpacked += count
        _hold(self._unpacked, self._limits.unpacked, "bytes when unpacked", "unpacked")

    def characters(self, count: int) -> None:
        """Count characters of text. Raises `DocumentTooLarge`."""
        self._characters += count
        _hold(self._characters, self._limits.characters, "characters", "characters")

    def cells(self, count: int) -> None:
        """Count cells of tables. Raises `DocumentTooLarge`."""
        self._cells += count
        _hold(self._cells, self._limits.cells, "table cells", "cells")

    def page(self, number: int) -> None:
        """Check that page `number` may still be read. Raises `DocumentTooLarge` and `ParserTimedOut`."""
        _hold(number, self._limits.pages, "pages", "pages")
        self.tick()


def _hold(found: int, limit: int, unit: str, setting: str) -> None:
    if found > limit:
        raise DocumentTooLarge(limit=limit, unit=unit, setting=setting)

"""Tell a file's format and read it. Knows where formats differ, not what their spans say."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from loomwork.kernel.errors.trace import BadTraceFile, UnknownTraceFormat
from loomwork.trace.importers import chatml, langfuse, otlp
from loomwork.trace.importers.imported import Imported


class Format(NamedTuple):
    """One format: what people call it, how a decoded document is recognised, how it is read."""

    title: str
    fits: Callable[[object], bool]
    read: Callable[[object, str], Imported]


FORMATS: Mapping[str, Format] = {
    "otlp-json": Format("OpenTelemetry OTLP/JSON (one request, a list of them, or one a line)", otlp.fits, otlp.read),
    "langfuse": Format("Langfuse trace export (trace with observations)", langfuse.fits, langfuse.read),
    "langfuse-chatml": Format("Langfuse ChatML (messages by observation id)", chatml.fits, chatml.read),
}
PROTOBUF = "OpenTelemetry OTLP/protobuf"


def read_file(path: Path) -> Imported:
    """Read a file of traces in whatever known format it is.

    Raises `UnknownTraceFormat`, `BadTraceFile`, or `OSError` where the file cannot be read at all.
    """
    return read_bytes(path.read_bytes(), file=str(path))


def read_bytes(data: bytes, *, file: str = "standard input") -> Imported:
    """Read traces from bytes, as `read_file` does."""
    stripped = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not stripped:
        raise _unknown(file, "byte 0", "an empty file")
    if stripped[:1] not in b"{[":
        return _protobuf(data, file)
    document = _decode(stripped, file)
    for each in FORMATS.values():
        if each.fits(document):
            return each.read(document, file)
    raise _unknown(file, "top level", _describe(document))


def _protobuf(data: bytes, file: str) -> Imported:
    """Read protobuf; a text file is no broken protobuf, it is simply not known."""
    try:
        found = otlp.read_protobuf(data, file)
    except BadTraceFile:
        if b"\x00" in data[:4096] or not _is_text(data[:4096]):
            raise
        found = None
    if found is None or not found.spans:
        raise _unknown(file, "byte 0", f"{data[:16]!r}")
    return found


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 4
    return True


def _decode(data: bytes, file: str) -> object:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        whole = error
    lines: list[object] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            lines.append(msgspec.json.decode(line))
        except msgspec.DecodeError as error:
            broken = whole if number == 1 else error
            detail = f"{broken}" if number > 1 else f"{whole}"
            raise BadTraceFile(file=file, format="JSON", position=f"line {number}", detail=detail) from None
    return lines


def _describe(document: object) -> str:
    if isinstance(document, dict):
        names = list(document)[:6]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] any JSON
        return f"an object with {', '.join(map(repr, names)) or 'nothing in it'}"  # pyright: ignore[reportUnknownArgumentType] any JSON
    if isinstance(document, list):
        return f"a list of {len(document)} entries"  # pyright: ignore[reportUnknownArgumentType] any JSON
    return type(document).__name__


def _unknown(file: str, position: str, found: str) -> UnknownTraceFormat:
    known = "; ".join([PROTOBUF, *(each.title for each in FORMATS.values())])
    return UnknownTraceFormat(file=file, position=position, found=found, known=known)

"""Open zip archives within limits: names in any encoding, nothing trusted of what they say. Writes no file."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.knowledge import (
    BrokenDocument,
    DocumentProblem,
    DocumentTooLarge,
    EncryptedDocument,
)
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.encodings import decoded
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.limits import Hints, Limits, Meter
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.parsing.xml import hold_sizes
from loomwork.knowledge.values import Document, Problem

_UTF8_NAME = 0x800
_PIECE = 1 << 20
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class Member(NamedTuple):
    """A file of an archive; what could not be unpacked has a problem and no data."""

    name: str
    data: bytes
    problem: Problem | None


def unpack(data: bytes, name: str, limits: Limits | None = None, *, clock: Clock | None = None) -> Iterator[Member]:
    """Yield the files of a zip archive in its own order, one in memory at a time, named `name!/path/in/archive`.

    An archive that cannot be read at all yields one member with its own name and the problem. Names that are no UTF-8
    are read as what fits best (GBK in archives from Chinese Windows); `..` and drive letters are taken out of them.
    """
    limits = limits or Limits()
    meter = Meter(limits, clock or SystemClock())
    for member in _members(data, limits, meter):
        yield member._replace(name=f"{name}!/{member.name}" if member.name else name)


def read_zip(job: Job, draft: Draft) -> None:
    """Read an archive as one document: each file beneath a heading with its name."""
    for member in _members(job.data, job.limits, job.meter):
        if member.problem is not None:
            draft.nest(Document(doc="", path="", text="", blocks=(), problems=(member.problem,)), member.name, level=1)
            continue
        inner = job.nested(member.data, name=member.name, hints=Hints(pictures=job.hints.pictures))
        draft.nest(inner, member.name, level=1)


def _members(data: bytes, limits: Limits, meter: Meter) -> Iterator[Member]:
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        hold_sizes(packed, limits)
    except DocumentProblem as problem:
        yield Member("", b"", problem_of(problem))
        return
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        yield Member("", b"", problem_of(BrokenDocument(format="zip", reason=str(error))))
        return
    for number, info in enumerate(info for info in packed.infolist() if not info.is_dir()):
        name = member_name(info)
        if any(mark in name for mark in _IGNORED):
            continue
        try:
            if number >= limits.members:
                raise DocumentTooLarge(limit=limits.members, unit="files in an archive", setting="members")
            meter.tick()
            yield Member(name, _read(packed, info, limits, meter), None)
        except DocumentProblem as problem:
            yield Member(name, b"", problem_of(problem))
            if isinstance(problem, DocumentTooLarge) and problem.fields["setting"] != "bytes":
                return


def _read(packed: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, meter: Meter) -> bytes:
    if info.flag_bits & 1:
        raise EncryptedDocument
    if info.file_size > limits.bytes:
        raise DocumentTooLarge(limit=limits.bytes, unit="bytes", setting="bytes")
    pieces: list[bytes] = []
    try:
        with packed.open(info) as file:
            while piece := file.read(_PIECE):
                meter.unpacked(len(piece))
                meter.tick()
                pieces.append(piece)
    except DocumentProblem:
        raise
    except Exception as error:  # zlib, lzma and bz2 have errors of their own
        raise BrokenDocument(format="zip", reason=f"{type(error).__name__}: {error}") from error
    return b"".join(pieces)


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: UTF-8 where the archive says so, else what its bytes fit best; never leaving a folder."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = decoded(name.encode("cp437")).text
        except UnicodeError:
            name = info.filename
    name = unicodedata.normalize("NFC", name).replace("\\", "/").replace("\x00", "")
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    if parts and parts[0].endswith(":"):
        del parts[0]
    return "/".join(parts) or "unnamed"

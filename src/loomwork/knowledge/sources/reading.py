"""From a file to the documents in it: itself, the files of an archive, the rows of a corpus. Parses no format."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from loomwork.kernel.canonical import Digest, combine, digest_bytes
from loomwork.kernel.errors.knowledge import BadCorpusRow, DocumentTooLarge, FileUnreadable
from loomwork.knowledge.fetched import Fetched
from loomwork.knowledge.parsing.archives import unpack
from loomwork.knowledge.parsing.detecting import format_of
from loomwork.knowledge.parsing.limits import Hints, Limits
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.sources.permissions import FILE, folder_readers
from loomwork.knowledge.sources.values import Allowed, Place, Raw
from loomwork.knowledge.values import Problem

_CORPUS = (".jsonl", ".ndjson")
_SNIFFED = 65_536
_IDS = ("id", "_id")
_OWN = frozenset({*_IDS, "text", "title"})
_decode = msgspec.json.Decoder().decode


def documents_in(place: Place, data: bytes, *, pictures: str, limits: Limits) -> Iterator[Raw]:
    """Yield the documents that a file holds. What is wrong with one is said in it, never raised."""
    hints = Hints(pictures=pictures)
    if _is_corpus(place, data):
        yield from _rows(place, data, hints)
    elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06") and format_of(data, name=place.doc, hints=hints) == "zip":
        yield from _members(place, data, hints, limits)
    else:
        yield Raw(
            doc=place.doc, path=place.doc, data=data, digest=digest_bytes(data), hints=hints,
            modified=_moment(place), allowed=place.allowed,
        )  # fmt: skip


def page(place: Place, fetched: Fetched, *, pictures: str) -> Raw:
    """Return a fetched page as a document."""
    hints = Hints(pictures=pictures, media_type=fetched.media_type, encoding=fetched.encoding)
    digest = combine(fetched.data, fetched.media_type, fetched.encoding)
    return Raw(doc=place.doc, path=place.doc, data=fetched.data, digest=digest, hints=hints, allowed=place.allowed)


def unreadable(place: Place, error: OSError) -> Raw:
    """Return the record of a file that the system does not give."""
    return _failed(place, place.doc, problem_of(FileUnreadable(reason=error.strerror or str(error))))


def too_large(place: Place, limits: Limits) -> Raw:
    """Return the record of a file beyond the limit, unread."""
    problem = problem_of(DocumentTooLarge(limit=limits.bytes, unit="bytes", setting="bytes"))
    return _failed(place, place.doc, problem)


def is_corpus_name(name: str) -> bool:
    """Say whether a file may hold rows: it is not held to the size of one document then."""
    return name.lower().endswith(_CORPUS)


def _failed(place: Place, doc: str, problem: Problem) -> Raw:
    return Raw(
        doc=doc, path=place.doc, data=b"", digest=Digest(""), problem=problem, allowed=place.allowed
    )  # fmt: skip


def _moment(place: Place) -> str:
    if place.stamp is None:
        return ""
    seconds = place.stamp.mtime_ns // 1_000_000_000
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


def _members(place: Place, data: bytes, hints: Hints, limits: Limits) -> Iterator[Raw]:
    """An archive is a folder; a `.readers` file in it counts for what lies beside and beneath it."""
    said: dict[str, Allowed] = {}
    members = [member for member in unpack(data, place.doc, limits)]
    for member in members:
        folder, _, name = member.name.rpartition("/")
        if name.rpartition("!/")[2] == FILE or name == FILE:
            said[folder] = folder_readers(member.data.decode("utf-8", "replace"))
    for at, member in enumerate(members, start=1):
        name = member.name.rpartition("!/")[2]
        if any(part.startswith(".") for part in name.split("/")):
            continue
        allowed = _nearest(said, member.name) or place.allowed
        if member.problem is not None:
            yield Raw(
                doc=member.name, path=place.doc, data=b"", digest=Digest(""), problem=member.problem, allowed=allowed
            )
            continue
        yield Raw(
            doc=member.name, path=member.name, data=member.data, digest=digest_bytes(member.data), hints=hints,
            modified=_moment(place), allowed=allowed, share=at / len(members),
        )  # fmt: skip


def _nearest(said: Mapping[str, Allowed], name: str) -> Allowed | None:
    folder = name
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder in said:
            return said[folder]
    return None


def _is_corpus(place: Place, data: bytes) -> bool:
    if not is_corpus_name(place.doc):
        return False
    first = data[:_SNIFFED].lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")[0]
    if not first:
        return True
    try:
        row: object = _decode(first)
    except msgspec.DecodeError:
        return len(first) >= _SNIFFED - 1  # the first row is longer than what was looked at
    return isinstance(row, dict) and "text" in row and any(name in row for name in _IDS)


def _rows(place: Place, data: bytes, hints: Hints) -> Iterator[Raw]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield _row(place, line, number, hints)


def _row(place: Place, line: bytes, number: int, hints: Hints) -> Raw:
    try:
        row: Any = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _bad(place, number, str(error))
    if not isinstance(row, dict):
        return _bad(place, number, "it is no object")
    columns = cast("dict[str, Any]", row)
    said = next((columns[name] for name in _IDS if columns.get(name) not in (None, "")), None)
    if not isinstance(said, str | int) or isinstance(said, bool):
        return _bad(place, number, "it has no 'id'")
    text = columns.get("text")
    if not isinstance(text, str):
        return _bad(place, number, "its 'text' is no text")
    title = columns.get("title")
    metadata = {name: value for name, value in columns.items() if name not in _OWN}
    path = columns.get("path") or columns.get("url")
    return Raw(
        doc=str(said),
        path=path if isinstance(path, str) else place.doc,
        data=text.encode("utf-8", "surrogatepass"),
        digest=digest_bytes(line),
        hints=msgspec.structs.replace(hints, format=_FORMATS.get(str(columns.get("format", "")), "text")),
        title=title if isinstance(title, str) else "",
        metadata=metadata,
        allowed=place.allowed,
    )


_FORMATS = {"markdown": "markdown", "html": "html"}


def _bad(place: Place, number: int, reason: str) -> Raw:
    return _failed(place, f"{place.doc}:{number}", problem_of(BadCorpusRow(line=number, reason=reason)))

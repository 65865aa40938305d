"""Read XML without following entities or the network, and open the zips that hold it within limits. Knows no format."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Protocol, cast

from loomwork.kernel.errors.knowledge import BrokenDocument, DocumentTooLarge, EncryptedDocument
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.limits import Limits

_RATIO = 400
_RATIO_FROM = 16 * 1024 * 1024


class Element(Protocol):
    """The part of lxml's element that parsers use."""

    tag: str
    text: str | None
    tail: str | None

    def get(self, key: str, default: str = "") -> str:
        """Return an attribute."""
        ...

    def find(self, path: str, namespaces: dict[str, str] | None = None) -> "Element | None":
        """Return the first element at a path."""
        ...

    def findall(self, path: str, namespaces: dict[str, str] | None = None) -> list["Element"]:
        """Return the elements at a path."""
        ...

    def iter(self, *tags: str) -> Iterator["Element"]:
        """Walk the element and what is beneath it."""
        ...

    def itertext(self) -> Iterator[str]:
        """Yield the text beneath the element."""
        ...

    def getparent(self) -> "Element | None":
        """Return the element above."""
        ...

    def __iter__(self) -> Iterator["Element"]:
        """Yield the elements right beneath."""
        ...


def parse_xml(data: bytes, *, recover: bool = False) -> Element:
    """Return the root of an XML file; entities stay unresolved, nothing is loaded, depth and size have bounds."""
    import lxml.etree  # pyright: ignore[reportUnusedImport]  # used below: the module has no types

    etree = cast("Any", lxml).etree
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=recover, remove_comments=True, remove_pis=True
    )
    root = cast("Element | None", etree.fromstring(data, parser))
    if root is None:
        raise ValueError("no XML element")
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace; nothing for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(cast("object", tag), str) else ""


def text_within(element: Element | None) -> str:
    """Return all text beneath an element."""
    return "".join(element.itertext()) if element is not None else ""


class Package:
    """A zip that is one document: its parts are read by name, each within the limits."""

    def __init__(self, job: Job) -> None:
        self._job = job
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(job.data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise BrokenDocument(format=job.format, reason=str(error)) from error
        self.names = self._zip.namelist()
        hold_sizes(self._zip, job.limits)

    def read(self, name: str) -> bytes:
        """Return a part. Raises `BrokenDocument` where it is missing or damaged."""
        try:
            return self._unpacked(self._zip.getinfo(name))
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise BrokenDocument(format=self._job.format, reason=f"{name}: {error}") from error

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise EncryptedDocument
        self._job.meter.unpacked(info.file_size)
        return self._zip.read(info)

    def has(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return name in self.names

    def xml(self, name: str) -> Element:
        """Return the root of an XML part."""
        return parse_xml(self.read(name))


def hold_sizes(packed: zipfile.ZipFile, limits: Limits) -> None:
    """Check what a zip says about itself before anything is unpacked: sizes, count and how far it shrank."""
    infos = packed.infolist()
    if len(infos) > 10 * limits.members:
        raise DocumentTooLarge(limit=10 * limits.members, unit="members", setting="members")
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked:
        raise DocumentTooLarge(limit=limits.unpacked, unit="bytes when unpacked", setting="unpacked")
    for info in infos:
        if info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(1, info.compress_size):
            raise DocumentTooLarge(limit=_RATIO, unit="times its packed size", setting="unpacked")

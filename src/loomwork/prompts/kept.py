"""Texts that a prompt has had and the store has kept, for projects without git. Reads the store, writes nothing."""

from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct

from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.prompts.history import askings
from loomwork.prompts.origins import label_of, name_of
from loomwork.prompts.seam import files_read
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow


class Kept(Struct, frozen=True):
    """One version of a prompt and its text."""

    version: str
    text: str


def kept_texts(path: Path, *, project: Path, store: Store, runs: Collection[str] | None = None) -> Iterator[Kept]:
    """Yield the texts that runs have read, newest run first, each version once; of `runs` only, where given.

    A text is kept with the call that read it, where the file lies in the project and is no larger than 64 kB.
    """
    label = label_of(path, project)
    seen: set[str] = set()
    for asking in askings(name_of(label), store, runs=runs):
        if asking.version not in seen:
            text = _text(store, asking.span, label)
            if text is not None:
                seen.add(asking.version)
                yield Kept(asking.version, text)


def _text(store: Store, span: SpanRow, label: str) -> str | None:
    call = store.calls.of_span(span.span)
    digest = None if call is None else files_read(store, call).get(label)
    try:
        return None if digest is None else store.blobs.get(Digest(digest)).decode()
    except (BlobMissing, BlobCorrupt, UnicodeDecodeError):
        return None

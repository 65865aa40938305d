"""The one file of prompts that touches flow: what is read is observed, what is used is noted on the span."""

from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from msgspec import DecodeError

from loomwork.flow.context import current_frame, mark_degraded
from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

NAME = "loomwork.prompt.name"
VERSION = "loomwork.prompt.version"


def observe_file(path: str) -> None:
    """Let the running step's memo depend on the content of a file."""
    frame = current_frame()
    if frame is not None and frame.watch is not None:
        from loomwork.flow.observe import observe  # the observer is loaded by the first step that runs, not before

        observe(path)


def note_use(name: str, version: str) -> None:
    """Put the prompt and its version on the span of the running step; several are kept as lists."""
    frame = current_frame()
    if frame is None or frame.span is None:
        return
    span = frame.span
    names, versions = _listed(span.attributes.get(NAME)), _listed(span.attributes.get(VERSION))
    if (name, version) in zip(names, versions, strict=False):
        return
    span.set(NAME, _single([*names, name]))
    span.set(VERSION, _single([*versions, version]))


def files_read(store: Store, call: CallRow) -> dict[str, Digest]:
    """Return the files that a call read, with the hashes of what they held; nothing where its record is lost."""
    from loomwork.flow.observe import FileRead
    from loomwork.flow.record import unpack

    try:
        record = unpack(store.blobs.get(call.record))
    except (BlobMissing, BlobCorrupt, DecodeError):
        return {}
    reads = (read for read in record.reads if isinstance(read, FileRead))
    return {read.path: read.digest for read in reads if read.digest is not None}


def overridden(name: str) -> Path | None:
    """Return the file that a replay puts in a prompt's place, or None; what it leads to is memoised for nobody."""
    frame = current_frame()
    if frame is None:
        return None
    files: Mapping[str, Path] = frame.runtime.services.get("prompt_overrides") or {}
    file = files.get(name)
    if file is not None:
        mark_degraded(f"the prompt {name} was replaced")
    return file


def run_blocking(name: str, better: str, body: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine from a thread without a loop. Raises `SyncOnLoop` on a loop's thread."""
    from loomwork.flow.sync import blocking  # loads the runner, which only scripts need here

    return blocking(name, better, body)


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- any list will do
    return [value] if isinstance(value, str) else []


def _single(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values

"""What the trace commands share: a trace by the beginning of its id, and bodies as text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from loomwork.cli.jsonable import jsonable
from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.kernel.errors.flow import AmbiguousTrace, NoSuchTrace

if TYPE_CHECKING:
    from loomwork.flow.behaviour import Project
    from loomwork.kernel.canonical import Digest
    from loomwork.store.protocols import Store
    from loomwork.store.rows import SpanRow

LOOKED_AT = 20_000
"""How many of the newest traces are searched for the beginning of an id."""
LAST = "last"
SHOWN_ID = 16
_WHOLE_ID = 32
_SHOWN_MATCHES = 4


def find_trace(store: Store, beginning: str) -> str:
    """Return the id of the trace that begins so, or of the last one. Raises `NoSuchTrace`, `AmbiguousTrace`.

    Raises:
        NoRunsYet: The last one is asked for, and there is none.
    """
    if beginning == LAST:
        newest = store.spans.list(limit=1)
        if not newest:
            raise NoRunsYet
        return newest[0].trace
    wanted = beginning.lower()
    if not wanted or set(wanted) - set("0123456789abcdef"):
        raise NoSuchTrace(trace=beginning)
    if len(wanted) == _WHOLE_ID:
        if not store.spans.trace(wanted):
            raise NoSuchTrace(trace=beginning)
        return wanted
    roots = store.spans.list(limit=LOOKED_AT)
    found = list(dict.fromkeys(root.trace for root in roots if root.trace.startswith(wanted)))
    if not found:
        raise NoSuchTrace(trace=beginning)
    if len(found) > 1:
        shown = ", ".join(each[: max(SHOWN_ID, len(wanted) + 4)] for each in found[:_SHOWN_MATCHES])
        raise AmbiguousTrace(prefix=beginning, matches=shown)
    return found[0]


def body_text(store: Store, digest: Digest | None, preview: str, folder: Path) -> str:
    """Return a body as text: a value of ours as JSON, anything else as it came; a lost one as its preview."""
    if digest is None:
        return preview
    from loomwork.flow.behaviour import Project
    from loomwork.kernel import codecs
    from loomwork.kernel.errors.kernel import Undecodable
    from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing

    try:
        data = store.blobs.get(digest)
    except (BlobMissing, BlobCorrupt):
        return preview
    reach_project(Project(folder, ()))  # a value of a project class needs the class
    try:
        value = codecs.decode(data)
    except Undecodable:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return preview
    return readable(value)


def reach_project(project: Project) -> None:
    """Let the project's modules be imported, compiled from their source."""
    from loomwork.flow.behaviour import install_finder

    install_finder(project)
    if str(project.root) not in sys.path:
        sys.path.insert(0, str(project.root))


def readable(value: object) -> str:
    """Return a value as a person reads it: conversations as turns, objects as fields, without what is empty."""
    from loomwork.kernel.messages import Message, Request, Response

    match value:
        case str():
            return value
        case Request():
            return "\n".join(readable(message) for message in value.messages)
        case Response():
            return readable(value.message)
        case Message():
            parts = [part.get("text") or json.dumps(_full(part), ensure_ascii=False) for part in jsonable(value.parts)]
            return f"{value.role}: " + "\n".join(parts)
        case dict():
            fields = cast("dict[object, object]", value)
            return "\n".join(f"{name}: {readable(each)}" for name, each in fields.items())
        case _:
            return json.dumps(_full(jsonable(value)), ensure_ascii=False)


def _full(value: Any) -> Any:
    """Return plain data without fields that say nothing."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {name: _full(each) for name, each in fields.items() if each not in (None, "", [], {})}
    return [_full(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def span_json(span: SpanRow) -> dict[str, object]:
    """Return one span as plain data."""
    found: dict[str, object] = jsonable(span)
    return found

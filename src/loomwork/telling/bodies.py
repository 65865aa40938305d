"""What was kept of a call, as a person reads it: conversations as turns, values as JSON. Knows no terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.flow.behaviour import Project
    from loomwork.kernel.bodies import Reference
    from loomwork.store.protocols import Store


def body_text(store: Store, reference: Reference | None, preview: str, folder: Path) -> str:
    """Return a body as text: a value of ours as JSON, anything else as it came; a lost one as its preview."""
    if reference is None:
        return preview
    from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing

    try:
        data = store.blobs.get(reference)
    except (BlobMissing, BlobCorrupt):
        return preview
    from loomwork.flow.behaviour import Project
    from loomwork.kernel import codecs
    from loomwork.kernel.errors.kernel import Undecodable

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

"""Langfuse's ChatML files: observation id -> the messages of its input and output. They carry no times and no trace."""

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.trace import BadTraceFile
from loomwork.store.rows import SpanRow
from loomwork.trace.foreign import Side, settle_foreign
from loomwork.trace.importers.imported import Imported
from loomwork.trace.importers.langfuse import hex_id
from loomwork.trace.span import Settled

FORMAT = "langfuse-chatml"
TIMELESS: Final = "loomwork.timeless"
"""Set on spans whose file says no time: their start and end are 0."""
SIDES: tuple[Side, ...] = ("input", "output")
Record = Mapping[str, object]


def fits(document: object) -> bool:
    """Say whether a decoded document maps ids to `{"input": {"success": ...}, "output": {"success": ...}}`."""
    if not isinstance(document, dict):
        return False
    entries = cast("dict[str, object]", document)
    return bool(entries) and all(_is_entry(each) for each in entries.values())


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    sides = cast("Record", entry)
    return bool(sides) and all(
        side in SIDES and isinstance(value, dict) and "success" in value for side, value in sides.items()
    )


def read(document: object, file: str) -> Imported:
    """Read the file as one trace without times: a span an observation, its messages as bodies.

    A side that the exporter itself could not read carries its error as an attribute instead. Raises `BadTraceFile`.
    """
    entries = cast("Mapping[str, Mapping[Side, Record]]", document)
    trace = digest_bytes(msgspec.json.encode(document))[:32]
    return Imported.of(
        (_span(identity, sides, trace, file) for identity, sides in entries.items()), file=file, format=FORMAT
    )


def _span(identity: str, sides: Mapping[Side, Record], trace: str, file: str) -> Settled:
    given: dict[Side, object] = {}
    attributes: dict[str, object] = {TIMELESS: True}
    for side in SIDES:
        found = sides.get(side, {})
        if found.get("success") is not True:
            attributes[f"langfuse.chatml.{side}"] = str(found.get("error"))[:400]
            continue
        if not isinstance(found.get("data"), list):
            raise BadTraceFile(file=file, format=FORMAT, position=f"{identity}.{side}.data", detail="no list")
        given[side] = found["data"]
    row = SpanRow(
        trace=trace,
        span=hex_id(identity, 16),
        name=identity,
        kind="span",
        start_ns=0,
        end_ns=0,
        status="unset",
        attributes=attributes,
    )
    return settle_foreign(row, given=given)

"""Langfuse's trace export: `{"trace": {...}, "observations": [...]}`, of any framework that was traced with it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

import msgspec

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.trace import BadTraceFile
from loomwork.store.rows import SpanRow
from loomwork.trace import semconv
from loomwork.trace.foreign import settle_foreign
from loomwork.trace.importers.imported import Imported
from loomwork.trace.span import Settled
from loomwork.trace.values import plain

FORMAT = "langfuse"
Record = Mapping[str, object]
KINDS: Mapping[str, str] = {
    "GENERATION": "model",
    "EMBEDDING": "embed",
    "TOOL": "tool",
    "AGENT": "agent",
    "RETRIEVER": "search",
    "CHAIN": "step",
    "EVALUATOR": "score",
    "GUARDRAIL": "guard",
    "EVENT": "event",
}
USAGE: Mapping[str, str] = {
    "input_cache_read": semconv.CACHE_READ,
    "prompt_details.cache_read": semconv.CACHE_READ,
    "cache_read_input_tokens": semconv.CACHE_READ,
    "cache_creation_input_tokens": semconv.CACHE_CREATION,
    "output_reasoning": semconv.REASONING,
    "completion_details.reasoning": semconv.REASONING,
    "input_audio": semconv.AUDIO_INPUT,
    "prompt_details.audio": semconv.AUDIO_INPUT,
    "output_audio": semconv.AUDIO_OUTPUT,
    "completion_details.audio": semconv.AUDIO_OUTPUT,
}
"""Langfuse's names for parts of the usage."""
OUTSIDE_INPUT = {"input_cache_read", "cache_read_input_tokens", "cache_creation_input_tokens", "input_audio"}
OUTSIDE_OUTPUT = {"output_reasoning", "output_audio"}
"""Parts that Langfuse subtracts from the whole; here, as in OpenTelemetry, parts are inside their whole."""
KEPT = ("environment", "version", "level", "promptName", "promptVersion", "timeToFirstToken", "modelParameters")


def fits(document: object) -> bool:
    """Say whether a decoded document is a Langfuse export: one trace, or a list of them."""
    if isinstance(document, list):
        entries = cast("list[object]", document)
        return bool(entries) and all(map(fits, entries))
    if not isinstance(document, dict):
        return False
    found = cast("Record", document)
    return isinstance(found.get("observations"), list) and isinstance(found.get("trace"), dict)


def read(document: object, file: str) -> Imported:
    """Read the export. Raises `BadTraceFile` where an observation has no id or no start."""
    exports = cast("list[Record]", document if isinstance(document, list) else [document])
    settled: list[Settled] = []
    for number, export in enumerate(exports):
        place = f"[{number}].observations" if isinstance(document, list) else "observations"
        settled += _export(export, file, place)
    return Imported.of(settled, file=file, format=FORMAT)


def _export(export: Record, file: str, place: str) -> list[Settled]:
    trace = cast("Record", export["trace"])
    observations = cast("list[object]", export["observations"])
    found: list[Settled] = []
    for number, observation in enumerate(observations):
        if not isinstance(observation, dict):
            raise _bad(file, f"{place}[{number}]", "an object was expected")
        found.append(_observation(cast("Record", observation), trace, file, f"{place}[{number}]"))
    return found


def _observation(observation: Record, trace: Record, file: str, place: str) -> Settled:
    identity, started = observation.get("id"), observation.get("startTime")
    if not isinstance(identity, str) or not identity:
        raise _bad(file, f"{place}.id", "an id was expected")
    start_ns = _time(started, file, f"{place}.startTime")
    ended = observation.get("endTime")
    metadata = _metadata(observation.get("metadata"))
    attributes = _attributes(observation, metadata)
    row = SpanRow(
        trace=hex_id(str(observation.get("traceId") or trace.get("id") or ""), 32),
        span=hex_id(identity, 16),
        parent=hex_id(str(observation.get("parentObservationId") or ""), 16),
        name=str(observation.get("name") or ""),
        kind=_kind(observation, attributes),
        start_ns=start_ns,
        end_ns=max(start_ns, _time(ended, file, f"{place}.endTime") if ended else start_ns),
        status="error" if observation.get("level") == "ERROR" else "ok" if ended else "unset",
        error=str(observation.get("statusMessage") or "") or None if observation.get("level") == "ERROR" else None,
        model=str(observation.get("model") or ""),
        subject=str(trace.get("userId") or ""),
        attributes=attributes,
    )
    settled = settle_foreign(row, given={"input": observation.get("input"), "output": observation.get("output")})
    return settled._replace(row=_measured(settled.row, observation))


def _kind(observation: Record, attributes: Record) -> str:
    stated = KINDS.get(str(observation.get("type")), "")
    return stated or semconv.kind_of(attributes)


def _attributes(observation: Record, metadata: Record) -> dict[str, object]:
    """Return the span's own attributes, with the rest of what Langfuse says beside them under its name."""
    inner = metadata.get("attributes")
    attributes = dict(cast("Record", inner)) if isinstance(inner, dict) else {}
    for name, key in (("resourceAttributes", "otel.resource"), ("scope", "otel.scope")):
        value = metadata.get(name)
        if isinstance(value, dict) and value:
            attributes[key] = _scope(cast("Record", value)) if key == "otel.scope" else value
    rest = {key: value for key, value in metadata.items() if key not in {"attributes", "resourceAttributes", "scope"}}
    if rest:
        attributes["langfuse.metadata"] = rest
    for name in KEPT:
        if observation.get(name) and observation[name] not in ("default", "DEFAULT"):
            attributes[f"langfuse.{name}"] = observation[name]
    details = observation.get("usageDetails")
    for name, count in cast("Record", details).items() if isinstance(details, dict) else ():
        if name in USAGE and isinstance(count, int) and count:
            attributes[USAGE[name]] = count
    for name in ("id", "traceId"):
        if hex_id(str(observation.get(name) or ""), 32 if name == "traceId" else 16) != observation.get(name):
            attributes[f"langfuse.{name}"] = observation.get(name)
    return {key: plain(value, lambda text: text) for key, value in attributes.items()}


def _scope(scope: Record) -> dict[str, object]:
    return {"name": str(scope.get("name") or ""), "version": str(scope.get("version") or "")}


def _measured(row: SpanRow, observation: Record) -> SpanRow:
    """Let what Langfuse itself counted and priced stand above what the attributes say."""
    details = observation.get("usageDetails")
    usage: Record = cast("Record", details) if isinstance(details, dict) else {}
    told_in = _whole(usage, "input", OUTSIDE_INPUT) or _count(observation.get("inputUsage"))
    told_out = _whole(usage, "output", OUTSIDE_OUTPUT) or _count(observation.get("outputUsage"))
    stated = observation.get("totalCost")
    price = stated if isinstance(stated, int | float) else 0
    return msgspec.structs.replace(
        row,
        input_tokens=told_in or row.input_tokens,
        output_tokens=told_out or row.output_tokens,
        cost_micros=round(price * 1_000_000) if price > 0 else row.cost_micros,
        currency="USD" if price > 0 else row.currency,
    )


def _whole(usage: Record, name: str, outside: set[str]) -> int:
    return _count(usage.get(name)) + sum(_count(usage.get(part)) for part in outside)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _metadata(value: object) -> Record:
    """Return metadata as an object; Langfuse's download writes it as JSON text."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return {"text": value}
    if isinstance(value, dict):
        return cast("Record", value)
    return {} if value is None else {"value": value}


def hex_id(identity: str, digits: int) -> str:
    """Return an id as OpenTelemetry has it: hex stays, a UUID loses its dashes, anything else is hashed.

    >>> hex_id("b3b7b128-5664-4f42-9fab-31999da9e2f1", 32), hex_id("", 16)
    ('b3b7b12856644f429fab31999da9e2f1', '')
    """
    if not identity:
        return ""
    plainer = identity.replace("-", "").lower()
    if len(plainer) == digits and all(c in "0123456789abcdef" for c in plainer):
        return plainer
    return digest_bytes(identity.encode())[:digits]


def _time(value: object, file: str, place: str) -> int:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise _bad(file, place, f"a time was expected, found {value!r}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000


def _bad(file: str, position: str, detail: str) -> BadTraceFile:
    return BadTraceFile(file=file, format=FORMAT, position=position, detail=detail)

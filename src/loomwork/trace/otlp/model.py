"""A span as OTLP has it, between the two encodings and our rows. Knows neither encoding nor our columns."""

from collections.abc import Mapping

from msgspec import Struct, field

STATUS = ("unset", "ok", "error")
"""Our words at the position of OTLP's status code."""
INTERNAL, SERVER, CLIENT = 1, 2, 3
SPAN_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")


class OtelEvent(Struct, frozen=True, kw_only=True):
    """Something that happened during a span."""

    name: str
    time_ns: int = 0
    attributes: dict[str, object] = field(default_factory=dict)


class OtelLink(Struct, frozen=True, kw_only=True):
    """A span that this one belongs to without being its child."""

    trace: str
    span: str
    attributes: dict[str, object] = field(default_factory=dict)


class Scope(Struct, frozen=True, kw_only=True):
    """The library that made a span."""

    name: str = ""
    version: str = ""


class OtelSpan(Struct, frozen=True, kw_only=True):
    """One span with the resource and scope that OTLP groups it under. Attribute values are `trace.values` plain."""

    trace: str
    span: str
    parent: str = ""
    name: str = ""
    kind: int = INTERNAL
    start_ns: int = 0
    end_ns: int = 0
    status: int = 0
    message: str = ""
    trace_state: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    events: tuple[OtelEvent, ...] = ()
    links: tuple[OtelLink, ...] = ()
    resource: Mapping[str, object] = field(default_factory=dict[str, object])
    scope: Scope = Scope()

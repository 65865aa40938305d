"""Turn what a body produced into a committed call: encode, judge, write, hand back what a hit would give.

A result is durable before anyone sees it. Whether it may be used again is decided here, in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from loomwork.flow.contents import Contents
from loomwork.flow.context import Frame
from loomwork.flow.lookup import Found, ambient
from loomwork.flow.opening import Opened, show_bodies
from loomwork.flow.places import named
from loomwork.flow.preview import preview
from loomwork.flow.record import Observed, Record, Value, pack
from loomwork.kernel import codecs
from loomwork.kernel.bodies import Reference, refer, within
from loomwork.kernel.canonical import Digest, combine, digest_bytes
from loomwork.kernel.errors.flow import CyclicResult, DeepResult, UnencodableResult, UnhashableArgument
from loomwork.kernel.errors.kernel import CyclicValue, NoCodec, TooDeep
from loomwork.store.rows import CallRow, Reuse

if TYPE_CHECKING:
    from loomwork.flow.behaviour import Behaviour
    from loomwork.flow.observe import Watch
    from loomwork.flow.runtime import Runtime

_LONGEST_RECORD = 3072
"""Bytes of a record that stand in its call's row: no other row has the same, so a body of its own saves nothing."""
_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


class Kept(NamedTuple):
    """A stream's chunk as it is remembered, out of reach of whoever gets it."""

    plain: Any = None
    data: bytes | None = None

    def value(self) -> Any:
        """Return the chunk, as a value of its own."""
        return self.plain if self.data is None else codecs.decode(self.data)


class Committed(Struct, frozen=True, eq=False, gc=False):
    """A result as its caller gets it, with what the caller must know of it."""

    value: Any
    worth: Digest
    ambients: frozenset[str]
    degraded: tuple[str, ...]
    call: str
    result: Reference | None
    record: Record
    data: bytes = b""
    """The result encoded, for others who wait for it; empty where a memo gave it."""

    @classmethod
    def of(cls, found: Found, value: Any) -> Committed:
        """Make it from a memo."""
        row, record = found.row, found.record
        return cls(value, found.worth, frozenset(record.ambients), (), row.id, row.result, record)


class _Judged(Struct, frozen=True, gc=False):
    reuse: Reuse
    expires_ns: int | None
    spoiled: tuple[str, ...]
    outside: tuple[str, ...]


class Committer:
    """Commits calls to one runtime's store."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known_parts: dict[Digest, Digest] = {}
        self._contents = Contents(runtime.project.root)

    def commit(self, opened: Opened, inner: Frame, value: Any) -> Committed:
        """Write a finished call; return its result as the store holds it. Raises `UnencodableResult`, store errors."""
        step = opened.step
        try:
            data = self._encode(opened, value)
            held = value if type(value) in _PLAIN else codecs.decode(data)
            found = self._runtime.keys.value(held, lambda: (step.name, "its result"))
        except Exception as error:
            self.failed(opened, inner, error)
            raise
        judged = self._judge(opened, inner, data)
        labels = inner.own_labels
        record, bodies = self._record(opened, inner, judged, result_code=found.code, out=preview(held))
        result = refer(data, bodies)
        written = refer(pack(record), bodies, longest=_LONGEST_RECORD)
        row = self._row(opened, inner, record, written, judged, status="ok", result=result, value=found.digest)
        kept = self._runtime.store.calls.commit(row, bodies, since_ns=opened.since_ns)
        if kept.id != row.id and kept.result is not None and kept.value is not None:  # another process was first
            data = self._runtime.store.blobs.get(kept.result)
            held = codecs.decode(data)
            theirs = self._runtime.lookup.record(kept.record)
            found = Value(kept.value, found.code if theirs is None else theirs.result_code)
            labels = labels if theirs is None else theirs.labels
            result = kept.result
        span = inner.span
        if span is not None:
            show_bodies(span, record, result)
            self._show(inner, judged, kept.id)
            span.end()
        worth = self._runtime.keys.worth(found, labels)
        degraded = tuple(inner.degraded)
        return Committed(held, worth, frozenset(inner.ambients), degraded, kept.id, result, record, data)

    def failed(self, opened: Opened, inner: Frame, error: BaseException) -> None:
        """Write a failed call: recorded for `why` and `replay`, never a memo."""
        if inner.watch is not None and not inner.watch.closed:
            self._inherit(opened, inner.watch)
        judged = _Judged("never", None, ("failed",), tuple(sorted(inner.outside)))
        record, bodies = self._record(opened, inner, judged, failed_alone=None not in inner.calls)
        text = named(error)
        written = refer(pack(record), bodies, longest=_LONGEST_RECORD)
        row = self._row(opened, inner, record, written, judged, status="failed", error=text)
        self._runtime.store.calls.commit(row, bodies, since_ns=opened.since_ns)
        self._end(inner, record, judged, row.id, text)

    def cancelled(self, inner: Frame, error: BaseException) -> None:
        """Note a call that was cancelled or a stream that was abandoned: nothing is remembered but its span."""
        if inner.watch is not None:
            inner.watch.finish()
        if inner.span is not None:
            inner.span.end(status="error", error=f"cancelled ({type(error).__name__})")

    def decode(self, found: Found) -> Any:
        """Return a memo's result. Raises `Undecodable`, `BlobCorrupt`, `BlobMissing`."""
        return codecs.decode(self._runtime.store.blobs.get(found.row.result or Digest("")))

    def fresh(self, committed: Committed) -> Any:
        """Return a result once more as a value of its own, for a second caller."""
        return committed.value if type(committed.value) in _PLAIN else codecs.decode(committed.data)

    def kept(self, opened: Opened, chunk: Any) -> Kept:
        """Return a stream's chunk as the memo keeps it. Raises `UnencodableResult`."""
        return Kept(chunk) if type(chunk) in _PLAIN else Kept(data=self._encode(opened, chunk))

    def _encode(self, opened: Opened, value: Any) -> bytes:
        try:
            return codecs.encode(value)
        except NoCodec as error:
            fields = error.fields
            raise UnencodableResult(
                step=opened.step.name, where=fields.get("where") or "a value", type=fields["type"]
            ) from None
        except CyclicValue as error:
            raise CyclicResult(step=opened.step.name, where=error.fields["where"]) from None
        except TooDeep:
            raise DeepResult(step=opened.step.name) from None

    def _judge(self, opened: Opened, inner: Frame, data: bytes) -> _Judged:
        """Decide who may use this result again."""
        options = opened.step.options
        watch = inner.watch
        spoiled = list(inner.spoiled)
        outside = set(inner.outside) | set(opened.keyed.behaviour.outside)
        if watch is not None:
            self._inherit(opened, watch)
            watch.finish()
            spoiled.extend(watch.spoiled)
            outside |= watch.outside
        if None in inner.calls:
            spoiled.append("a nested call failed or did not finish")
        if self._is_other(opened):
            spoiled.append("its code, a value that it reads or its settings changed during the call")
        if self._is_mutated(opened):
            spoiled.append("an argument was changed during the call")
            self._runtime.warn("argument-mutated", {"step": opened.step.name})
        if self._has_secret(data):
            spoiled.append("the result contains a secret")
        spoiled.extend(inner.degraded)
        reuse, expires = self._reuse(options, spoiled, outside)
        return _Judged(reuse, expires, tuple(spoiled), tuple(sorted(outside)))

    def _inherit(self, opened: Opened, watch: Watch) -> None:
        """Let the call take over what others have read for it."""
        behaviour, observer = opened.keyed.behaviour, self._runtime.observer
        watch.begun = ()  # when that was read is not known
        if behaviour.whole:
            observer.inherit_everything(watch)
            return
        watch.inherit(behaviour.codes)
        for lines in behaviour.imports:
            observer.inherit_import(watch, *lines)

    def _reuse(self, options: Any, spoiled: list[str], outside: set[str]) -> tuple[Reuse, int | None]:
        expires = None if options.ttl is None else self._runtime.clock.now_ns() + int(options.ttl * 1e9)
        if spoiled or options.cache == "off":
            return "never", None
        if outside and options.cache != "on" and options.ttl is None:
            return "run", None
        return "always", expires

    def _is_other(self, opened: Opened) -> bool:
        """Say whether a call now would have another key: what ran may be either."""
        step = opened.step
        if self._runtime.keys.behaviour(step).digest != opened.keyed.behaviour.digest:
            return True
        if step.settle is None or opened.keyed.settled is None:
            return False
        return step.settle.settle(self._runtime.services, opened.kept or {}).identity != opened.keyed.settled.identity

    def _is_mutated(self, opened: Opened) -> bool:
        if opened.step.semantics is not None:  # loomwork's own steps change none of what they are given
            return False
        if all(type(each) in _PLAIN for each in (*opened.args, *opened.kwargs.values())):
            return False
        try:
            now = self._runtime.keys.arguments(opened.step, opened.args, opened.kwargs)
        except UnhashableArgument:
            return True
        return now != opened.arguments

    def _record(
        self, opened: Opened, inner: Frame, judged: _Judged, *, result_code: tuple[str, ...] = (), out: str = "",
        failed_alone: bool = False,
    ) -> tuple[Record, list[bytes]]:  # fmt: skip
        bodies: list[bytes] = []
        behaviour = opened.keyed.behaviour
        parts = self._parts(behaviour, bodies)
        named = _named(opened)
        arguments = self._arguments(named, bodies)
        reads = tuple(inner.watch.observations) if inner.watch is not None else ()
        bodies.extend(self._contents.new(reads))
        settled = opened.keyed.settled
        record = Record(
            calls=tuple(call for call in inner.calls if call is not None),
            reads=reads,
            reads_after=_after(inner),
            failed_alone=failed_alone,
            arguments=opened.arguments,
            inputs=opened.keyed.bound,
            given=arguments if isinstance(arguments, bytes) else None,
            bodies=arguments if isinstance(arguments, str) else None,
            shown=settled.shown if settled is not None else {},
            draw=opened.draw,
            parts=parts,
            ambients=tuple(sorted(inner.ambients)),
            labels=inner.own_labels,
            result_code=result_code,
            outside=judged.outside,
            degraded=tuple(inner.degraded),
            spoiled=judged.spoiled,
            requests=inner.requests,
            cost_micros={} if inner.cost is None else {each.currency: each.micros for each in inner.cost.amounts},
            unpriced=0 if inner.cost is None else inner.cost.unpriced,
            preview_in=preview(named),
            preview_out=out,
        )
        return record, bodies

    def _has_secret(self, data: bytes) -> bool:
        secrets = self._runtime.secrets
        return bool(secrets) and any(secret in data for secret in secrets)

    def _parts(self, behaviour: Behaviour, bodies: list[bytes]) -> Digest | None:
        """Return the blob that lists a behaviour's parts, adding it to `bodies` the first time."""
        if not behaviour.parts:
            return None
        known = self._known_parts.get(behaviour.digest)
        if known is None:
            data = behaviour.packed_parts()
            known = self._known_parts[behaviour.digest] = digest_bytes(data)
            bodies.append(data)
        return known

    def _arguments(self, named: dict[str, Any], bodies: list[bytes]) -> bytes | Digest | None:
        """Return the encoded arguments for traces and replay; None where one cannot be, or holds a secret."""
        try:
            data = codecs.encode(named)
        except NoCodec:
            return None
        if self._has_secret(data):
            return None
        name = refer(data, bodies)
        return name if within(name) is None else data

    def _row(
        self, opened: Opened, inner: Frame, record: Record, written: Reference, judged: _Judged, *, status: Any,
        result: Reference | None = None, value: Digest | None = None, error: str | None = None,
    ) -> CallRow:  # fmt: skip
        scope = inner.scope
        span = inner.span
        return CallRow(
            id=self._runtime.ids.call_id(),
            key=opened.full_key,
            ambient=ambient(scope, inner.ambients),
            step=opened.step.name,
            kind=opened.step.kind,
            behaviour=opened.keyed.behaviour.digest,
            inputs=opened.keyed.inputs,
            run=scope.run,
            item=scope.item,
            trial=scope.trial,
            status=status,
            reuse=judged.reuse,
            result=result,
            value=value,
            observed=observed(record),
            record=written,
            created_ns=self._runtime.clock.now_ns(),
            expires_ns=judged.expires_ns,
            trace=span.trace if span is not None else "",
            span=span.span if span is not None else "",
            error=error,
        )

    def _end(self, inner: Frame, record: Record, judged: _Judged, call: str, error: str) -> None:
        span = inner.span
        if span is None:
            return
        show_bodies(span, record, None)
        self._show(inner, judged, call)
        span.end(status="error", error=error)

    def _show(self, inner: Frame, judged: _Judged, call: str) -> None:
        span = inner.span
        if span is None:
            return
        span.set("loomwork.call", call)
        if inner.requests:
            span.set("loomwork.requests", inner.requests)
        if inner.usage is not None:
            span.usage(inner.usage)
        if inner.cost is not None and len(inner.cost.amounts) == 1 and not inner.cost.unpriced:
            span.cost(inner.cost.amounts[0])
        if judged.outside:
            span.set("loomwork.outside", list(judged.outside))
        if judged.spoiled:
            span.set("loomwork.not_memoised", list(judged.spoiled))


_NOTHING = combine("|")


def observed(record: Record) -> Digest:
    """Hash everything a call saw: two calls of one key that saw the same agree."""
    if not record.calls and not record.reads:
        return _NOTHING
    return combine(*(_seen(call) for call in record.calls), "|", *(repr(read) for read in record.reads))


def _seen(call: Observed) -> str:
    return f"{call.slot}:{call.step}:{call.result}"


def _after(inner: Frame) -> tuple[int, ...]:
    """Return how many of the recorded calls had begun at each read; nothing where they are not all recorded."""
    if inner.watch is None or not inner.calls or None in inner.calls:
        return ()
    return tuple(inner.watch.after)


def _named(opened: Opened) -> dict[str, Any]:
    names = opened.step.parameters
    ignored = opened.step.ignore
    given = {names[place] if place < len(names) else f"*{place}": each for place, each in enumerate(opened.args)}
    given.update(opened.kwargs)
    return {name: each for name, each in given.items() if name not in ignored} if ignored else given

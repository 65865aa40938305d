"""Fold the events of a streamed message. Pure; knows no connection.

The protocol numbers its blocks and opens and closes each once, so that an event that comes twice or not at all shows
(but for a text delta sent twice, which looks like two). A stream is whole when `message_stop` came.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import structs

from loomwork.kernel.errors import BrokenStream
from loomwork.kernel.messages import Response
from loomwork.kernel.stream import (
    Assembler,
    Delta,
    Done,
    PartEvent,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageEvent,
)
from loomwork.models.drivers.anthropic import answer
from loomwork.models.drivers.reading import Json, Refused, Unreadable, count, decode, items, obj, rest, text

_READ = frozenset({"id", "type", "role", "model", "content", "stop_reason", "usage"})
_PLAIN = frozenset({"text", "thinking", "tool_use"})


class _Block:
    """A content block while it grows."""

    __slots__ = ("citations", "closed", "json", "signature", "start", "text")

    def __init__(self, start: Json) -> None:
        self.start = start
        self.text: list[str] = []
        self.json: list[str] = []
        self.signature = text(start.get("signature"), "signature")
        self.citations: list[Any] = list(items(start.get("citations") or (), "citations"))
        self.closed = False


class Pieces:
    """One streamed message while it arrives."""

    def __init__(self) -> None:
        self.progress: Literal["waiting", "answering", "ended"] = "waiting"
        self._whole = Assembler()
        self._blocks: dict[int, _Block] = {}
        self._head: Json | None = None
        self._usage: Json = {}
        self._stop = ""
        self._stopped = False
        self._extra: Json = {}

    def take(self, data: bytes) -> Iterator[StreamEvent]:
        """Read one event's data; yields what it says. Raises `Unreadable`, `Refused`."""
        event = decode(data)
        kind = event.get("type")
        if kind == "error" or event.get("error") is not None:
            raise Refused(event)
        if kind == "message_stop":
            done = Done(response=self._response())
            self.progress = "ended"
            yield done
            return
        for delta in self._read(str(kind), event):
            if not isinstance(delta, UsageEvent):
                self.progress = "answering"
            self._whole.add(delta)
            yield delta

    def _read(self, kind: str, event: Json) -> Iterator[Delta]:
        if kind == "message_start":
            yield from self._begin(obj(event.get("message"), "message"))
        elif kind == "content_block_start":
            yield from self._open(count(event, "index"), obj(event.get("content_block"), "content_block"))
        elif kind == "content_block_delta":
            yield from self._grow(count(event, "index"), obj(event.get("delta"), "delta"))
        elif kind == "content_block_stop":
            yield from self._close(count(event, "index"))
        elif kind == "message_delta":
            yield from self._end(event)
        elif kind != "ping" and self._head is None:
            raise Unreadable(f"an event of type {kind} before the message")

    def _begin(self, message: Json) -> Iterator[Delta]:
        if self._head is not None:
            raise Unreadable("the message started twice")
        self._head = message
        self._usage = dict(obj(message.get("usage") or {}, "usage"))
        self._extra.update(rest(message, _READ))
        for block in items(message.get("content") or (), "content"):
            yield PartEvent(part=answer.part(obj(block, "content")))

    def _open(self, index: int, start: Json) -> Iterator[Delta]:
        if index in self._blocks:
            raise Unreadable(f"content block {index} started twice")
        block = self._blocks[index] = _Block(start)
        kind = text(start.get("type"), "type")
        begun = text(start.get(kind), kind) if kind in {"text", "thinking"} else ""
        block.text.append(begun)
        if kind == "text":
            yield TextDelta(text=begun, block=index)
        elif kind == "thinking":
            yield ReasoningDelta(text=begun, signature=block.signature, block=index)
        elif kind == "tool_use":
            name = text(start.get("name"), "name")
            yield ToolCallDelta(block=index, id=text(start.get("id"), "id"), name=name)

    def _grow(self, index: int, delta: Json) -> Iterator[Delta]:
        block = self._blocks.get(index)
        if block is None or block.closed:
            raise Unreadable(f"more of content block {index}, which is not open")
        kind = delta.get("type")
        if kind == "text_delta":
            said = text(delta.get("text"), "text")
            block.text.append(said)
            yield TextDelta(text=said, block=index)
        elif kind == "thinking_delta":
            said = text(delta.get("thinking"), "thinking")
            block.text.append(said)
            yield ReasoningDelta(text=said, block=index)
        elif kind == "signature_delta":
            said = text(delta.get("signature"), "signature")
            block.signature += said
            yield ReasoningDelta(signature=said, block=index)
        elif kind == "input_json_delta":
            said = text(delta.get("partial_json"), "partial_json")
            block.json.append(said)
            if block.start.get("type") == "tool_use":
                yield ToolCallDelta(block=index, arguments=said)
        elif kind == "citations_delta":
            block.citations.append(delta.get("citation"))

    def _close(self, index: int) -> Iterator[Delta]:
        block = self._blocks.get(index)
        if block is None or block.closed:
            raise Unreadable(f"the end of content block {index}, which is not open")
        block.closed = True
        start = block.start
        kind = start.get("type")
        said = "".join(block.json)
        if kind == "tool_use":
            _check_json(said)
            if not said:
                yield ToolCallDelta(block=index, arguments=answer.arguments(start.get("input")))
            if rest(start, frozenset({"type", "id", "name", "input"})):
                whole = answer.call(start)
                yield PartEvent(part=structs.replace(whole, arguments=said or whole.arguments), block=index)
        elif kind == "text" and block.citations:
            part = answer.part({**start, "text": "".join(block.text), "citations": block.citations})
            yield PartEvent(part=part, block=index)
        elif kind not in _PLAIN:
            _check_json(said)
            part = answer.part({**start, "input": decode(said.encode())} if said else start)
            yield PartEvent(part=part, block=index)

    def _end(self, event: Json) -> Iterator[Delta]:
        if self._stopped:
            raise Unreadable("the message ended twice")
        delta = obj(event.get("delta"), "delta")
        self._stopped = True
        self._stop = text(delta.get("stop_reason"), "stop_reason")
        self._extra.update((k, v) for k, v in delta.items() if k != "stop_reason" and v is not None)
        self._extra.update(rest(event, frozenset({"type", "delta", "usage"})))
        self._usage.update(rest(obj(event.get("usage") or {}, "usage"), frozenset()))
        found = answer.read_usage(self._usage)
        if found is not None:
            yield UsageEvent(usage=found)

    def _response(self) -> Response:
        if self._head is None or not self._stopped:
            raise Unreadable("the message stopped before it was complete")
        open_blocks = [str(index) for index, block in self._blocks.items() if not block.closed]
        if open_blocks:
            raise Unreadable(f"content block {', '.join(open_blocks)} never ended")
        try:
            return self._whole.finish(
                finish_reason=answer.finish(self._stop),
                finish_raw=self._stop,
                model=text(self._head.get("model"), "model"),
                id=text(self._head.get("id"), "id"),
                extra=self._extra,
            )
        except BrokenStream as error:
            raise Unreadable(str(error.fields["reason"])) from error


def _check_json(said: str) -> None:
    """Pieces of JSON that do not add up show a piece that was lost or came twice."""
    if said:
        try:
            msgspec.json.decode(said)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unreadable(f"the pieces of a tool's input do not add up: {error}") from error

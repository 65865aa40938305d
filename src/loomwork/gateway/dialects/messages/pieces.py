"""Write a message of the messages API while it arrives: blocks are opened, grown and closed, one at a time. Pure."""

from typing import Any

from loomwork.gateway.dialects.asked import Asked, Head
from loomwork.gateway.dialects.messages.writing import block_of, encode, stop_of, usage_of
from loomwork.kernel.messages import OtherPart, Part, ReasoningPart, Response, TextPart, ToolCall
from loomwork.kernel.stream import (
    AudioDelta,
    Delta,
    Done,
    PartEvent,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageEvent,
)
from loomwork.kernel.usage import Usage

Json = dict[str, Any]
_Place = tuple[str, int | None]


class MessagePieces:
    """One streamed message while it is written."""

    def __init__(self, asked: Asked, head: Head) -> None:
        del asked
        self._head = head
        self._begun = False
        self._open: _Place | None = None
        self._index = -1
        self._usage: Usage | None = None

    def take(self, choice: int, event: StreamEvent) -> bytes:
        """Write what an event says."""
        del choice
        if type(event) is TextDelta and self._open == ("text", event.block):  # nearly every event there is
            return self._grown(b'"text_delta","text":', event.text) if event.text else b""
        if isinstance(event, Done):
            return self._begin() + self._done(event.response)
        if isinstance(event, UsageEvent):
            self._usage = event.usage
            return b""
        return self._begin() + self._delta(event)

    def end(self) -> bytes:
        """Nothing is left: the message's own end has been written."""
        return b""

    def _begin(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        message: Json = {
            "id": self._head.id,
            "type": "message",
            "role": "assistant",
            "model": self._head.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage_of(self._usage),
        }
        return _event("message_start", {"type": "message_start", "message": message})

    def _delta(self, event: Delta) -> bytes:
        match event:
            case TextDelta() | RefusalDelta():
                opened = self._at(("text", event.block), {"type": "text", "text": ""})
                return opened + (self._grown(b'"text_delta","text":', event.text) if event.text else b"")
            case ReasoningDelta():
                return self._thought(event)
            case ToolCallDelta():
                opened = b""
                if self._open != ("tool_call", event.block):
                    block: Json = {"type": "tool_use", "id": event.id, "name": event.name, "input": {}}
                    opened = self._at(("tool_call", event.block), block)
                said = event.arguments
                return opened + (self._grown(b'"input_json_delta","partial_json":', said) if said else b"")
            case PartEvent():
                return self._part(event)
            case AudioDelta() | UsageEvent():
                return b""

    def _thought(self, event: ReasoningDelta) -> bytes:
        out = self._at(("reasoning", event.block), {"type": "thinking", "thinking": "", "signature": ""})
        if event.text:
            out += self._grown(b'"thinking_delta","thinking":', event.text)
        if event.signature:
            out += self._grown(b'"signature_delta","signature":', event.signature)
        return out

    def _part(self, event: PartEvent) -> bytes:
        """A part that comes whole. One whose pieces have been written only adds what the pieces did not have."""
        part = event.part
        if event.block is not None and self._open is not None and self._open[1] == event.block:
            if isinstance(part, TextPart) and part.extra.get("citations"):
                deltas = ({"type": "citations_delta", "citation": each} for each in part.extra["citations"])
                return b"".join(self._grows(delta) for delta in deltas)
            return b""
        return self._whole(part)

    def _whole(self, part: Part) -> bytes:
        """A block of its own, opened and closed at once."""
        block = block_of(part)
        if block is None:
            return b""
        if isinstance(part, TextPart):
            return self._open_new(("text", None), {**block, "text": ""}) + self._grown(
                b'"text_delta","text":', part.text
            )
        if isinstance(part, ToolCall) and part.kind != "server":
            opened = self._open_new(("part", None), {**block, "input": {}})
            said = encode(block["input"]).decode()
            return opened + self._grown(b'"input_json_delta","partial_json":', said) + self._close()
        if isinstance(part, ReasoningPart) and not part.redacted:
            opened = self._open_new(("part", None), {"type": "thinking", "thinking": "", "signature": ""})
            opened += self._grown(b'"thinking_delta","thinking":', part.text)
            return opened + self._grown(b'"signature_delta","signature":', part.signature) + self._close()
        if isinstance(part, OtherPart | ReasoningPart | ToolCall):
            return self._open_new(("part", None), block) + self._close()
        return b""

    def _at(self, place: _Place, block: Json) -> bytes:
        return b"" if self._open == place else self._open_new(place, block)

    def _open_new(self, place: _Place, block: Json) -> bytes:
        closed = self._close()
        self._open = place
        self._index += 1
        start = {"type": "content_block_start", "index": self._index, "content_block": block}
        return closed + _event("content_block_start", start)

    def _close(self) -> bytes:
        if self._open is None:
            return b""
        self._open = None
        return _event("content_block_stop", {"type": "content_block_stop", "index": self._index})

    def _grown(self, kind: bytes, said: str) -> bytes:
        return (
            b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,"delta":{"type":%s%s}}\n\n'
            % (self._index, kind, encode(said))
        )

    def _grows(self, delta: Json) -> bytes:
        return _event("content_block_delta", {"type": "content_block_delta", "index": self._index, "delta": delta})

    def _done(self, response: Response) -> bytes:
        said = b""
        if self._index < 0:
            said = b"".join(self._whole(part) for part in response.message.parts)
        said += self._close()
        stop = {"stop_reason": stop_of(response), "stop_sequence": response.extra.get("stop_sequence")}
        ended = {"type": "message_delta", "delta": stop, "usage": usage_of(response.usage or self._usage)}
        return said + _event("message_delta", ended) + _event("message_stop", {"type": "message_stop"})


def _event(name: str, data: Json) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), encode(data))

"""Write a chat completion while it arrives: one event of ours becomes one server-sent event. Pure."""

import base64
from collections.abc import Iterator
from typing import Any, assert_never

from msgspec import structs

from loomwork.gateway.dialects.asked import Asked, Head
from loomwork.gateway.dialects.chat.writing import (
    OWN,
    audio_of,
    beside,
    call_of,
    encode,
    finish_of,
    logprobs_of,
    usage_of,
)
from loomwork.kernel.messages import AudioPart, Response, TokenLogprob, ToolCall
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


class ChatPieces:
    """One streamed answer while it is written."""

    def __init__(self, asked: Asked, head: Head) -> None:
        self._asked = asked
        self._choices = [_Choice(place) for place in range(len(asked.requests))]
        self._usage: Usage | None = None
        self._fields: Json = {
            "id": head.id,
            "object": "chat.completion.chunk",
            "created": head.created,
            "model": head.model,
        }
        self._plain = [
            b"data: "
            + encode(self._fields)[:-1]
            + b',"choices":[{"index":'
            + str(place).encode()
            + b',"delta":{"content":'
            for place in range(len(asked.requests))
        ]
        self._after = b'},"logprobs":null,"finish_reason":null}]' + (
            b',"usage":null}\n\n' if asked.usage_chunk else b"}\n\n"
        )

    def take(self, choice: int, event: StreamEvent) -> bytes:
        """Write what an event says."""
        state = self._choices[choice]
        if type(event) is TextDelta and state.begun and not event.logprobs:  # nearly every event there is
            state.spoken = True
            return self._plain[choice] + encode(event.text) + self._after if event.text else b""
        if isinstance(event, Done):
            return self._done(state, event.response)
        if isinstance(event, UsageEvent):
            return b""
        logprobs = event.logprobs if isinstance(event, TextDelta) else ()
        return b"".join(self._delta(state, delta, logprobs) for delta in state.read(event))

    def end(self) -> bytes:
        """The tokens, where they were asked for, and the end."""
        if not self._asked.usage_chunk:
            return b"data: [DONE]\n\n"
        used = None if self._usage is None else usage_of(self._usage)
        return b"data: " + encode({**self._fields, "choices": [], "usage": used}) + b"\n\ndata: [DONE]\n\n"

    def _delta(self, state: "_Choice", delta: Json, logprobs: tuple[TokenLogprob, ...] = ()) -> bytes:
        if not state.begun:
            state.begun = True
            delta = {"role": "assistant", "content": None, **delta}
        return self._chunk(
            {"index": state.place, "delta": delta, "logprobs": logprobs_of(logprobs), "finish_reason": None}
        )

    def _chunk(self, choice: Json, **more: Any) -> bytes:
        body = {**self._fields, "choices": [choice], **more}
        if self._asked.usage_chunk:
            body["usage"] = None
        return b"data: " + encode(body) + b"\n\n"

    def _done(self, state: "_Choice", response: Response) -> bytes:
        said = b""
        if not state.spoken:
            whole = ((delta, response.logprobs if "content" in delta else ()) for delta in state.whole(response))
            said = b"".join(self._delta(state, delta, logprobs) for delta, logprobs in whole)
        left = {key: value for key, value in beside(response).items() if key != "reasoning_content"}
        left |= {key: value for key, value in response.message.extra.items() if key not in left}
        if left:
            said += self._delta(state, left)
        if not state.begun:
            said += self._delta(state, {"content": ""})
        if response.usage is not None:
            self._usage = response.usage if self._usage is None else self._usage + response.usage
        extra = {key: value for key, value in response.extra.items() if key not in OWN and key not in self._fields}
        if response.model:
            extra["model"] = response.model
        end: Json = {"index": state.place, "delta": {}, "logprobs": None, "finish_reason": finish_of(response)}
        return said + self._chunk(end, **extra)


class _Choice:
    """One of the answers to one request."""

    __slots__ = ("_calls", "begun", "place", "spoken")

    def __init__(self, place: int) -> None:
        self.place = place
        self.begun = False
        """The role has been said."""
        self.spoken = False
        """Something of the answer has been said."""
        self._calls: dict[int, int] = {}

    def read(self, event: Delta) -> Iterator[Json]:
        """What an event adds to the message."""
        self.spoken = True
        match event:
            case TextDelta():
                yield {"content": event.text}
            case ReasoningDelta():
                if event.text:
                    yield {"reasoning_content": event.text}
            case RefusalDelta():
                yield {"refusal": event.text}
            case AudioDelta():
                yield {"audio": _sound(event)}
            case ToolCallDelta():
                yield {"tool_calls": [self._call(event)]}
            case PartEvent():
                if isinstance(event.part, ToolCall) and event.part.kind != "server" and event.block not in self._calls:
                    self._calls[event.block if event.block is not None else -1 - len(self._calls)] = len(self._calls)
                    yield {"tool_calls": [{"index": len(self._calls) - 1, **call_of(event.part)}]}
            case UsageEvent():
                return
            case _:
                assert_never(event)

    def _call(self, event: ToolCallDelta) -> Json:
        place = self._calls.get(event.block)
        field, said = ("custom", "input") if event.kind == "custom" else ("function", "arguments")
        if place is not None:
            return {"index": place, field: {said: event.arguments}}
        place = self._calls[event.block] = len(self._calls)
        inner = {"name": event.name, said: event.arguments}
        return {"index": place, "id": event.id, "type": field, field: inner}

    def whole(self, response: Response) -> Iterator[Json]:
        """All of an answer that came in one piece."""
        message = response.message
        if message.reasoning:
            yield {"reasoning_content": message.reasoning}
        if message.text:
            yield {"content": message.text}
        if message.refusal:
            yield {"refusal": message.refusal}
        for part in message.parts:
            if isinstance(part, AudioPart):
                yield {"audio": audio_of(part)}
        for place, call in enumerate(message.tool_calls):
            yield {"tool_calls": [{"index": place, **call_of(structs.replace(call, extra={}))}]}


def _sound(event: AudioDelta) -> Json:
    out: Json = {}
    if event.id:
        out["id"] = event.id
    if event.data:
        out["data"] = base64.b64encode(event.data).decode("ascii")
    if event.transcript:
        out["transcript"] = event.transcript
    return out

"""Fold the events of a streamed chat completion. Pure; knows no connection.

A stream is whole when `[DONE]` came. Sent twice, most pieces look like two pieces; what cannot be meant twice (an
end, a piece that OpenAI padded with random `obfuscation`) is refused.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import structs

from loomwork.kernel.errors import BrokenStream
from loomwork.kernel.messages import Part, ReasoningPart, Response, TextPart
from loomwork.kernel.stream import (
    Assembler,
    AudioDelta,
    Delta,
    Done,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageEvent,
)
from loomwork.models.drivers.openai import answer
from loomwork.models.drivers.reading import Json, Refused, Unreadable, binary, count, decode, items, obj, objects, text

_READ = frozenset({"choices", "usage", "id", "model", "object", "created", "obfuscation", "x_groq"})
_READ_CHOICE = frozenset({"index", "delta", "finish_reason", "logprobs"})
_READ_DELTA = frozenset(
    {"role", "content", "refusal", "tool_calls", "audio", "reasoning", "reasoning_content", "reasoning_details",
     "annotations"}
)  # fmt: skip


class Pieces:
    """One streamed answer while it arrives."""

    def __init__(self) -> None:
        self.progress: Literal["waiting", "answering", "ended"] = "waiting"
        self._whole = Assembler()
        self._before = b""
        self._finish = ""
        self._id = ""
        self._model = ""
        self._extra: Json = {}
        self._said: Json = {}
        self._details: list[Json] = []
        self._annotations: list[Any] = []
        self._calls: dict[int, str] = {}

    def take(self, data: bytes) -> Iterator[StreamEvent]:
        """Read one event's data; yields what it says. Raises `Unreadable`, `Refused`, `BrokenStream`."""
        if data.strip() == b"[DONE]":
            self.progress = "ended"
            yield Done(response=self._response())
            return
        chunk = decode(data)
        if chunk.get("error") is not None:
            raise Refused(chunk)
        self._check_twice(data, chunk)
        for delta in self._read(chunk):
            if not isinstance(delta, UsageEvent):
                self.progress = "answering"
            self._whole.add(delta)
            yield delta

    def _check_twice(self, data: bytes, chunk: Json) -> None:
        if data == self._before and ("obfuscation" in chunk or _ends(chunk)):
            raise Unreadable("the same piece came twice")
        self._before = data

    def _read(self, chunk: Json) -> Iterator[Delta]:
        self._id = self._id or text(chunk.get("id"), "id")
        self._model = self._model or text(chunk.get("model"), "model")
        self._extra.update((k, v) for k, v in chunk.items() if k not in _READ and v is not None)
        choices = items(chunk.get("choices") if chunk.get("choices") is not None else _missing(chunk), "choices")
        for raw in choices[:1]:
            choice = obj(raw, "choices[0]")
            yield from self._choice(choice)
        usage = chunk.get("usage") or obj(chunk.get("x_groq") or {}, "x_groq").get("usage")
        if usage:
            found = answer.read_usage(usage)
            if found is not None:
                yield UsageEvent(usage=found)

    def _choice(self, choice: Json) -> Iterator[Delta]:
        self._extra.update((k, v) for k, v in choice.items() if k not in _READ_CHOICE and v is not None)
        self._finish = text(choice.get("finish_reason"), "finish_reason") or self._finish
        delta = obj(choice.get("delta") or {}, "delta")
        self._said.update((k, v) for k, v in delta.items() if k not in _READ_DELTA and v is not None)
        thought, spoken = answer.split_content(delta.get("content"))
        thought = thought or answer.reasoning_text(delta)
        self._details.extend(objects(delta.get("reasoning_details"), "reasoning_details"))
        self._annotations.extend(items(delta.get("annotations") or (), "annotations"))
        if thought:
            yield ReasoningDelta(text=thought)
        logprobs = answer.read_logprobs(choice.get("logprobs"))
        if spoken or logprobs:
            yield TextDelta(text=spoken, logprobs=logprobs)
        if delta.get("refusal"):
            yield RefusalDelta(text=text(delta["refusal"], "refusal"))
        if delta.get("audio"):
            yield _sound(obj(delta["audio"], "audio"))
        for call in items(delta.get("tool_calls") or (), "tool_calls"):
            yield self._call(obj(call, "tool_calls"))

    def _call(self, call: Json) -> ToolCallDelta:
        block = count(call, "index") if "index" in call else len(self._calls)
        ident = text(call.get("id"), "tool_calls.id")
        kind = "custom" if call.get("type") == "custom" else "function"
        inner = obj(call.get("custom" if kind == "custom" else "function") or {}, "tool_calls.function")
        name = text(inner.get("name"), "name")
        arguments = inner.get("input") if kind == "custom" else inner.get("arguments")
        said = "" if arguments is None or arguments == "" else answer.arguments_text(arguments)
        self._calls[block] = self._calls.get(block, "") + said
        return ToolCallDelta(block=block, id=ident, name=name, arguments=said, kind=kind)

    def _response(self) -> Response:
        for block, said in self._calls.items():
            if not said:
                self._whole.add(ToolCallDelta(block=block, arguments="{}"))
        try:
            made = self._whole.finish(
                finish_reason="stop", finish_raw=self._finish, model=self._model, id=self._id, extra=self._extra
            )
        except BrokenStream as error:
            raise Unreadable(str(error.fields["reason"])) from error
        message = structs.replace(made.message, parts=self._completed(made.message.parts), extra=self._said)
        return structs.replace(made, message=message, finish_reason=answer.finish(self._finish, message))

    def _completed(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with what came beside them: annotations of the text, details of the reasoning."""
        details = _merged(self._details)
        if details and not any(isinstance(part, ReasoningPart) for part in parts):
            parts = (ReasoningPart(), *parts)
        return tuple(self._with_extra(part, details) for part in sorted(parts, key=_order))

    def _with_extra(self, part: Part, details: list[Json]) -> Part:
        if isinstance(part, ReasoningPart) and details:
            return structs.replace(part, extra={"reasoning_details": details})
        if isinstance(part, TextPart) and self._annotations:
            return structs.replace(part, extra={"annotations": self._annotations})
        return part


def _order(part: Part) -> int:
    """Reasoning, text, refusal, sound, calls: the order of a whole answer."""
    return _ORDER.get(type(part).__name__, len(_ORDER))


_ORDER = {"ReasoningPart": 0, "TextPart": 1, "RefusalPart": 2, "AudioPart": 3, "ToolCall": 4}


def _ends(chunk: Json) -> bool:
    choices = items(chunk.get("choices") or (), "choices")
    return any(obj(choice, "choices").get("finish_reason") is not None for choice in choices)


def _missing(chunk: Json) -> list[Any]:
    if "usage" in chunk or chunk.get("object") == "chat.completion.chunk" or "moderation" in chunk:
        return []
    raise Unreadable("a piece without choices")


def _sound(audio: Json) -> AudioDelta:
    return AudioDelta(
        data=binary(audio.get("data"), "audio.data"),
        transcript=text(audio.get("transcript"), "audio.transcript"),
        id=text(audio.get("id"), "audio.id"),
    )


def _merged(details: list[Json]) -> list[Json]:
    """Fragments of reasoning details, joined where they carry the same index and type."""
    out: list[Json] = []
    for detail in details:
        last = out[-1] if out else None
        if last is None or (last.get("index"), last.get("type")) != (detail.get("index"), detail.get("type")):
            out.append(dict(detail))
            continue
        for key, value in detail.items():
            grows = key in {"text", "summary", "data"} and isinstance(value, str)
            last[key] = _longer(last.get(key), value) if grows else (value if value is not None else last.get(key))
    return out


def _longer(before: Any, more: str) -> str:
    return text(before, "reasoning_details") + more

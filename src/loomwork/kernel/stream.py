"""The pieces of an answer while it arrives, and their fold into the whole. Knows no provider and no wire format."""

from typing import TypeAlias, assert_never

from msgspec import Struct

from loomwork.kernel.errors import BrokenStream
from loomwork.kernel.messages import (
    AudioPart,
    Extra,
    FinishReason,
    Message,
    Part,
    ReasoningPart,
    RefusalPart,
    Response,
    TextPart,
    TokenLogprob,
    ToolCall,
    ToolKind,
)
from loomwork.kernel.usage import Usage


class TextDelta(Struct, frozen=True, kw_only=True, tag="text"):
    """More text. `block` tells several texts of one answer apart; None where the provider has only one."""

    text: str
    block: int | None = None
    logprobs: tuple[TokenLogprob, ...] = ()


class ReasoningDelta(Struct, frozen=True, kw_only=True, tag="reasoning"):
    """More reasoning, or its signature."""

    text: str = ""
    signature: str = ""
    block: int | None = None


class RefusalDelta(Struct, frozen=True, kw_only=True, tag="refusal"):
    """More of a refusal."""

    text: str
    block: int | None = None


class AudioDelta(Struct, frozen=True, kw_only=True, tag="audio"):
    """More sound, or more of its transcript."""

    data: bytes = b""
    transcript: str = ""
    id: str = ""
    mime: str = ""
    block: int | None = None


class ToolCallDelta(Struct, frozen=True, kw_only=True, tag="tool_call"):
    """The start of a tool call (id and name) or more of its arguments. `block` tells calls apart."""

    block: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    kind: ToolKind = "function"


class PartEvent(Struct, frozen=True, kw_only=True, tag="part"):
    """A part that arrives whole. With a `block` that is already open, it replaces what was gathered there."""

    part: Part
    block: int | None = None


class UsageEvent(Struct, frozen=True, kw_only=True, tag="usage"):
    """Tokens used so far by the whole call; a later event replaces an earlier one."""

    usage: Usage


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The end, with the whole answer. A stream without it was cut off."""

    response: Response


Delta: TypeAlias = TextDelta | ReasoningDelta | RefusalDelta | AudioDelta | ToolCallDelta | PartEvent | UsageEvent
StreamEvent: TypeAlias = Delta | Done

_Key: TypeAlias = tuple[str, int | None]


class _Open:
    """One part while it grows."""

    __slots__ = ("data", "id", "kind", "mime", "name", "part", "signature", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.data: list[bytes] = []
        self.signature = ""
        self.id = ""
        self.name = ""
        self.mime = ""
        self.kind: ToolKind = "function"
        self.part: Part | None = None

    def close(self, shape: str) -> Part | None:
        """Return the finished part; None when nothing was ever said."""
        if self.part is not None:
            return self.part
        text = "".join(self.text)
        match shape:
            case "text":
                return TextPart(text=text) if text else None
            case "reasoning":
                return ReasoningPart(text=text, signature=self.signature) if text or self.signature else None
            case "refusal":
                return RefusalPart(text=text) if text else None
            case "audio":
                return AudioPart(data=b"".join(self.data), mime=self.mime, id=self.id, transcript=text)
            case _:
                return ToolCall(id=self.id, name=self.name, arguments=text, kind=self.kind)


class Assembler:
    """Folds deltas into the response they make up; the same fold for every driver.

    Parts stand in the order in which they were first seen. Nothing is decided here: the driver says why it ended.

    >>> whole = Assembler()
    >>> for piece in (TextDelta(text="Hel"), TextDelta(text="lo")):
    ...     whole.add(piece)
    >>> whole.finish(finish_reason="stop").text
    'Hello'
    """

    def __init__(self) -> None:
        self._open: dict[_Key, _Open] = {}
        self._logprobs: list[TokenLogprob] = []
        self._loose = 0
        self.usage: Usage | None = None

    def add(self, event: Delta) -> None:
        """Take one more piece."""
        match event:
            case TextDelta():
                self._at("text", event.block).text.append(event.text)
                self._logprobs.extend(event.logprobs)
            case ReasoningDelta():
                part = self._at("reasoning", event.block)
                part.text.append(event.text)
                part.signature += event.signature
            case RefusalDelta():
                self._at("refusal", event.block).text.append(event.text)
            case AudioDelta():
                self._add_audio(event)
            case ToolCallDelta():
                self._add_call(event)
            case PartEvent():
                self._add_part(event)
            case UsageEvent():
                self.usage = event.usage
            case _:
                assert_never(event)

    def finish(
        self,
        *,
        finish_reason: FinishReason,
        finish_raw: str = "",
        model: str = "",
        id: str = "",
        extra: Extra | None = None,
    ) -> Response:
        """Return the whole answer. Raises `BrokenStream` for a tool call that never got its name."""
        parts = [part for (shape, _), piece in self._open.items() if (part := piece.close(shape)) is not None]
        for part in parts:
            if isinstance(part, ToolCall) and not part.name:
                raise BrokenStream(reason="a tool call came without the name of its tool")
        return Response(
            message=Message(role="assistant", parts=tuple(parts)),
            finish_reason=finish_reason,
            finish_raw=finish_raw,
            usage=self.usage,
            model=model,
            id=id,
            logprobs=tuple(self._logprobs),
            extra=extra or {},
        )

    def _at(self, shape: str, block: int | None) -> _Open:
        return self._open.setdefault((shape, block), _Open())

    def _add_audio(self, event: AudioDelta) -> None:
        part = self._at("audio", event.block)
        part.data.append(event.data)
        part.text.append(event.transcript)
        part.id = event.id or part.id
        part.mime = event.mime or part.mime

    def _add_call(self, event: ToolCallDelta) -> None:
        part = self._at("tool_call", event.block)
        part.id = event.id or part.id
        part.name = event.name or part.name
        part.kind = event.kind
        part.text.append(event.arguments)

    def _add_part(self, event: PartEvent) -> None:
        for (_, block), piece in self._open.items():
            if event.block is not None and block == event.block:
                piece.part = event.part
                return
        self._loose += 1
        self._at("part", -self._loose if event.block is None else event.block).part = event.part

"""Read what the messages API says: content blocks, stop reason, usage. Pure; what has no field of ours is kept."""

from typing import Any

import msgspec

from loomwork.kernel.messages import (
    FinishReason,
    Message,
    OtherPart,
    Part,
    ReasoningPart,
    Response,
    TextPart,
    ToolCall,
)
from loomwork.kernel.usage import Usage
from loomwork.models.drivers.reading import Json, Unreadable, count, items, obj, rest, text

_FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}
_READ = frozenset({"id", "type", "role", "model", "content", "stop_reason", "usage"})
_CALLS = {"tool_use": "function", "server_tool_use": "server", "mcp_tool_use": "server"}


def read(body: Json) -> Response:
    """A whole `message`."""
    if body.get("type") != "message" or "content" not in body:
        raise Unreadable("no message in it")
    raw = text(body.get("stop_reason"), "stop_reason")
    blocks = items(body["content"], "content")
    return Response(
        message=Message(role="assistant", parts=tuple(part(obj(block, "content")) for block in blocks)),
        finish_reason=finish(raw),
        finish_raw=raw,
        usage=read_usage(body.get("usage")),
        model=text(body.get("model"), "model"),
        id=text(body.get("id"), "id"),
        extra=rest(body, _READ),
    )


def finish(raw: str) -> FinishReason:
    """What an answer ended with."""
    return _FINISH.get(raw, "other")


def part(block: Json) -> Part:
    """A content block as a part."""
    kind = text(block.get("type"), "content.type")
    if kind == "text":
        return TextPart(text=text(block.get("text"), "text"), extra=rest(block, frozenset({"type", "text"})))
    if kind == "thinking":
        return ReasoningPart(
            text=text(block.get("thinking"), "thinking"), signature=text(block.get("signature"), "signature")
        )
    if kind == "redacted_thinking":
        return ReasoningPart(redacted=text(block.get("data"), "data"))
    if kind in _CALLS:
        return call(block)
    if not kind:
        raise Unreadable("a content block without a type")
    return OtherPart(kind=kind, data={key: value for key, value in block.items() if key != "type"})


def call(block: Json) -> ToolCall:
    """A block that calls a tool, ours or the provider's own."""
    kind = text(block.get("type"), "type")
    name = text(block.get("name"), "name")
    if not name:
        raise Unreadable("a tool call without the name of its tool")
    extra = rest(block, frozenset({"type", "id", "name", "input"}))
    if kind != "tool_use":
        extra = {"type": kind, **extra}
    return ToolCall(
        id=text(block.get("id"), "id"),
        name=name,
        arguments=arguments(block.get("input")),
        kind="function" if kind == "tool_use" else "server",
        extra=extra,
    )


def arguments(value: Any) -> str:
    """The arguments as text, as every protocol of ours has them."""
    return msgspec.json.encode({} if value is None else value).decode()


def read_usage(usage: Any) -> Usage | None:
    """Token counts. The API counts cached tokens beside the input; ours are parts of it."""
    if usage is None:
        return None
    found = obj(usage, "usage")
    cached = count(found, "cache_read_input_tokens")
    written = count(found, "cache_creation_input_tokens")
    details = obj(found.get("output_tokens_details") or {}, "output_tokens_details")
    return Usage(
        input_tokens=count(found, "input_tokens") + cached + written,
        output_tokens=count(found, "output_tokens"),
        cached_input_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=count(details, "thinking_tokens"),
    )

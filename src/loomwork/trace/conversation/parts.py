"""Read one part of a message: text, tool call, tool result, picture, thought. Knows no whole conversation."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeGuard, cast

import msgspec

from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Media,
    OtherPart,
    Part,
    ReasoningPart,
    RefusalPart,
    TextPart,
    ToolCall,
    ToolResult,
)

Record = Mapping[str, object]


def is_record(value: object) -> TypeGuard[Record]:
    """Say whether a value is a JSON object."""
    return isinstance(value, dict)


def items(value: object) -> list[object]:
    """Return a JSON array's items; anything else has none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def first(record: Record, *names: str) -> object:
    """Return the first of these fields that is set to something."""
    return next((value for name in names if (value := record.get(name)) is not None and value != ""), None)


def text_of(value: object) -> str:
    """Return a value as text: strings as they are, everything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def read_content(content: object) -> list[Part]:
    """Read a message's content: text, a list of parts, one part, or nothing."""
    if content is None or content == "":
        return []
    if isinstance(content, list):
        return [part for each in items(cast("object", content)) for part in read_part(each)]
    if is_record(content):
        return read_part(content)
    return [TextPart(text=text_of(content))]


def read_part(part: object) -> list[Part]:
    """Read one part in any framework's words; what is not known is kept as it came."""
    if not is_record(part):
        return [TextPart(text=text_of(part))] if part is not None else []
    if is_record(wrapped := first(part, "message_content")):
        return read_part(wrapped)
    kind = part.get("type")
    reader = _BY_TYPE.get(kind) if isinstance(kind, str) else None
    if reader is not None:
        return [reader(part)]
    for field, reader in _BY_FIELD.items():
        if part.get(field) is not None:
            return [reader(part)]
    return [OtherPart(kind=str(kind or "unknown"), data=dict(part))]


def read_call(call: object) -> ToolCall | None:
    """Read one entry of a list of tool calls."""
    if not is_record(call):
        return None
    if is_record(wrapped := first(call, "tool_call")):
        return read_call(wrapped)
    inner = first(call, "function", "function_call", "functionCall")
    named = inner if is_record(inner) else call
    name = first(named, "name", "toolName", "tool_name")
    if not isinstance(name, str):
        return None
    arguments = first(named, "arguments", "args", "input", "parameters")
    identity = first(call, "id", "toolCallId", "tool_call_id", "call_id") or first(named, "id", "call_id")
    return ToolCall(id=text_of(identity), name=name, arguments=text_of(arguments) or "{}")


def _text(part: Record) -> Part:
    if part.get("thought") is True:
        return ReasoningPart(text=text_of(part.get("text")))
    return TextPart(text=text_of(first(part, "text", "content")))


def _reasoning(part: Record) -> Part:
    return ReasoningPart(
        text=text_of(first(part, "thinking", "reasoning", "text", "content", "summary")),
        signature=text_of(part.get("signature")),
    )


def _call(part: Record) -> Part:
    return read_call(part) or OtherPart(kind="tool_call", data=dict(part))


def _result(part: Record) -> Part:
    inner = first(part, "function_response", "functionResponse")
    given = inner if is_record(inner) else part
    answer = first(given, "response", "result", "output", "content")
    return ToolResult(
        call_id=text_of(first(given, "id", "tool_call_id", "tool_use_id", "toolCallId", "call_id")),
        name=text_of(first(given, "name", "toolName")),
        content=as_media(answer),
        error=given.get("is_error") is True,
    )


def as_media(answer: object) -> tuple[Media, ...]:
    """Read what a tool answered; a structure without parts is kept as its JSON text."""
    entries = items(answer)
    typed = bool(entries) and all(is_record(each) and "type" in each for each in entries)
    parts = read_content(answer) if typed or isinstance(answer, str) else []
    media = tuple(part for part in parts if isinstance(part, TextPart | ImagePart | AudioPart | FilePart | OtherPart))
    return media if media or answer is None else (TextPart(text=text_of(answer)),)


def _image(part: Record) -> Part:
    source = first(part, "image_url", "image", "source", "inline_data", "inlineData", "url", "uri", "content")
    inner: Record = source if is_record(source) else {}
    mime = text_of(first(inner, "media_type", "mime_type", "mimeType") or first(part, "mime_type", "mimeType"))
    address = first(inner, "url", "uri") if inner else source
    data = _decoded(first(inner, "data") or (part.get("content") if part.get("type") == "blob" else None))
    if data:
        return ImagePart(data=data, mime=mime)
    return ImagePart(url=text_of(address), mime=mime)


def _decoded(data: object) -> bytes:
    try:
        return base64.b64decode(data, validate=True) if isinstance(data, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _refusal(part: Record) -> Part:
    return RefusalPart(text=text_of(part.get("refusal")))


Reader = Callable[[Record], Part]
_BY_TYPE: Mapping[str, Reader] = {
    **dict.fromkeys(("text", "input_text", "output_text"), _text),
    **dict.fromkeys(("thinking", "reasoning", "thought"), _reasoning),
    **dict.fromkeys(("tool_call", "tool_use", "tool-call", "function_call", "function"), _call),
    **dict.fromkeys(
        ("tool_result", "tool_call_response", "tool-result", "function_call_output", "function_response"), _result
    ),
    **dict.fromkeys(("image_url", "image", "input_image"), _image),
    "refusal": _refusal,
}
"""By the part's own word for itself."""
_BY_FIELD: Mapping[str, Reader] = {
    "function_call": _call,
    "functionCall": _call,
    "function_response": _result,
    "functionResponse": _result,
    "toolName": _call,
    "thinking": _reasoning,
    "inline_data": _image,
    "inlineData": _image,
    "image_url": _image,
    "text": _text,
}
"""By a field that gives it away, where it has no word for itself (Gemini, the Vercel AI SDK)."""

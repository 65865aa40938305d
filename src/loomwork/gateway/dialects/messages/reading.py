"""Read a request of the messages API: the mirror of the driver that writes one. Pure.

>>> read({"model": "m", "max_tokens": 9, "system": "be brief", "messages": [{"role": "user", "content": "hi"}]}
...     ).requests[0].messages[0].role
'system'
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, cast

import msgspec

from loomwork.gateway.dialects.asked import Asked
from loomwork.gateway.dialects.fields import Json, flag, items, member, number, obj, one_of, rest, said, text, whole
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.messages import (
    FilePart,
    ImagePart,
    Media,
    Message,
    NamedTool,
    OtherPart,
    Part,
    ReasoningPart,
    Request,
    ResponseSchema,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)

_READ = frozenset(
    {"model", "messages", "system", "tools", "tool_choice", "stream", "max_tokens", "stop_sequences", "temperature",
     "top_p", "top_k", "thinking", "output_config", "output_format"}
)  # fmt: skip
_ROLES = frozenset({"user", "assistant", "system"})
_CHOICES = {"auto": "auto", "none": "none", "any": "required"}
_EFFORTS = frozenset({"low", "medium", "high", "xhigh"})
_ENCODE = msgspec.json.Encoder().encode


def read(body: Json) -> Asked:
    """Read a request. Raises `FieldWrong` that names the field."""
    fields: Json = {name: value for name in ("temperature", "top_p") if (value := number(body, name)) is not None}
    if body.get("top_k") is not None:
        fields["top_k"] = whole(body, "top_k")
    limit = whole(body, "max_tokens", least=1)
    if limit is None:
        raise FieldWrong(field="max_tokens", detail="it is missing")
    fields["max_tokens"] = limit
    if body.get("stop_sequences"):
        fields["stop"] = tuple(text(one, "stop_sequences") for one in items(body["stop_sequences"], "stop_sequences"))
    extra = said(body, _READ)
    _tools(body, fields)
    _output(body, fields, extra)
    metadata = extra.get("metadata")
    user = obj(metadata, "metadata").get("user_id") if metadata is not None else None
    request = Request(messages=(*_system(body.get("system")), *_conversation(body.get("messages"))), **fields)
    return Asked(
        served=member(body, "model", ""),
        requests=(request,),
        stream=bool(flag(body, "stream")),
        user=user if isinstance(user, str) else "",
        extra=extra,
        usage_chunk=True,
    )


def _tools(body: Json, fields: Json) -> None:
    tools = body.get("tools")
    if tools:
        fields["tools"] = tuple(_tool(obj(one, "tools"), f"tools.{n}") for n, one in enumerate(items(tools, "tools")))
    choice = body.get("tool_choice")
    if choice:
        asked = obj(choice, "tool_choice")
        kind = one_of(asked.get("type"), frozenset({*_CHOICES, "tool"}), "tool_choice.type")
        fields["tool_choice"] = (
            NamedTool(name=member(asked, "name", "tool_choice")) if kind == "tool" else _CHOICES[kind]
        )
        if asked.get("disable_parallel_tool_use") is not None:
            fields["parallel_tool_calls"] = not asked["disable_parallel_tool_use"]


def _tool(tool: Json, where: str) -> ToolSpec:
    if tool.get("type", "custom") != "custom":
        return ToolSpec(name=text(tool["type"], f"{where}.type"), kind="server", extra=rest(tool, frozenset({"type"})))
    return ToolSpec(
        name=member(tool, "name", where),
        description=text(tool.get("description") or "", f"{where}.description"),
        parameters=obj(tool.get("input_schema"), f"{where}.input_schema"),
        strict=flag(tool, "strict"),
        extra=rest(tool, frozenset({"type", "name", "description", "input_schema", "strict"})),
    )


def _output(body: Json, fields: Json, extra: Json) -> None:
    thinking = body.get("thinking")
    if thinking:
        asked = obj(thinking, "thinking")
        if asked.keys() == {"type", "budget_tokens"}:
            fields["reasoning_budget"] = whole(asked, "budget_tokens", least=1)
        elif asked == {"type": "disabled"}:
            fields["reasoning_budget"] = 0
        else:
            extra["thinking"] = asked
    config = dict(obj(body.get("output_config") or {}, "output_config"))
    form = config.pop("format", None) or body.get("output_format")
    if form is not None:
        schema = obj(form, "output_config.format").get("schema")
        fields["response_schema"] = ResponseSchema(schema=obj(schema, "output_config.format.schema"))
    if isinstance(config.get("effort"), str) and config["effort"] in _EFFORTS:
        fields["reasoning_effort"] = config.pop("effort")
    if config:
        extra["output_config"] = config


def _system(system: Any) -> tuple[Message, ...]:
    if not system:
        return ()
    return (Message(role="system", parts=tuple(_content(system, "system"))),)


def _conversation(found: Any) -> tuple[Message, ...]:
    if found is None:
        raise FieldWrong(field="messages", detail="it is missing")
    turns = items(found, "messages")
    if not turns:
        raise FieldWrong(field="messages", detail="there must be at least one")
    return tuple(_message(obj(one, f"messages.{n}"), f"messages.{n}") for n, one in enumerate(turns))


def _message(message: Json, where: str) -> Message:
    role = one_of(message.get("role"), _ROLES, f"{where}.role")
    content = message.get("content")
    if content is None:
        raise FieldWrong(field=f"{where}.content", detail="it is missing")
    return Message(
        role=role,
        parts=tuple(_content(content, f"{where}.content")),
        extra=rest(message, frozenset({"role", "content"})) if len(message) > len(("role", "content")) else {},
    )


def _content(content: Any, where: str) -> list[Part]:
    if isinstance(content, str):
        return [TextPart(text=content)]
    return [_block(obj(one, f"{where}.{n}"), f"{where}.{n}") for n, one in enumerate(items(content, where))]


def _block(block: Json, where: str) -> Part:
    kind = member(block, "type", where)
    reader = _BLOCKS.get(kind)
    return reader(block, where) if reader else OtherPart(kind=kind, data=rest(block, frozenset({"type"})))


def _text(block: Json, where: str) -> Part:
    return TextPart(text=member(block, "text", where), extra=rest(block, frozenset({"type", "text"})))


def _thinking(block: Json, where: str) -> Part:
    return ReasoningPart(
        text=member(block, "thinking", where),
        signature=text(block.get("signature") or "", f"{where}.signature"),
        extra=rest(block, frozenset({"type", "thinking", "signature"})),
    )


def _redacted(block: Json, where: str) -> Part:
    return ReasoningPart(redacted=member(block, "data", where))


def _call(block: Json, where: str) -> Part:
    return ToolCall(
        id=member(block, "id", where),
        name=member(block, "name", where),
        arguments=_ENCODE(obj(block.get("input") or {}, f"{where}.input")).decode(),
        extra=rest(block, frozenset({"type", "id", "name", "input"})),
    )


def _result(block: Json, where: str) -> Part:
    content = block.get("content")
    parts = () if content is None else tuple(_content(content, f"{where}.content"))
    return ToolResult(
        call_id=member(block, "tool_use_id", where),
        content=cast("tuple[Media, ...]", parts),
        error=bool(flag(block, "is_error")),
        extra=rest(block, frozenset({"type", "tool_use_id", "content", "is_error"})),
    )


def _image(block: Json, where: str) -> Part:
    extra = rest(block, frozenset({"type", "source"}))
    return ImagePart(**_source(block, where), extra=extra)


def _document(block: Json, where: str) -> Part:
    source = obj(block.get("source"), f"{where}.source")
    if source.get("type") == "content":
        return OtherPart(kind="document", data=rest(block, frozenset({"type"})))
    extra = rest(block, frozenset({"type", "source", "title"}))
    return FilePart(**_source(block, where), name=text(block.get("title") or "", f"{where}.title"), extra=extra)


def _source(block: Json, where: str) -> Json:
    source = obj(block.get("source"), f"{where}.source")
    kinds = frozenset({"base64", "url", "file", "text"})
    match one_of(source.get("type"), kinds, f"{where}.source.type"):
        case "url":
            return {"url": member(source, "url", f"{where}.source")}
        case "file":
            return {"file_id": member(source, "file_id", f"{where}.source")}
        case "text":
            data = member(source, "data", f"{where}.source").encode()
            return {"data": data, "mime": text(source.get("media_type") or "text/plain", f"{where}.source.media_type")}
        case _:
            mime = member(source, "media_type", f"{where}.source")
            try:
                data = base64.b64decode(member(source, "data", f"{where}.source"), validate=True)
            except (binascii.Error, ValueError) as error:
                raise FieldWrong(field=f"{where}.source.data", detail="it must be base64") from error
            return {"data": data, "mime": mime}


_BLOCKS: dict[str, Callable[[Json, str], Part]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "tool_use": _call,
    "tool_result": _result,
    "image": _image,
    "document": _document,
}

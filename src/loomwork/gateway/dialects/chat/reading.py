"""Read a request for a chat completion: the mirror of the driver that writes one. Pure.

>>> read({"model": "m", "messages": [{"role": "user", "content": "hi"}]}).requests[0].messages[0].text
'hi'
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any, cast, get_args

from loomwork.gateway.dialects.asked import Asked
from loomwork.gateway.dialects.fields import Json, flag, items, member, number, obj, one_of, rest, said, text, whole
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Media,
    Message,
    NamedTool,
    OtherPart,
    Part,
    ReasoningEffort,
    ReasoningPart,
    RefusalPart,
    Request,
    ResponseSchema,
    Role,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)

MOST_CHOICES = 128
_MOST_LOGPROBS = 20
_MOST_STOPS = 16
_NUMBERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_READ = frozenset(
    {"model", "messages", "stream", "stream_options", "n", "tools", "tool_choice", "response_format", "stop",
     "max_tokens", "max_completion_tokens", "logprobs", "top_logprobs", "modalities", "reasoning_effort", "seed",
     "top_k", "parallel_tool_calls", *_NUMBERS}
)  # fmt: skip
_ROLES: frozenset[str] = frozenset(get_args(Role))
_EVERY_ROLE = _ROLES | {"function"}
_EFFORTS: frozenset[str] = frozenset(get_args(ReasoningEffort))
_PLAIN = len(("role", "content"))
_READ_MESSAGE = frozenset(
    {"role", "content", "name", "tool_calls", "tool_call_id", "refusal", "reasoning_content", "reasoning",
     "reasoning_details", "audio"}
)  # fmt: skip


def read(body: Json) -> Asked:
    """Read a request. Raises `FieldWrong` that names the field."""
    fields: Json = {name: value for name in _NUMBERS if (value := number(body, name)) is not None}
    for name in ("seed", "top_k"):
        if body.get(name) is not None:
            fields[name] = whole(body, name, least=-(2**63))
    for name in ("max_tokens", "max_completion_tokens"):
        if body.get(name) is not None:
            fields["max_tokens"] = whole(body, name, least=1)
    if body.get("parallel_tool_calls") is not None:
        fields["parallel_tool_calls"] = flag(body, "parallel_tool_calls")
    extra = said(body, _READ)
    _answers(body, fields)
    _tools(body, fields, extra)
    _thinking(body, fields, extra)
    user = body.get("user")
    request = Request(messages=read_messages(body.get("messages")), extra_body={}, **fields)
    n = whole(body, "n", least=1, most=MOST_CHOICES) or 1
    options = body.get("stream_options")
    return Asked(
        served=member(body, "model", ""),
        requests=(request,) * n,
        stream=bool(flag(body, "stream")),
        user="" if user is None else text(user, "user"),
        extra=extra,
        usage_chunk=options is not None and bool(flag(obj(options, "stream_options"), "include_usage")),
    )


def _answers(body: Json, fields: Json) -> None:
    """What the answer must look like."""
    stop = body.get("stop")
    if stop:
        ends = [stop] if isinstance(stop, str) else [text(one, "stop") for one in items(stop, "stop")]
        if len(ends) > _MOST_STOPS:
            raise FieldWrong(field="stop", detail=f"at most {_MOST_STOPS} of them")
        fields["stop"] = tuple(ends)
    if flag(body, "logprobs"):
        fields["logprobs"] = whole(body, "top_logprobs", most=_MOST_LOGPROBS) or 0
    if body.get("modalities"):
        kinds = items(body["modalities"], "modalities")
        fields["modalities"] = tuple(one_of(kind, frozenset({"text", "audio"}), "modalities") for kind in kinds)
    form = body.get("response_format")
    if form is not None:
        schema = _form(obj(form, "response_format"))
        if schema is not None:
            fields["response_schema"] = schema


def _form(form: Json) -> ResponseSchema | None:
    kind = one_of(form.get("type"), frozenset({"text", "json_object", "json_schema"}), "response_format.type")
    if kind == "text":
        return None
    if kind == "json_object":
        return ResponseSchema()
    inner = obj(form.get("json_schema"), "response_format.json_schema")
    return ResponseSchema(
        name=member(inner, "name", "response_format.json_schema"),
        schema=obj(inner.get("schema", {}), "response_format.json_schema.schema"),
        description=text(inner.get("description") or "", "response_format.json_schema.description"),
        strict=flag(inner, "strict"),
    )


def _tools(body: Json, fields: Json, extra: Json) -> None:
    tools = body.get("tools")
    if tools:
        fields["tools"] = tuple(
            _tool(obj(tool, "tools"), f"tools[{n}]") for n, tool in enumerate(items(tools, "tools"))
        )
    choice = body.get("tool_choice")
    if choice in ("auto", "none", "required"):
        fields["tool_choice"] = choice
    elif isinstance(choice, str):
        extra["tool_choice"] = choice  # some servers know other words
    elif choice is not None:
        asked = obj(choice, "tool_choice")
        if asked.get("type", "function") == "function":
            inner = obj(asked.get("function"), "tool_choice.function")
            fields["tool_choice"] = NamedTool(name=member(inner, "name", "tool_choice.function"))
        else:
            extra["tool_choice"] = asked


def _tool(tool: Json, where: str) -> ToolSpec:
    kind = tool.get("type", "function")
    if kind == "custom":
        inner = obj(tool.get("custom"), f"{where}.custom")
        return ToolSpec(
            name=member(inner, "name", f"{where}.custom"),
            description=text(inner.get("description") or "", f"{where}.custom.description"),
            kind="custom",
            extra=rest(inner, frozenset({"name", "description"})),
        )
    if kind != "function":
        return ToolSpec(
            name=text(kind, f"{where}.type"),
            parameters=obj(tool.get("parameters") or {}, f"{where}.parameters"),
            kind="server",
            extra=rest(tool, frozenset({"type", "parameters"})),
        )
    inner = obj(tool.get("function"), f"{where}.function")
    return ToolSpec(
        name=member(inner, "name", f"{where}.function"),
        description=text(inner.get("description") or "", f"{where}.function.description"),
        parameters=obj(inner.get("parameters") or {}, f"{where}.function.parameters"),
        strict=flag(inner, "strict"),
        extra=rest(tool, frozenset({"type", "function"})),
    )


def _thinking(body: Json, fields: Json, extra: Json) -> None:
    effort = body.get("reasoning_effort")
    if effort is None:
        return
    if text(effort, "reasoning_effort") in _EFFORTS:
        fields["reasoning_effort"] = effort
    else:
        extra["reasoning_effort"] = effort


def read_messages(found: Any) -> tuple[Message, ...]:
    """Read the conversation."""
    if found is None:
        raise FieldWrong(field="messages", detail="it is missing")
    if not found:
        raise FieldWrong(field="messages", detail="there must be at least one")
    return tuple(
        _message(obj(one, f"messages[{n}]"), f"messages[{n}]") for n, one in enumerate(items(found, "messages"))
    )


def _message(message: Json, where: str) -> Message:
    role = one_of(message.get("role"), _EVERY_ROLE, f"{where}.role")
    content = message.get("content")
    if isinstance(content, str) and len(message) == _PLAIN:  # nearly every message there is
        return (
            Message(role=role, parts=(TextPart(text=content),) if content else ())
            if role != "tool"
            else _result(message, where)
        )
    if role in {"tool", "function"}:
        return _result(message, where)
    name = text(message.get("name") or "", f"{where}.name")
    parts: list[Part] = [*_thought(message, where), *_content(content, f"{where}.content")]
    if role == "assistant":
        parts.extend(_said(message, where))
    return Message(role=role, parts=tuple(parts), name=name, extra=rest(message, _READ_MESSAGE))


def _result(message: Json, where: str) -> Message:
    if message["role"] == "function":
        raise FieldWrong(field=f"{where}.role", detail="functions are tools now: use role 'tool' and tool_calls")
    result = ToolResult(
        call_id=member(message, "tool_call_id", where),
        content=cast("tuple[Media, ...]", tuple(_content(message.get("content"), f"{where}.content"))),
        name=text(message.get("name") or "", f"{where}.name"),
        extra=rest(message, frozenset({"role", "content", "tool_call_id", "name"})),
    )
    return Message(role="tool", parts=(result,))


def _thought(message: Json, where: str) -> list[Part]:
    thought = message.get("reasoning_content") or message.get("reasoning")
    details = message.get("reasoning_details")
    if not thought and not details:
        return []
    extra = {"reasoning_details": items(details, f"{where}.reasoning_details")} if details else {}
    return [ReasoningPart(text=text(thought or "", f"{where}.reasoning_content"), extra=extra)]


def _said(message: Json, where: str) -> list[Part]:
    calls = items(message.get("tool_calls") or [], f"{where}.tool_calls")
    parts: list[Part] = [_call(obj(one, where), f"{where}.tool_calls[{n}]") for n, one in enumerate(calls)]
    if message.get("refusal"):
        parts.append(RefusalPart(text=text(message["refusal"], f"{where}.refusal")))
    if message.get("audio"):
        parts.append(AudioPart(id=member(obj(message["audio"], f"{where}.audio"), "id", f"{where}.audio")))
    return parts


def _call(call: Json, where: str) -> ToolCall:
    kind = one_of(call.get("type", "function"), frozenset({"function", "custom"}), f"{where}.type")
    inner = obj(call.get(kind), f"{where}.{kind}")
    return ToolCall(
        id=member(call, "id", where),
        name=member(inner, "name", f"{where}.{kind}"),
        arguments=text(inner.get("arguments" if kind == "function" else "input") or "", f"{where}.{kind}.arguments"),
        kind=kind,
        extra=rest(call, frozenset({"id", "type", "function", "custom", "index"})),
    )


def _content(content: Any, where: str) -> list[Part]:
    if content is None or content == "":
        return []
    if isinstance(content, str):
        return [TextPart(text=content)]
    return [_part(obj(one, f"{where}[{n}]"), f"{where}[{n}]") for n, one in enumerate(items(content, where))]


def _part(piece: Json, where: str) -> Part:
    kind = member(piece, "type", where)
    reader = _PARTS.get(kind)
    return reader(piece, where) if reader else OtherPart(kind=kind, data=rest(piece, frozenset({"type"})))


def _text(piece: Json, where: str) -> Part:
    return TextPart(text=member(piece, "text", where), extra=rest(piece, frozenset({"type", "text"})))


def _image(piece: Json, where: str) -> Part:
    found = piece.get("image_url")
    inner = {"url": found} if isinstance(found, str) else obj(found, f"{where}.image_url")
    detail: Any = inner.get("detail")
    if detail is not None:
        one_of(detail, frozenset({"auto", "low", "high"}), f"{where}.image_url.detail")
    return ImagePart(
        url=member(inner, "url", f"{where}.image_url"),
        detail=detail,
        extra=rest(piece, frozenset({"type", "image_url"})),
    )


def _audio(piece: Json, where: str) -> Part:
    inner = obj(piece.get("input_audio"), f"{where}.input_audio")
    form = member(inner, "format", f"{where}.input_audio")
    try:
        data = base64.b64decode(member(inner, "data", f"{where}.input_audio"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FieldWrong(field=f"{where}.input_audio.data", detail="it must be base64") from error
    return AudioPart(data=data, mime=f"audio/{form}", extra=rest(piece, frozenset({"type", "input_audio"})))


def _file(piece: Json, where: str) -> Part:
    inner = obj(piece.get("file"), f"{where}.file")
    return FilePart(
        url=text(inner.get("file_data") or "", f"{where}.file.file_data"),
        name=text(inner.get("filename") or "", f"{where}.file.filename"),
        file_id=text(inner.get("file_id") or "", f"{where}.file.file_id"),
        extra=rest(piece, frozenset({"type", "file"})),
    )


def _refusal(piece: Json, where: str) -> Part:
    return RefusalPart(text=member(piece, "refusal", where))


_PARTS: dict[str, Callable[[Json, str], Part]] = {
    "text": _text,
    "image_url": _image,
    "input_audio": _audio,
    "file": _file,
    "refusal": _refusal,
}

"""Write a request in the words of chat completions. Pure; knows no address and no key.

>>> write(Request(messages=(Message.user("hi"),), temperature=0), model="m", quirks=Quirks())
{'model': 'm', 'messages': [{'role': 'user', 'content': 'hi'}], 'temperature': 0}
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any, assert_never

from loomwork.kernel.errors.models import NotSupported
from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    NamedTool,
    OtherPart,
    Part,
    ReasoningPart,
    RefusalPart,
    Request,
    ResponseSchema,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)
from loomwork.models.drivers.reading import Json, merged
from loomwork.models.quirks import Quirks

_PLAIN = ("temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "parallel_tool_calls")


def write(request: Request, *, model: str, quirks: Quirks) -> Json:
    """The body of a request for a whole answer. Raises `NotSupported` for what the protocol cannot say."""
    body: Json = {
        "model": model,
        "messages": [out for message in request.messages for out in _message(message, quirks)],
    }
    for name in _PLAIN:
        value = getattr(request, name)
        if value is not None:
            body[name] = value
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    _choices(request, body, quirks)
    _thinking(request, body, quirks)
    if request.response_schema is not None:
        body["response_format"] = _form(request.response_schema, model, quirks)
    return merged(body, request.extra_body) if request.extra_body else body


def _choices(request: Request, body: Json, quirks: Quirks) -> None:
    choice = request.tool_choice
    if isinstance(choice, NamedTool):
        body["tool_choice"] = {"type": "function", "function": {"name": choice.name}}
    elif choice is not None:
        body["tool_choice"] = choice
    if request.max_tokens is not None:
        body[quirks.max_tokens] = request.max_tokens
    if request.stop:
        body["stop"] = list(request.stop)
    if request.logprobs is not None:
        body["logprobs"] = True
        if request.logprobs:
            body["top_logprobs"] = request.logprobs
    if request.modalities:
        body["modalities"] = list(request.modalities)


def _thinking(request: Request, body: Json, quirks: Quirks) -> None:
    effort, budget = request.reasoning_effort, request.reasoning_budget
    if effort is None and budget is None:
        return
    on = budget != 0 and effort != "none"
    match quirks.thinking:
        case "reasoning_effort":
            if budget:
                raise NotSupported(provider="chat completions", model=body["model"], feature="a reasoning budget")
            body["reasoning_effort"] = effort if on else "none"
        case "enable_thinking":
            body["enable_thinking"] = on
            if budget:
                body["thinking_budget"] = budget
        case "thinking":
            body["thinking"] = {"type": "enabled" if on else "disabled"}
            if on and effort is not None:
                body["reasoning_effort"] = effort
        case "":
            raise NotSupported(provider="this server", model=body["model"], feature="switching its reasoning")
        case _:
            assert_never(quirks.thinking)


def _form(form: ResponseSchema, model: str, quirks: Quirks) -> Json:
    if form.schema is None:
        if quirks.structured == "none":
            raise NotSupported(provider="this server", model=model, feature="JSON answers")
        return {"type": "json_object"}
    if quirks.structured != "schema":
        raise NotSupported(provider="this server", model=model, feature="answers held to a JSON schema")
    inner: Json = {"name": form.name, "schema": form.schema}
    if form.description:
        inner["description"] = form.description
    if form.strict is not None:
        inner["strict"] = form.strict
    return {"type": "json_schema", "json_schema": inner}


def _tool(tool: ToolSpec) -> Json:
    if tool.kind == "server":
        return {"type": tool.name, **({"parameters": tool.parameters} if tool.parameters else {}), **tool.extra}
    inner: Json = {"name": tool.name}
    if tool.description:
        inner["description"] = tool.description
    if tool.kind == "custom":
        return {"type": "custom", "custom": {**inner, **tool.extra}}
    if tool.parameters:
        inner["parameters"] = tool.parameters
    if tool.strict is not None:
        inner["strict"] = tool.strict
    return {"type": "function", "function": inner, **tool.extra}


def _message(message: Message, quirks: Quirks) -> Iterator[Json]:
    """The message's tool results as messages of their own, then the rest of it."""
    if len(message.parts) == 1 and not message.name and not message.extra:
        only = message.parts[0]
        if isinstance(only, TextPart) and not only.extra and message.role != "tool":
            yield {"role": message.role, "content": only.text}  # nearly every message there is
            return
    rest = tuple(part for part in message.parts if not isinstance(part, ToolResult))
    for part in message.parts:
        if isinstance(part, ToolResult):
            yield _result(part)
    if message.role == "tool" and not rest:
        return
    out: Json = {"role": message.role}
    if message.name:
        out["name"] = message.name
    content = [_SPOKEN[type(part)](part) for part in rest if type(part) in _SPOKEN]
    out["content"] = _content(content)
    if message.role == "assistant":
        _said(rest, out, quirks)
    out.update(message.extra)
    yield out


def _content(parts: list[Json]) -> str | list[Json] | None:
    if not parts:
        return None
    if len(parts) == 1 and parts[0].keys() == {"type", "text"} and parts[0]["type"] == "text":
        return parts[0]["text"]
    return parts


def _said(parts: tuple[Part, ...], out: Json, quirks: Quirks) -> None:
    """What an assistant's message holds besides its content."""
    calls = [_call(part) for part in parts if isinstance(part, ToolCall) and part.kind != "server"]
    if calls:
        out["tool_calls"] = calls
    thought = [part for part in parts if isinstance(part, ReasoningPart)]
    text = "".join(part.text for part in thought)
    if text and quirks.reasoning:
        out[quirks.reasoning] = text
    details = [detail for part in thought for detail in part.extra.get("reasoning_details", ())]
    if details:
        out["reasoning_details"] = details
    refusal = "".join(part.text for part in parts if isinstance(part, RefusalPart))
    if refusal:
        out["refusal"] = refusal
    sound = next((part.id for part in parts if isinstance(part, AudioPart) and part.id), "")
    if sound:
        out["audio"] = {"id": sound}
        out["content"] = _content([_SPOKEN[type(p)](p) for p in parts if isinstance(p, TextPart)])


def _call(call: ToolCall) -> Json:
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": call.arguments}, **call.extra}
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
        **call.extra,
    }


def _result(result: ToolResult) -> Json:
    parts = [_SPOKEN[type(part)](part) for part in result.content]
    out: Json = {"role": "tool", "tool_call_id": result.call_id, "content": _content(parts) or ""}
    if result.name:
        out["name"] = result.name
    out.update(result.extra)
    return out


def _text(part: TextPart) -> Json:
    return {"type": "text", "text": part.text, **part.extra}


def _image(part: ImagePart) -> Json:
    if part.file_id:
        return {"type": "file", "file": {"file_id": part.file_id}, **part.extra}
    inner: Json = {"url": part.url or data_url(part.data, part.mime or "image/png")}
    if part.detail is not None:
        inner["detail"] = part.detail
    return {"type": "image_url", "image_url": inner, **part.extra}


def _audio(part: AudioPart) -> Json:
    kind = {"audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/x-wav": "wav"}.get(part.mime, part.mime.rpartition("/")[2])
    data = base64.b64encode(part.data).decode("ascii")
    return {"type": "input_audio", "input_audio": {"data": data, "format": kind or "wav"}, **part.extra}


def _file(part: FilePart) -> Json:
    if part.file_id:
        return {"type": "file", "file": {"file_id": part.file_id}, **part.extra}
    data = part.url or data_url(part.data, part.mime or "application/octet-stream")
    inner: Json = {"file_data": data}
    if part.name:
        inner["filename"] = part.name
    return {"type": "file", "file": inner, **part.extra}


def _other(part: OtherPart) -> Json:
    return {"type": part.kind, **part.data}


def data_url(data: bytes, mime: str) -> str:
    """Bytes as an address that carries them."""
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


_SPOKEN: dict[type, Callable[[Any], Json]] = {
    TextPart: _text,
    ImagePart: _image,
    AudioPart: _audio,
    FilePart: _file,
    OtherPart: _other,
}

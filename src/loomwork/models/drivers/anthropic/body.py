"""Write a request in the words of the messages API. Pure; knows no address and no key.

>>> write(Request(messages=(Message.system("be brief"), Message.user("hi")), max_tokens=9), model="m")
{'model': 'm', 'max_tokens': 9, 'messages': [{'role': 'user', 'content': 'hi'}], 'system': 'be brief'}
"""

import base64
from collections.abc import Callable
from typing import Any

import msgspec

from loomwork.kernel.errors.models import NotSupported
from loomwork.kernel.messages import (
    FilePart,
    ImagePart,
    Message,
    NamedTool,
    OtherPart,
    ReasoningPart,
    RefusalPart,
    Request,
    TextPart,
    ToolCall,
    ToolResult,
    ToolSpec,
)
from loomwork.models.drivers.reading import Json, merged

DEFAULT_MAX_TOKENS = 4096
"""The API wants a limit; this is ours where neither the request nor the settings name one."""

_UNSAYABLE = {
    "seed": "a seed",
    "presence_penalty": "penalties",
    "frequency_penalty": "penalties",
    "logprobs": "log probabilities",
}
_TOOL_CHOICES = {"auto": "auto", "none": "none", "required": "any"}


def write(request: Request, *, model: str) -> Json:
    """The body of a request for a whole answer. Raises `NotSupported` for what the protocol cannot say."""
    for name, feature in _UNSAYABLE.items():
        if getattr(request, name) is not None:
            raise NotSupported(provider="anthropic", model=model, feature=feature)
    system, messages = _split(request.messages)
    body: Json = {"model": model, "max_tokens": request.max_tokens or DEFAULT_MAX_TOKENS}
    body["messages"] = _joined(messages)
    if system:
        body["system"] = system[0]["text"] if len(system) == 1 and len(system[0]) == len(("type", "text")) else system
    for name in ("temperature", "top_p", "top_k"):
        value = getattr(request, name)
        if value is not None:
            body[name] = value
    if request.stop:
        body["stop_sequences"] = list(request.stop)
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    _tool_choice(request, body)
    _output(request, body, model)
    return merged(body, request.extra_body) if request.extra_body else body


def _tool_choice(request: Request, body: Json) -> None:
    choice = request.tool_choice
    if isinstance(choice, NamedTool):
        body["tool_choice"] = {"type": "tool", "name": choice.name}
    elif choice is not None:
        body["tool_choice"] = {"type": _TOOL_CHOICES[choice]}
    if request.parallel_tool_calls is not None and request.tools and choice != "none":
        body.setdefault("tool_choice", {"type": "auto"})["disable_parallel_tool_use"] = not request.parallel_tool_calls


def _output(request: Request, body: Json, model: str) -> None:
    config: Json = {}
    form = request.response_schema
    if form is not None:
        if form.schema is None:
            raise NotSupported(provider="anthropic", model=model, feature="JSON answers without a schema")
        config["format"] = {"type": "json_schema", "schema": form.schema}
    effort, budget = request.reasoning_effort, request.reasoning_budget
    if budget == 0 or effort == "none":
        body["thinking"] = {"type": "disabled"}
    elif budget is not None:
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
    if effort is not None and effort != "none":
        config["effort"] = effort
    if config:
        body["output_config"] = config


def _tool(tool: ToolSpec) -> Json:
    if tool.kind == "server":
        return {"type": tool.name, **tool.parameters, **tool.extra}
    out: Json = {"name": tool.name, "input_schema": tool.parameters or {"type": "object", "properties": {}}}
    if tool.description:
        out["description"] = tool.description
    if tool.strict is not None:
        out["strict"] = tool.strict
    return {**out, **tool.extra}


def _split(messages: tuple[Message, ...]) -> tuple[list[Json], list[Message]]:
    """The instructions at the head, and the conversation after them."""
    head = 0
    while head < len(messages) and messages[head].role in {"system", "developer"}:
        head += 1
    system = [_block(part) for message in messages[:head] for part in message.parts]
    return system, list(messages[head:])


def _joined(messages: list[Message]) -> list[Json]:
    """Messages as the API has them: results of tools are the user's, and those of one turn stand together."""
    out: list[Json] = []
    for message in messages:
        blocks = [_block(part) for part in message.parts]
        if message.role == "tool" and out and out[-1]["role"] == "user" and _holds_results(out[-1]["content"]):
            out[-1]["content"].extend(blocks)
            continue
        role = {"tool": "user", "developer": "system"}.get(message.role, message.role)
        plain = len(blocks) == 1 and blocks[0].keys() == {"type", "text"}
        out.append({"role": role, "content": blocks[0]["text"] if plain else blocks, **message.extra})
    return out


def _holds_results(content: str | list[Json]) -> bool:
    return not isinstance(content, str) and all(block["type"] == "tool_result" for block in content)


def _block(part: Any) -> Json:
    for kind, write in _BLOCKS.items():
        if isinstance(part, kind):
            return write(part)
    raise NotSupported(provider="anthropic", model="", feature="sound")


def _text(part: TextPart | RefusalPart) -> Json:
    return {"type": "text", "text": part.text, **part.extra}


def _image(part: ImagePart) -> Json:
    return {"type": "image", "source": _source(part, "image/png"), **part.extra}


def _file(part: FilePart) -> Json:
    out: Json = {"type": "document"}
    if part.mime == "text/plain" and part.data:
        out["source"] = {"type": "text", "media_type": part.mime, "data": part.data.decode("utf-8", "replace")}
    else:
        out["source"] = _source(part, "application/pdf")
    if part.name:
        out["title"] = part.name
    return {**out, **part.extra}


def _source(part: ImagePart | FilePart, mime: str) -> Json:
    if part.file_id:
        return {"type": "file", "file_id": part.file_id}
    if part.data:
        data = base64.b64encode(part.data).decode("ascii")
        return {"type": "base64", "media_type": part.mime or mime, "data": data}
    return {"type": "url", "url": part.url}


def _reasoning(part: ReasoningPart) -> Json:
    if part.redacted:
        return {"type": "redacted_thinking", "data": part.redacted}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature, **part.extra}


def _call(call: ToolCall) -> Json:
    asked = msgspec.json.decode(call.arguments or "{}")
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": asked, **call.extra}


def _result(result: ToolResult) -> Json:
    blocks = [_block(part) for part in result.content]
    plain = len(blocks) == 1 and blocks[0].keys() == {"type", "text"}
    out: Json = {"type": "tool_result", "tool_use_id": result.call_id}
    out["content"] = blocks[0]["text"] if plain else blocks
    if result.error:
        out["is_error"] = True
    return {**out, **result.extra}


def _other(part: OtherPart) -> Json:
    return {"type": part.kind, **part.data}


_BLOCKS: dict[type, Callable[[Any], Json]] = {
    TextPart: _text,
    RefusalPart: _text,
    ImagePart: _image,
    FilePart: _file,
    ReasoningPart: _reasoning,
    ToolCall: _call,
    ToolResult: _result,
    OtherPart: _other,
}

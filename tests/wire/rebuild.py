"""Rebuild our request from a recorded one, so that what our driver writes can be compared with what was sent.

What our driver writes equals the recording but for differences that mean nothing to the API, undone by `plain_body`:

* `stream: false`, `n: 1`, `is_error: false` and a tool's `type: function` are defaults, and so are null, an empty
  description, an empty list of tools or calls, an empty reasoning;
* a content of one plain text is written as a string, an empty content as null;
* the index of a tool call in a request is dropped.
"""

import base64
import json
from typing import Any

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
from loomwork.models.quirks import Quirks

Json = dict[str, Any]
_SAMPLING = ("temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "parallel_tool_calls")


def _without(found: Json, *names: str) -> Json:
    return {key: value for key, value in found.items() if key not in names}


# ---------------------------------------------------------------------------------------------- chat completions


def chat_quirks(body: Json) -> Quirks:
    """How this recording spells what servers spell differently."""
    keys = {key for message in body["messages"] for key in message}
    reasoning = next((name for name in ("reasoning_content", "reasoning") if name in keys), "")
    length = "max_completion_tokens" if "max_completion_tokens" in body else "max_tokens"
    return Quirks(max_tokens=length, reasoning=reasoning, stream_usage="always")  # pyright: ignore[reportArgumentType] -- one of two names


def chat_request(body: Json) -> Request:
    """A recorded chat completion as our request."""
    body = _said(body)
    known = {"model", "messages", "tools", "tool_choice", "response_format", "stream", "n", "stop", "reasoning_effort"}
    known |= {"max_tokens", "max_completion_tokens", "logprobs", "top_logprobs", "modalities", *_SAMPLING}
    fields: Json = {name: body[name] for name in _SAMPLING if name in body}
    choice = body.get("tool_choice")
    extra = _without(body, *known)
    if isinstance(choice, dict):
        fields["tool_choice"] = NamedTool(name=choice["function"]["name"])
    elif choice in {"auto", "none", "required"}:
        fields["tool_choice"] = choice
    elif choice is not None:
        extra["tool_choice"] = choice
    for length in ("max_tokens", "max_completion_tokens"):
        if length in body:
            fields["max_tokens"] = body[length]
    if "stop" in body:
        fields["stop"] = tuple(body["stop"])
    if "reasoning_effort" in body:
        fields["reasoning_effort"] = body["reasoning_effort"]
    if "response_format" in body:
        fields["response_schema"] = _chat_form(body["response_format"])
    return Request(
        messages=tuple(_chat_message(one) for one in body["messages"]),
        tools=tuple(_chat_tool(one) for one in body.get("tools", ())),
        extra_body=extra,
        **fields,
    )


def _chat_form(form: Json) -> ResponseSchema:
    if form["type"] == "json_object":
        return ResponseSchema()
    inner = form["json_schema"]
    return ResponseSchema(
        name=inner["name"],
        schema=inner["schema"],
        strict=inner.get("strict"),
        description=inner.get("description", ""),
    )


def _chat_tool(tool: Json) -> ToolSpec:
    if tool.get("type", "function") != "function":
        return ToolSpec(
            name=tool["type"],
            parameters=tool.get("parameters", {}),
            kind="server",
            extra=_without(tool, "type", "parameters"),
        )
    inner = tool["function"]
    return ToolSpec(
        name=inner["name"],
        description=inner.get("description", ""),
        parameters=inner.get("parameters", {}),
        strict=inner.get("strict"),
        extra=_without(tool, "type", "function"),
    )


def _chat_message(message: Json) -> Message:
    parts = _chat_content(message.get("content"))
    if message["role"] == "tool":
        extra = _without(message, "role", "content", "tool_call_id", "name")
        result = ToolResult(
            call_id=message["tool_call_id"],
            content=tuple(parts),  # pyright: ignore[reportArgumentType] -- text and media only
            name=message.get("name", ""),
            extra=extra,
        )
        return Message(role="tool", parts=(result,))
    names = ("reasoning_content", "reasoning")
    before = [ReasoningPart(text=message[name]) for name in names if message.get(name)]
    after: list[Part] = [
        ToolCall(
            id=call["id"],
            name=call["function"]["name"],
            arguments=call["function"]["arguments"],
            extra=_without(call, "id", "type", "function", "index"),
        )
        for call in message.get("tool_calls") or ()
    ]
    if message.get("refusal"):
        after.append(RefusalPart(text=message["refusal"]))
    extra = _without(message, "role", "content", "tool_calls", "reasoning", "reasoning_content", "refusal", "name")
    parts = (*before, *parts, *after)
    return Message(role=message["role"], parts=parts, name=message.get("name", ""), extra=extra)


def _chat_content(content: Any) -> list[Part]:
    if not content:
        return []
    if isinstance(content, str):
        return [TextPart(text=content)]
    return [_chat_part(piece) for piece in content]


def _chat_part(piece: Json) -> Part:
    match piece["type"]:
        case "text":
            return TextPart(text=piece["text"], extra=_without(piece, "type", "text"))
        case "image_url":
            inner = piece["image_url"]
            return ImagePart(url=inner["url"], detail=inner.get("detail"), extra=_without(piece, "type", "image_url"))
        case "input_audio":
            inner = piece["input_audio"]
            return AudioPart(data=base64.b64decode(inner["data"]), mime=f"audio/{inner['format']}")
        case "file":
            inner = piece["file"]
            return FilePart(url=inner["file_data"], name=inner.get("filename", ""))
        case kind:
            return OtherPart(kind=kind, data=_without(piece, "type"))


# ----------------------------------------------------------------------------------------------------- messages


def messages_request(body: Json) -> Request:
    """A recorded call of the messages API as our request."""
    known = {"model", "messages", "system", "tools", "tool_choice", "stream", "max_tokens", "stop_sequences"}
    known |= {"temperature", "top_p", "top_k", "thinking", "output_config"}
    extra = _without(body, *known)
    fields: Json = {name: body[name] for name in ("temperature", "top_p", "top_k", "max_tokens") if name in body}
    _anthropic_choice(body, fields, extra)
    thinking = body.get("thinking")
    if thinking and thinking.keys() == {"type", "budget_tokens"}:
        fields["reasoning_budget"] = thinking["budget_tokens"]
    elif thinking:
        extra["thinking"] = thinking
    config = dict(body.get("output_config") or {})
    if "format" in config:
        fields["response_schema"] = ResponseSchema(schema=config.pop("format")["schema"])
    if config.get("effort") in {"low", "medium", "high", "xhigh"}:
        fields["reasoning_effort"] = config.pop("effort")
    if config:
        extra["output_config"] = config
    system = body.get("system")
    head = [] if system is None else [Message(role="system", parts=tuple(_anthropic_parts(system)))]
    return Request(
        messages=(*head, *(_anthropic_message(one) for one in body["messages"])),
        tools=tuple(_anthropic_tool(one) for one in body.get("tools", ())),
        extra_body=extra,
        **fields,
    )


def _anthropic_choice(body: Json, fields: Json, extra: Json) -> None:
    choice = body.get("tool_choice")
    if not choice:
        return
    names = {"auto": "auto", "none": "none", "any": "required"}
    fields["tool_choice"] = NamedTool(name=choice["name"]) if choice["type"] == "tool" else names[choice["type"]]
    if "disable_parallel_tool_use" in choice:
        fields["parallel_tool_calls"] = not choice["disable_parallel_tool_use"]


def _anthropic_tool(tool: Json) -> ToolSpec:
    if tool.get("type", "custom") != "custom":
        return ToolSpec(name=tool["type"], kind="server", extra=_without(tool, "type"))
    return ToolSpec(
        name=tool["name"],
        description=tool.get("description", ""),
        parameters=tool["input_schema"],
        strict=tool.get("strict"),
        extra=_without(tool, "name", "description", "input_schema", "strict"),
    )


def _anthropic_message(message: Json) -> Message:
    extra = _without(message, "role", "content")
    return Message(role=message["role"], parts=tuple(_anthropic_parts(message["content"])), extra=extra)


def _anthropic_parts(content: Any) -> list[Part]:
    if isinstance(content, str):
        return [TextPart(text=content)]
    return [_anthropic_part(block) for block in content]


def _anthropic_part(block: Json) -> Part:
    extra = _without(block, "type")
    match block["type"]:
        case "text":
            return TextPart(text=block["text"], extra=_without(extra, "text"))
        case "thinking":
            return ReasoningPart(text=block["thinking"], signature=block["signature"])
        case "redacted_thinking":
            return ReasoningPart(redacted=block["data"])
        case "tool_use":
            arguments = json.dumps(block["input"])
            return ToolCall(
                id=block["id"], name=block["name"], arguments=arguments, extra=_without(extra, "id", "name", "input")
            )
        case "tool_result":
            return ToolResult(
                call_id=block["tool_use_id"],
                content=tuple(_anthropic_parts(block["content"])),  # pyright: ignore[reportArgumentType] -- media only
                error=block.get("is_error", False),
                extra=_without(extra, "tool_use_id", "content", "is_error"),
            )
        case "image":
            return ImagePart(**_anthropic_source(block["source"]))
        case "document":
            return FilePart(**_anthropic_source(block["source"]), name=block.get("title", ""))
        case kind:
            return OtherPart(kind=kind, data=extra)


def _anthropic_source(source: Json) -> Json:
    if source["type"] == "url":
        return {"url": source["url"]}
    raw = source["data"].encode() if source["type"] == "text" else base64.b64decode(source["data"])
    return {"data": raw, "mime": source["media_type"]}


# ------------------------------------------------------------------------------------------ what means nothing


def plain_body(body: Json) -> Json:
    """The body without the differences that mean nothing."""
    out = _said(body)
    if out.get("stream") is False:
        del out["stream"]
    if out.get("n") == 1:
        del out["n"]
    out["messages"] = [_plain_message(one) for one in body["messages"]]
    if isinstance(out.get("system"), list):
        out["system"] = _plain_content(out["system"])
    if "tools" in out:
        out["tools"] = [_plain_tool(one) for one in out["tools"]]
    if isinstance(out.get("tool_choice"), dict) and "function" in out["tool_choice"]:
        out["tool_choice"] = {"type": "function", **out["tool_choice"]}
    return out


def _said(found: Json) -> Json:
    return {key: value for key, value in found.items() if value is not None and value not in ([], "")}


def _plain_tool(tool: Json) -> Json:
    if "function" not in tool:
        return _said(tool)
    return {"type": "function", **tool, "function": _said(tool["function"])}


def _plain_message(message: Json) -> Json:
    out = _said(message)
    out["content"] = _plain_content(out.get("content"))
    if "tool_calls" in out:
        out["tool_calls"] = [_without(one, "index") for one in out["tool_calls"]]
    return out


def _plain_content(content: Any) -> Any:
    if not isinstance(content, list):
        return content or None
    blocks = [_plain_block(block) for block in content]
    if len(blocks) == 1 and blocks[0].keys() == {"type", "text"}:
        return blocks[0]["text"] or None
    return blocks


def _plain_block(block: Json) -> Json:
    if block.get("type") != "tool_result":
        return block
    out = dict(block)
    if out.get("is_error") is False:
        del out["is_error"]
    out["content"] = _plain_content(out.get("content"))
    return out

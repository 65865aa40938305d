"""Write messages of the messages API: the mirror of the driver that reads them. Pure."""

from typing import Any

import msgspec

from loomwork.gateway.dialects.asked import Head
from loomwork.gateway.problems import Problem
from loomwork.kernel.messages import (
    FinishReason,
    OtherPart,
    Part,
    ReasoningPart,
    RefusalPart,
    Response,
    TextPart,
    ToolCall,
)
from loomwork.kernel.usage import Usage
from loomwork.models.wrappers.routes import DEGRADED

Json = dict[str, Any]
encode = msgspec.json.Encoder().encode

_FINISH: dict[FinishReason, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
    "error": "end_turn",
    "other": "end_turn",
}
_WORDS = frozenset(
    {"end_turn", "stop_sequence", "max_tokens", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"}
)
_OWN = frozenset({DEGRADED, "object", "created", "system_fingerprint", "logprobs", "double"})


def write(head: Head, response: Response) -> Json:
    """A whole `message`."""
    body: Json = {
        "id": response.id or head.id,
        "type": "message",
        "role": "assistant",
        "model": response.model or head.model,
        "content": [block for part in response.message.parts if (block := block_of(part)) is not None],
        "stop_reason": stop_of(response),
        "stop_sequence": response.extra.get("stop_sequence"),
        "usage": usage_of(response.usage),
    }
    for key, value in response.extra.items():
        if key not in _OWN and key not in body:
            body[key] = value
    return body


def stop_of(response: Response) -> str:
    """Why an answer ended, in this API's words."""
    return response.finish_raw if response.finish_raw in _WORDS else _FINISH[response.finish_reason]


def block_of(part: Part) -> Json | None:
    """A part as a content block; None for what this API has no block for."""
    match part:
        case TextPart():
            return {"type": "text", "text": part.text, **_known(part.extra)}
        case RefusalPart():
            return {"type": "text", "text": part.text}
        case ReasoningPart():
            if part.redacted:
                return {"type": "redacted_thinking", "data": part.redacted}
            return {"type": "thinking", "thinking": part.text, "signature": part.signature}
        case ToolCall():
            kind = part.extra.get("type", "tool_use") if part.kind == "server" else "tool_use"
            extra = {key: value for key, value in part.extra.items() if key != "type"}
            return {"type": kind, "id": part.id, "name": part.name, "input": input_of(part), **extra}
        case OtherPart():
            return {"type": part.kind, **part.data}
        case _:
            return None


def input_of(call: ToolCall) -> Any:
    """A tool call's arguments as an object; free text stands under `input`."""
    if call.kind == "custom":
        return {"input": call.arguments}
    try:
        return msgspec.json.decode(call.arguments or "{}")
    except msgspec.DecodeError:
        return {"input": call.arguments}


def _known(extra: Json) -> Json:
    return {key: value for key, value in extra.items() if key != "annotations"}


def usage_of(usage: Usage | None) -> Json:
    """Token counts: this API counts cached tokens beside the input."""
    if usage is None:
        return {"input_tokens": 0, "output_tokens": 0}
    fresh = usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens
    out: Json = {
        "input_tokens": fresh,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "cache_read_input_tokens": usage.cached_input_tokens,
        "output_tokens": usage.output_tokens,
    }
    if usage.reasoning_tokens:
        out["output_tokens_details"] = {"thinking_tokens": usage.reasoning_tokens}
    return out


def error_of(problem: Problem, trace: str) -> Json:
    """A refusal."""
    inner = {"type": problem.anthropic_type, "message": problem.message}
    return {"type": "error", "error": inner, "request_id": trace}

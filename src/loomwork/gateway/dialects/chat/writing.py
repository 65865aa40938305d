"""Write chat completions, whole and in pieces: the mirror of the driver that reads them. Pure."""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from loomwork.gateway.dialects.asked import Head
from loomwork.gateway.problems import Problem
from loomwork.kernel.messages import (
    AudioPart,
    FinishReason,
    OtherPart,
    ReasoningPart,
    RefusalPart,
    Response,
    TextPart,
    TokenLogprob,
    ToolCall,
)
from loomwork.kernel.usage import Usage
from loomwork.models.wrappers.routes import DEGRADED

Json = dict[str, Any]
encode = msgspec.json.Encoder().encode

_FINISH: dict[FinishReason, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "stop",
    "error": "error",
    "other": "stop",
}
_FOREIGN = frozenset(
    {"end_turn", "stop_sequence", "max_tokens", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"}
)
"""Words of the messages API, which are not ours."""
OWN = frozenset({DEGRADED, "type", "role", "stop_sequence", "stop_details", "container"})
"""What an answer says that is not to be repeated: our own marks, and fields of the messages API."""


def write(head: Head, responses: Sequence[Response]) -> Json:
    """A whole `chat.completion`."""
    first = responses[0]
    usage = total(responses)
    body: Json = {
        "id": first.id or head.id,
        "object": "chat.completion",
        "created": head.created,
        "model": first.model or head.model,
        "choices": [_choice(place, response) for place, response in enumerate(responses)],
    }
    if usage is not None:
        body["usage"] = usage_of(usage)
    for key, value in first.extra.items():
        if key not in OWN and key not in body:
            body[key] = value
    return body


def total(responses: Sequence[Response]) -> Usage | None:
    """The tokens of all choices; None where a model did not say."""
    found = [response.usage for response in responses]
    if len(found) == 1:
        return found[0]
    known = [usage for usage in found if usage is not None]
    return sum(known[1:], start=known[0]) if len(known) == len(found) else None


def finish_of(response: Response) -> str:
    """How an answer ended, in this API's words."""
    raw = response.finish_raw
    return raw if raw and raw not in _FOREIGN else _FINISH[response.finish_reason]


def _choice(place: int, response: Response) -> Json:
    return {
        "index": place,
        "message": message_of(response),
        "logprobs": logprobs_of(response.logprobs),
        "finish_reason": finish_of(response),
    }


def message_of(response: Response) -> Json:
    """The answer's message."""
    message = response.message
    text = message.text
    calls = [call_of(call) for call in message.tool_calls]
    sounds = [part for part in message.parts if isinstance(part, AudioPart)]
    sound = sounds[0] if sounds else None
    refusal = message.refusal
    out: Json = {"role": "assistant", "content": text if text or not (calls or sound or refusal) else None}
    out["refusal"] = refusal or None
    if calls:
        out["tool_calls"] = calls
    out.update(beside(response))
    if sound is not None:
        out["audio"] = audio_of(sound)
    for key, value in message.extra.items():
        out.setdefault(key, value)
    return out


def beside(response: Response) -> Json:
    """What an answer holds besides its words: reasoning, its details, annotations of the text, other blocks."""
    out: Json = {}
    reasoning = response.reasoning
    if reasoning:
        out["reasoning_content"] = reasoning
    details: list[Any] = []
    notes: list[Any] = []
    others: list[Json] = []
    for part in response.message.parts:
        if isinstance(part, ReasoningPart):
            details.extend(part.extra.get("reasoning_details", ()))
        elif isinstance(part, TextPart):
            notes.extend(part.extra.get("annotations", ()))
        elif isinstance(part, OtherPart):
            others.append({"type": part.kind, **part.data})
    if details:
        out["reasoning_details"] = details
    if notes:
        out["annotations"] = notes
    if others:
        out["blocks"] = others
    return out


def call_of(call: ToolCall) -> Json:
    """A tool call."""
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": call.arguments}, **call.extra}
    inner = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": inner, **call.extra}


def audio_of(sound: AudioPart) -> Json:
    """An answer's sound."""
    data = base64.b64encode(sound.data).decode("ascii")
    return {"id": sound.id, "data": data, "transcript": sound.transcript, **sound.extra}


def refusal_of(part: RefusalPart) -> str:
    """The model's words for why it will not."""
    return part.text


def logprobs_of(found: tuple[TokenLogprob, ...]) -> Json | None:
    """How likely each token was."""
    if not found:
        return None
    return {"content": [_logprob(one, top=True) for one in found], "refusal": None}


def _logprob(one: TokenLogprob, *, top: bool) -> Json:
    out: Json = {"token": one.token, "logprob": one.logprob, "bytes": None if one.utf8 is None else list(one.utf8)}
    if top:
        out["top_logprobs"] = [_logprob(other, top=False) for other in one.top]
    return out


def usage_of(usage: Usage) -> Json:
    """Token counts."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached_input_tokens,
            "audio_tokens": usage.audio_input_tokens,
        },
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning_tokens,
            "audio_tokens": usage.audio_output_tokens,
        },
    }


def error_of(problem: Problem) -> Json:
    """A refusal."""
    return {
        "error": {
            "message": problem.message,
            "type": problem.openai_type,
            "param": problem.param,
            "code": problem.code,
        }
    }

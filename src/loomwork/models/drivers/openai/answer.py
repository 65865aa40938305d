"""Read what chat completions say: choices, tool calls, usage. Pure; whatever has no field of ours is kept as it came.

Raises `Unreadable` for what the protocol does not allow.
"""

from typing import Any, cast

import msgspec

from loomwork.kernel.messages import (
    AudioPart,
    FinishReason,
    Message,
    Part,
    ReasoningPart,
    RefusalPart,
    Response,
    TextPart,
    TokenLogprob,
    ToolCall,
)
from loomwork.kernel.usage import Usage
from loomwork.models.drivers.reading import Json, Unreadable, binary, count, items, number, obj, objects, rest, text

_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "sensitive": "content_filter",
    "error": "error",
}
_READ = frozenset({"choices", "usage", "id", "model", "object", "created"})
_READ_CHOICE = frozenset({"index", "message", "delta", "finish_reason", "logprobs"})
_READ_MESSAGE = frozenset(
    {"role", "content", "refusal", "tool_calls", "audio", "reasoning", "reasoning_content", "reasoning_details",
     "annotations"}
)  # fmt: skip


def read(body: Json) -> Response:
    """A whole `chat.completion`."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices:
        raise Unreadable("no choices in it")
    choice = obj(cast("list[Any]", choices)[0], "choices[0]")
    said = obj(choice.get("message"), "choices[0].message")
    message = Message(role="assistant", parts=tuple(_parts(said)), extra=rest(said, _READ_MESSAGE))
    raw = text(choice.get("finish_reason"), "finish_reason")
    extra = rest(body, _READ) | rest(choice, _READ_CHOICE)
    return Response(
        message=message,
        finish_reason=finish(raw, message),
        finish_raw=raw,
        usage=read_usage(body.get("usage")),
        model=text(body.get("model"), "model"),
        id=text(body.get("id"), "id"),
        logprobs=read_logprobs(choice.get("logprobs")),
        extra=extra,
    )


def finish(raw: str, message: Message) -> FinishReason:
    """What an answer ended with; where the server did not say, what the answer holds decides."""
    if message.refusal and raw in {"", "stop"}:
        return "refusal"
    if not raw:
        return "tool_calls" if message.tool_calls else "stop"
    return _FINISH.get(raw, "other")


def _parts(said: Json) -> list[Part]:
    parts: list[Part] = []
    thought, spoken = split_content(said.get("content"))
    reasoning = thought or reasoning_text(said)
    details = said.get("reasoning_details")
    if reasoning or details:
        parts.append(ReasoningPart(text=reasoning, extra={"reasoning_details": details} if details else {}))
    annotations = said.get("annotations")
    if spoken or annotations:
        parts.append(TextPart(text=spoken, extra={"annotations": annotations} if annotations else {}))
    refusal = text(said.get("refusal"), "refusal")
    if refusal:
        parts.append(RefusalPart(text=refusal))
    if said.get("audio") is not None:
        parts.append(read_audio(obj(said["audio"], "audio")))
    calls = said.get("tool_calls") or ()
    parts.extend(_call(obj(call, "tool_calls")) for call in items(calls, "tool_calls"))
    return parts


def split_content(content: Any) -> tuple[str, str]:
    """Reasoning and text of a `content`, which is a string, null, or (Mistral) a list of typed pieces."""
    if content is None or isinstance(content, str):
        return "", content or ""
    thought: list[str] = []
    spoken: list[str] = []
    for raw in items(content, "content"):
        piece = obj(raw, "content")
        if piece.get("type") == "thinking":
            thought.extend(text(part.get("text"), "thinking") for part in objects(piece.get("thinking"), "thinking"))
        else:
            spoken.append(text(piece.get("text"), "content.text"))
    return "".join(thought), "".join(spoken)


def reasoning_text(said: Json) -> str:
    """The reasoning under whichever name the server gives it."""
    return text(said.get("reasoning_content"), "reasoning_content") or text(said.get("reasoning"), "reasoning")


def read_audio(sound: Json) -> AudioPart:
    """An answer's sound."""
    return AudioPart(
        data=binary(sound.get("data"), "audio.data"),
        id=text(sound.get("id"), "audio.id"),
        transcript=text(sound.get("transcript"), "audio.transcript"),
        extra=rest(sound, frozenset({"data", "id", "transcript"})),
    )


def _call(call: Json) -> ToolCall:
    if call.get("type") == "custom":
        inner = obj(call.get("custom"), "tool_calls.custom")
        return ToolCall(
            id=text(call.get("id"), "tool_calls.id"),
            name=text(inner.get("name"), "tool_calls.custom.name"),
            arguments=text(inner.get("input"), "tool_calls.custom.input"),
            kind="custom",
            extra=rest(call, frozenset({"id", "type", "custom"})),
        )
    inner = obj(call.get("function"), "tool_calls.function")
    name = text(inner.get("name"), "tool_calls.function.name")
    if not name:
        raise Unreadable("a tool call without the name of its tool")
    return ToolCall(
        id=text(call.get("id"), "tool_calls.id"),
        name=name,
        arguments=arguments_text(inner.get("arguments")),
        extra=rest(call, frozenset({"id", "type", "function", "index"})),
    )


def arguments_text(arguments: Any) -> str:
    """The arguments as the text they should be; some servers send the object itself, or nothing for none."""
    if arguments is None or arguments == "":
        return "{}"
    if isinstance(arguments, str):
        return arguments
    return msgspec.json.encode(arguments).decode()


def read_usage(usage: Any) -> Usage | None:
    """Token counts; None where the server sends none."""
    if usage is None:
        return None
    found = obj(usage, "usage")
    went_in = obj(found.get("prompt_tokens_details") or {}, "prompt_tokens_details")
    came_out = obj(found.get("completion_tokens_details") or {}, "completion_tokens_details")
    cached = count(went_in, "cached_tokens") or count(found, "prompt_cache_hit_tokens") or count(found, "cached_tokens")
    return Usage(
        input_tokens=count(found, "prompt_tokens"),
        output_tokens=count(found, "completion_tokens"),
        cached_input_tokens=cached,
        cache_write_tokens=count(went_in, "cache_write_tokens"),
        reasoning_tokens=count(came_out, "reasoning_tokens"),
        audio_input_tokens=count(went_in, "audio_tokens"),
        audio_output_tokens=count(came_out, "audio_tokens"),
    )


def read_logprobs(found: Any) -> tuple[TokenLogprob, ...]:
    """How likely each token was."""
    if not found:
        return ()
    return tuple(_token(one) for one in objects(obj(found, "logprobs").get("content"), "logprobs"))


def _token(one: Json) -> TokenLogprob:
    return TokenLogprob(
        token=text(one.get("token"), "token"),
        logprob=number(one.get("logprob"), "logprob"),
        utf8=_bytes(one.get("bytes")),
        top=tuple(_token(other) for other in objects(one.get("top_logprobs"), "top_logprobs")),
    )


def _bytes(raw: Any) -> bytes | None:
    if raw is None:
        return None
    try:
        return bytes(items(raw, "bytes"))
    except (TypeError, ValueError) as error:
        raise Unreadable(f"a token's bytes are none: {error}") from error

"""Put a reply into a protocol's words: chat completions or messages, whole or as server-sent events. No sockets."""

import json
from collections.abc import Iterator
from typing import Any

from loomwork.testing.replies import Fault, Json, Reply

_CREATED = 1_700_000_000


def openai_whole(model: str, reply: Reply) -> Json:
    """A `chat.completion` object."""
    message: Json = {"role": "assistant", "content": reply.text or None, "refusal": None}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.tool:
        message["tool_calls"] = [_openai_call(reply)]
    return {
        "id": f"chatcmpl-{reply.digest}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": openai_finish(reply), "logprobs": None}],
        "usage": openai_usage(reply),
        "system_fingerprint": "loomwork-double",
    }


def openai_events(model: str, reply: Reply, *, chunk: int, usage: bool) -> Iterator[bytes]:
    """`chat.completion.chunk` events, one bytes object each, ended by `[DONE]`."""

    def event(delta: Json | None, finish: str | None = None, **more: Any) -> bytes:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]
        head = {"id": f"chatcmpl-{reply.digest}", "object": "chat.completion.chunk", "created": _CREATED}
        return _data({**head, "model": model, "choices": choices, **more})

    yield event({"role": "assistant", "content": ""})
    for piece in _pieces(reply.reasoning, chunk):
        yield event({"reasoning_content": piece})
    for piece in _pieces(reply.text, chunk):
        yield event({"content": piece})
    if reply.tool:
        head = _openai_call(reply)
        arguments = head["function"]["arguments"]
        head["function"]["arguments"] = ""
        yield event({"tool_calls": [{"index": 0, **head}]})
        for piece in _pieces(arguments, chunk):
            yield event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    yield event({}, openai_finish(reply))
    if usage:
        yield event(None, usage=openai_usage(reply))
    yield b"data: [DONE]\n\n"


def openai_usage(reply: Reply) -> Json:
    """The `usage` object of chat completions."""
    total = reply.input_tokens + reply.output_tokens
    return {"prompt_tokens": reply.input_tokens, "completion_tokens": reply.output_tokens, "total_tokens": total}


def openai_finish(reply: Reply) -> str:
    """The `finish_reason` of chat completions."""
    return reply.finish or ("tool_calls" if reply.tool else "stop")


def anthropic_whole(model: str, reply: Reply) -> Json:
    """A `message` object."""
    content: list[Json] = []
    if reply.reasoning:
        content.append({"type": "thinking", "thinking": reply.reasoning, "signature": f"sig-{reply.digest}"})
    if reply.text:
        content.append({"type": "text", "text": reply.text})
    if reply.tool:
        content.append(_anthropic_call(reply))
    return {**_anthropic_head(model, reply), "content": content, "stop_reason": anthropic_finish(reply)}


def anthropic_events(model: str, reply: Reply, *, chunk: int) -> Iterator[bytes]:
    """Events of a messages stream, `message_start` to `message_stop`, one bytes object each."""
    head = _anthropic_head(model, reply)
    head["usage"]["output_tokens"] = 0
    yield _event({"type": "message_start", "message": {**head, "content": [], "stop_reason": None}})
    yield _event({"type": "ping"})
    for index, (start, deltas) in enumerate(_anthropic_blocks(reply, chunk)):
        yield _event({"type": "content_block_start", "index": index, "content_block": start})
        for delta in deltas:
            yield _event({"type": "content_block_delta", "index": index, "delta": delta})
        yield _event({"type": "content_block_stop", "index": index})
    done = {"stop_reason": anthropic_finish(reply), "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": done, "usage": {"output_tokens": reply.output_tokens}})
    yield _event({"type": "message_stop"})


def anthropic_finish(reply: Reply) -> str:
    """The `stop_reason` of messages."""
    return reply.finish or ("tool_use" if reply.tool else "end_turn")


def error_body(kind: str, fault: Fault) -> Json:
    """The error shape of either protocol."""
    names = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}
    names |= {404: "not_found_error", 529: "overloaded_error"}
    name = fault.code or names.get(fault.status, "api_error")
    if kind == "anthropic":
        return {"type": "error", "error": {"type": name, "message": fault.message}, "request_id": "req_double"}
    return {"error": {"message": fault.message, "type": name, "param": None, "code": fault.code or None}}


def _anthropic_head(model: str, reply: Reply) -> Json:
    usage = {
        "input_tokens": reply.input_tokens,
        "output_tokens": reply.output_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }
    head = {"id": f"msg_{reply.digest}", "type": "message", "role": "assistant", "model": model}
    return {**head, "stop_sequence": None, "usage": usage}


def _anthropic_blocks(reply: Reply, chunk: int) -> Iterator[tuple[Json, list[Json]]]:
    if reply.reasoning:
        deltas: list[Json] = [{"type": "thinking_delta", "thinking": p} for p in _pieces(reply.reasoning, chunk)]
        deltas.append({"type": "signature_delta", "signature": f"sig-{reply.digest}"})
        yield {"type": "thinking", "thinking": "", "signature": ""}, deltas
    if reply.text:
        yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in _pieces(reply.text, chunk)]
    if reply.tool:
        pieces = _pieces(json.dumps(reply.arguments, ensure_ascii=False), chunk)
        yield {**_anthropic_call(reply), "input": {}}, [{"type": "input_json_delta", "partial_json": p} for p in pieces]


def _openai_call(reply: Reply) -> Json:
    arguments = json.dumps(reply.arguments, ensure_ascii=False)
    return {
        "id": f"call_{reply.digest}",
        "type": "function",
        "function": {"name": reply.tool, "arguments": arguments},
    }


def _anthropic_call(reply: Reply) -> Json:
    return {"type": "tool_use", "id": f"toolu_{reply.digest}", "name": reply.tool, "input": reply.arguments}


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _data(value: Json) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def _event(value: Json) -> bytes:
    return f"event: {value['type']}\n".encode() + _data(value)

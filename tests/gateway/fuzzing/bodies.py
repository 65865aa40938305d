"""Requests with everything in them that an API knows, one for each address. Knows no gateway."""

from typing import Any

Json = dict[str, Any]
PIXEL = "data:image/png;base64,AAAA"
SCHEMA: Json = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
CHAT: Json = {
    "model": "wired",
    "messages": [
        {"role": "system", "content": "be brief"},
        {
            "role": "user",
            "name": "ada",
            "content": [
                {"type": "text", "text": "hello"},
                {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}},
                {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                {"type": "file", "file": {"file_data": PIXEL, "filename": "a.png"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": "hm",
            "refusal": "no",
            "tool_calls": [
                {"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}},
                {"id": "d", "type": "custom", "custom": {"name": "grep", "input": "x"}},
            ],
        },
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "seen"}]},
        {"role": "user", "content": "go on"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "look", "description": "d", "parameters": SCHEMA, "strict": True}},
        {"type": "custom", "custom": {"name": "grep", "description": "d"}},
    ],
    "tool_choice": {"type": "function", "function": {"name": "look"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, "strict": True}},
    "parallel_tool_calls": True,
    "n": 2,
    "stream": False,
    "stream_options": {"include_usage": True},
    "stop": ["a", "b"],
    "logprobs": True,
    "top_logprobs": 2,
    "temperature": 0.5,
    "top_p": 0.9,
    "presence_penalty": 0.1,
    "frequency_penalty": 0.1,
    "seed": 7,
    "max_tokens": 20,
    "max_completion_tokens": 20,
    "reasoning_effort": "low",
    "user": "ada",
    "metadata": {"a": "b"},
    "modalities": ["text"],
}
SHORT: Json = {"model": "exact", "messages": [{"role": "user", "content": "hello"}], "stream": True}
MESSAGES: Json = {
    "model": "claude",
    "max_tokens": 20,
    "system": [{"type": "text", "text": "be brief", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "hello"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
                {"type": "document", "title": "t", "source": {"type": "text", "media_type": "text/plain", "data": "d"}},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "redacted_thinking", "data": "x"},
                {"type": "tool_use", "id": "t", "name": "look", "input": {"a": 1}},
            ],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "t", "content": "seen", "is_error": False}],
        },
    ],
    "tools": [{"name": "look", "description": "d", "input_schema": SCHEMA, "strict": True}],
    "tool_choice": {"type": "tool", "name": "look", "disable_parallel_tool_use": True},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "low"},
    "stop_sequences": ["a"],
    "temperature": 0.5,
    "top_p": 0.9,
    "top_k": 4,
    "stream": True,
    "metadata": {"user_id": "ada"},
}
COMPLETIONS: Json = {
    "model": "smart",
    "prompt": ["a", "b"],
    "n": 2,
    "stream": False,
    "stream_options": {"include_usage": True},
    "stop": "x",
    "max_tokens": 9,
    "seed": 3,
    "temperature": 0.5,
    "top_p": 1,
    "user": "ada",
    "logprobs": 2,
}
EMBEDDINGS: Json = {"model": "wired", "input": ["a", "b"], "encoding_format": "base64", "user": "ada"}
TYPED: Json = {"count": 3, "share": 0.5, "kind": "b", "names": ["x"], "more": {"a": [1]}}
TRACE = "0" * 31 + "1"
FEEDBACK: Json = {"trace": TRACE, "rating": 1, "comment": "good", "source": "app", "user": "ada"}
EVENT: Json = {
    "name": "bought", "session": "s", "user": "u", "value": 3.5, "currency": "EUR", "at": "2026-01-01T00:00:00Z",
    "said": {"a": [1]},
}  # fmt: skip
TRIED: Json = {"session": "s", "turns": [{"role": "user", "text": "hello"}], "values": {}, "fresh": True}
FORM: Json = {"session": "s", "turns": [], "values": {"count": 3, "names": ["a"], "kind": "a"}, "fresh": True}
PASSAGE: Json = {"doc": "d", "start": 0, "end": 3, "quote": "abc"}

ROUTES: dict[str, tuple[Json, ...]] = {
    "/v1/chat/completions": (CHAT, {**CHAT, "model": "routed", "stream": True}, SHORT, {**SHORT, "model": "turns"}),
    "/v1/messages": (MESSAGES, {**MESSAGES, "model": "wired"}, {**MESSAGES, "model": "plain", "stream": False}),
    "/v1/messages/count_tokens": (MESSAGES,),
    "/v1/completions": (COMPLETIONS, {**COMPLETIONS, "model": "wired", "stream": True}),
    "/v1/embeddings": (EMBEDDINGS, {**EMBEDDINGS, "model": "smart", "encoding_format": "float"}),
    "/v1/steps/plain": ({"question": "q", "tone": "t"},),
    "/v1/steps/typed": (TYPED,),
    "/v1/steps/pieces?stream=true": ({"question": "a b"},),
    "/v1/steps/turns": ({"conversation": [{"role": "user", "content": "a"}]},),
    "/v1/feedback": (FEEDBACK,),
    "/v1/events": (EVENT, {"events": [EVENT, EVENT]}),
    "/try/plain/ask": (TRIED,),
    "/try/typed/ask": (FORM,),
    "/try/plain/passage": (PASSAGE,),
    "/try/plain/feedback": (FEEDBACK,),
    "/try/plain/enter": ({"token": "t"},),
}
"""Every address that takes a body, with requests for it."""

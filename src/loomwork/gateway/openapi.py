"""`/openapi.json`: every address, what it takes and what it gives. Describes; answers nothing.

Schemas are as narrow as the gateway's own reading: what it passes on to a model unread is left open.
"""

from typing import Any

from loomwork.gateway.serving.served import Serving

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_WHOLE: Json = {"type": "integer"}
_FLAG: Json = {"type": "boolean"}
_OPEN: Json = {"type": "object", "additionalProperties": True}
_CONTENT: Json = {"oneOf": [_TEXT, {"type": "array", "items": {"type": "object", "required": ["type"]}}]}
_MARKS: Json = {
    "x-loomwork-trace": {"schema": _TEXT, "description": "32 hex digits: the trace of this request"},
    "x-loomwork-release": {"schema": _TEXT, "description": "the release that answered"},
    "x-loomwork-cache": {"schema": {"type": "string", "enum": ["hit", "warm", "miss", "stale", "off"]}},
}
_OPENAI_ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": _TEXT,
                "type": _TEXT,
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
_ANTHROPIC_ERROR: Json = {
    "type": "object",
    "required": ["type", "error"],
    "properties": {
        "type": {"const": "error"},
        "error": {"type": "object", "required": ["type", "message"], "properties": {"type": _TEXT, "message": _TEXT}},
        "request_id": _TEXT,
    },
}
_SAMPLING: Json = {
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "stream": _FLAG,
}
_CHAT: Json = {
    "type": "object",
    "required": ["model", "messages"],
    "properties": {
        "model": _TEXT,
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["role"], "properties": {"role": _TEXT}},
        },
        "max_tokens": {"type": "integer", "minimum": 1},
        "max_completion_tokens": {"type": "integer", "minimum": 1},
        "n": {"type": "integer", "minimum": 1, "maximum": 128},
        "stop": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
        "tools": {"type": "array", "items": _OPEN},
        "response_format": _OPEN,
        "seed": _WHOLE,
        "user": _TEXT,
        **_SAMPLING,
    },
}
_MESSAGES: Json = {
    "type": "object",
    "required": ["model", "max_tokens", "messages"],
    "properties": {
        "model": _TEXT,
        "max_tokens": {"type": "integer", "minimum": 1},
        "system": _CONTENT,
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["role", "content"],
                "properties": {"role": {"enum": ["user", "assistant", "system"]}, "content": _CONTENT},
            },
        },
        "tools": {"type": "array", "items": _OPEN},
        "stop_sequences": {"type": "array", "items": _TEXT},
        **_SAMPLING,
    },
}
_COMPLETIONS: Json = {
    "type": "object",
    "required": ["model"],
    "properties": {
        "model": _TEXT,
        "prompt": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
        "max_tokens": {"type": "integer", "minimum": 1},
        "n": {"type": "integer", "minimum": 1, "maximum": 128},
        **_SAMPLING,
    },
}
_EMBEDDINGS: Json = {
    "type": "object",
    "required": ["model", "input"],
    "properties": {
        "model": _TEXT,
        "input": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 2048}]},
        "encoding_format": {"enum": ["float", "base64"]},
        "dimensions": {"type": "integer", "minimum": 1},
    },
}
_EVENT_OF_STREAM: Json = {
    "type": "object",
    "description": "each event; the last one's data is [DONE] (OpenAI), or its event message_stop (Anthropic)",
    "required": ["data"],
    "properties": {"event": _TEXT, "data": _TEXT},
}
_NAME: Json = {"type": "string", "maxLength": 200}
_FEEDBACK: Json = {
    "type": "object",
    "required": ["trace"],
    "properties": {
        "trace": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "rating": {"enum": [-1, 0, 1]},
        "comment": {"type": "string", "maxLength": 10_000},
        "source": _NAME,
        "user": _NAME,
    },
}
_EVENT: Json = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {**_NAME, "minLength": 1},
        "session": _NAME,
        "user": _NAME,
        "value": {"type": ["number", "null"]},
        "currency": _NAME,
        "at": {"type": ["string", "number", "null"], "description": "ISO 8601, or seconds since 1970"},
        "said": _OPEN,
    },
}
_SEVERAL: Json = {
    "type": "object",
    "required": ["events"],
    "properties": {"events": {"type": "array", "maxItems": 1000, "items": _EVENT}},
}
_EVENTS: Json = {"anyOf": [_EVENT, _SEVERAL]}


def document(serving: Serving) -> Json:
    """Return the document, with an address for every served step."""
    paths: Json = {
        "/v1/chat/completions": _post("Answer a conversation (OpenAI)", _CHAT, streams=True),
        "/v1/messages": _post("Answer a conversation (Anthropic)", _MESSAGES, _ANTHROPIC_ERROR, streams=True),
        "/v1/messages/count_tokens": _post("Count a request's tokens", _counted(), _ANTHROPIC_ERROR),
        "/v1/completions": _post("Continue a text", _COMPLETIONS, streams=True),
        "/v1/embeddings": _post("Turn texts into vectors", _EMBEDDINGS),
        "/v1/models": _get("List what is served"),
        "/v1/models/{name}": _get("Tell of one thing that is served", named=True),
        "/v1/steps": _get("List the steps that are served"),
        "/v1/steps/{name}": _get("Tell what a step takes", named=True),
        "/v1/feedback": _post("Say how good an answer was", _FEEDBACK, marks={}),
        "/v1/events": _post("Tell what happened in an application", _EVENTS, marks={}),
        "/healthz": _get("Say that the process lives", media="text/plain"),
        "/readyz": _get("Say whether requests are answered", media="text/plain", codes=("200", "503")),
        "/metrics": _get("Counters, in Prometheus' text format", media="text/plain"),
        "/openapi.json": _get("This document"),
    }
    for each in serving.all:
        if each.step is not None and each.taking is not None:
            found = _post(each.title or f"Call the step {each.name}", each.taking.schema, streams=True)
            paths[f"/v1/steps/{each.name}"] = found
    return {
        "openapi": "3.1.0",
        "info": {"title": "loomwork gateway", "version": "1"},
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            }
        },
        "security": [{}, {"bearer": []}, {"key": []}],
    }


def _counted() -> Json:
    return {**_MESSAGES, "required": ["model", "messages"]}


def _post(
    summary: str, body: Json, error: Json = _OPENAI_ERROR, *, streams: bool = False, marks: Json = _MARKS
) -> Json:
    given: Json = {"application/json": {"schema": _OPEN}}
    if streams:
        given["text/event-stream"] = {"schema": _EVENT_OF_STREAM}
    responses: Json = {"200": {"description": "the answer", "headers": marks, "content": given}}
    refused = {"application/json": {"schema": error}}
    codes = ("400", "401", "403", "404", "413", "429", "500", "502", "503", "504")
    responses |= {code: {"description": "no answer", "headers": marks, "content": refused} for code in codes}
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": responses,
        }
    }


def _get(
    summary: str, *, named: bool = False, media: str = "application/json", codes: tuple[str, ...] = ("200",)
) -> Json:
    schema = _TEXT if media == "text/plain" else _OPEN
    responses: Json = {code: {"description": "the answer", "content": {media: {"schema": schema}}} for code in codes}
    if media != "text/plain":
        refused = {"application/json": {"schema": _OPEN}}
        responses |= {code: {"description": "no answer", "content": refused} for code in ("401", "404")}
    found: Json = {"summary": summary, "responses": responses}
    if named:
        found["parameters"] = [{"name": "name", "in": "path", "required": True, "schema": _TEXT}]
    return {"get": found}

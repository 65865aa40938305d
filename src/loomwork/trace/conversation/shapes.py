"""Find the messages in any framework's input or output. Knows the wrappers, not the parts.

Chat Completions and Responses (OpenAI), Messages (Anthropic), Gemini, OpenTelemetry's parts, OpenInference's
flattened messages, LangChain's messages in both serialisations, the Vercel AI SDK, ChatML.
"""

from collections.abc import Callable, Mapping
from typing import cast

import msgspec

from loomwork.kernel.messages import Message, Part, Role, TextPart, ToolCall, ToolResult
from loomwork.trace.conversation.parts import (
    Record,
    as_media,
    first,
    is_record,
    items,
    read_call,
    read_content,
    text_of,
)

DEEPEST = 8
ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "aimessagechunk": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}
LANGCHAIN: Mapping[str, Role] = {
    "HumanMessage": "user",
    "AIMessage": "assistant",
    "AIMessageChunk": "assistant",
    "SystemMessage": "system",
    "ToolMessage": "tool",
    "FunctionMessage": "tool",
}
SAID = {"content", "parts", "contents", "tool_calls", "toolCalls", "function_call", "json", "text"}
"""Fields that hold what a message says."""
ITEMS = {"function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning"}
"""Entries of a Responses conversation that stand beside its messages."""


def read_body(body: bytes) -> tuple[Message, ...] | None:
    """Return the conversation that a body holds; None: it holds none (plain text, or some other structure)."""
    try:
        return read_value(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def read_value(value: object) -> tuple[Message, ...] | None:
    """Return the conversation in a decoded value; None where nothing in it looks like one.

    >>> read_value({"choices": [{"message": {"role": "assistant", "content": "hi"}}]})[0].text
    'hi'
    """
    found = _find(value, 0)
    return tuple(found) if found else None


def _find(value: object, depth: int) -> list[Message] | None:
    if depth > DEEPEST:
        return None
    if isinstance(value, str):
        return _in_text(value, depth)
    if isinstance(value, list):
        return _in_list(items(cast("object", value)), depth)
    if is_record(value):
        return _in_record(value, depth)
    return None


def _in_text(text: str, depth: int) -> list[Message] | None:
    if not text.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        return _find(msgspec.json.decode(text), depth + 1)
    except msgspec.DecodeError:
        return None


def _in_list(entries: list[object], depth: int) -> list[Message] | None:
    if not entries:
        return None
    if calls := _all_calls(entries):
        return [Message(role="assistant", parts=tuple(calls))]
    messages: list[Message] = []
    for entry in entries:
        decoded = _decoded(entry)
        if is_record(decoded) and _is_definition(decoded):
            continue
        found = _one(decoded, depth + 1) if is_record(decoded) else _find(decoded, depth + 1)
        if found is None:
            return None
        messages.extend(found)
    return messages


def _is_definition(record: Record) -> bool:
    """Say whether this is a tool's definition that LangChain's callback lists among the messages."""
    content = record.get("content")
    return record.get("role") == "tool" and is_record(content) and is_record(content.get("function"))


def _decoded(entry: object) -> object:
    """Decode an entry that is a message written as JSON text."""
    if not isinstance(entry, str) or not entry.startswith("{"):
        return entry
    try:
        return msgspec.json.decode(entry)
    except msgspec.DecodeError:
        return entry


def _all_calls(entries: list[object]) -> list[ToolCall]:
    """Read a bare list of tool calls, as the Vercel AI SDK writes its answers."""
    calls = [read_call(entry) for entry in entries if is_record(entry) and "toolName" in entry]
    found = [call for call in calls if call is not None]
    return found if len(found) == len(entries) else []


def _in_record(record: Record, depth: int) -> list[Message] | None:
    found = _one(record, depth)
    if found is not None:
        return found
    for name, unwrap in WRAPPERS.items():
        if record.get(name) is None:
            continue
        found = unwrap(record, depth)
        if found:
            return found
    return None


def _one(record: Record, depth: int) -> list[Message] | None:
    """Read one message, or one entry that stands for a message."""
    record = _unfolded(record)
    if is_record(inner := record.get("message")) and "role" not in record:
        return _one(inner, depth + 1)
    kind = record.get("type")
    if kind in ITEMS:
        parts = read_content(record)
        role: Role = "tool" if any(isinstance(part, ToolResult) for part in parts) else "assistant"
        return [Message(role=role, parts=tuple(parts))]
    word = record.get("role") if isinstance(record.get("role"), str) else kind
    if not isinstance(word, str) or not _speaks(record, word):
        return None
    return [_message(record, word)]


def _unfolded(record: Record) -> Record:
    """Undo LangChain's constructor form and OpenInference's `message.` beginnings."""
    kwargs = record.get("kwargs")
    if record.get("lc") == 1 and is_record(kwargs):
        path = items(record.get("id"))
        return {**kwargs, "role": LANGCHAIN.get(str(path[-1]) if path else "", "user")}
    if is_record(generated := record.get("generation_info")) and is_record(record.get("message")):
        return {"message": record["message"], "info": generated}
    return record


def _speaks(record: Record, word: str) -> bool:
    return not SAID.isdisjoint(record) and ("role" in record or word.lower() in ROLES)


def _message(record: Record, word: str) -> Message:
    role = ROLES.get(word.lower())
    if role is None:  # LangGraph JS names a tool's answer after the tool
        role = "tool"
    content = first(record, "parts", "contents", "content", "json", "text")
    parts = _said(record, role, content) + [call for call in map(read_call, _calls(record)) if call is not None]
    name = first(record, "name")
    extra = {key: record[key] for key in ("finish_reason",) if record.get(key) is not None}
    return Message(role=role, parts=tuple(parts), name=name if isinstance(name, str) else "", extra=extra)


def _said(record: Record, role: Role, content: object) -> list[Part]:
    parts = read_content(content)
    if role != "tool" or any(isinstance(part, ToolResult) for part in parts):
        return _without_repeated(record, parts)
    identity = text_of(first(record, "tool_call_id", "id"))
    return [ToolResult(call_id=identity, name=text_of(record.get("name")), content=as_media(content))]


def _without_repeated(record: Record, parts: list[Part]) -> list[Part]:
    """Drop tool calls among the parts where the message lists them apart as well (LangChain with Anthropic)."""
    if not _calls(record):
        return parts
    return [part for part in parts if not isinstance(part, ToolCall)]


def _calls(record: Record) -> list[object]:
    direct = items(first(record, "tool_calls", "toolCalls"))
    if direct:
        return direct
    if is_record(legacy := record.get("function_call")):
        return [legacy]
    more = record.get("additional_kwargs")
    return items(more.get("tool_calls")) if is_record(more) else []


def _field(name: str) -> Callable[[Record, int], list[Message] | None]:
    def unwrap(record: Record, depth: int) -> list[Message] | None:
        return _find(record[name], depth + 1)

    return unwrap


def _choices(record: Record, depth: int) -> list[Message] | None:
    return [message for each in items(record["choices"]) if is_record(each) for message in _one(each, depth + 1) or []]


def _contents(record: Record, depth: int) -> list[Message] | None:
    """Read Gemini's request: its instructions stand beside the contents."""
    contents = record["contents"]
    said = [Message.user(contents)] if isinstance(contents, str) else _find(contents, depth + 1)
    if said is None:
        return None
    config = record.get("config")
    told = first(record, "system_instruction", "systemInstruction") or (
        first(config, "system_instruction", "systemInstruction") if is_record(config) else None
    )
    parts = read_content(told.get("parts") if is_record(told) else told)
    return ([Message(role="system", parts=tuple(parts))] if parts else []) + said


def _candidates(record: Record, depth: int) -> list[Message] | None:
    contents = [each.get("content") for each in items(record["candidates"]) if is_record(each)]
    return [message for each in contents if is_record(each) for message in _one(each, depth + 1) or []]


def _prompt(record: Record, depth: int) -> list[Message] | None:
    prompt, system = record["prompt"], record.get("system")
    said = [Message.user(prompt)] if isinstance(prompt, str) else _find(prompt, depth + 1)
    if said is None:
        return None
    return ([Message.system(system)] if isinstance(system, str) and system else []) + said


def _messages(record: Record, depth: int) -> list[Message] | None:
    said = _find(record["messages"], depth + 1)
    system = record.get("system")
    if said is None or not system:
        return said
    return [Message(role="system", parts=tuple(read_content(system))), *said]


def _generations(record: Record, depth: int) -> list[Message] | None:
    flat = [inner for each in items(record["generations"]) for inner in (items(each) or [each])]
    found: list[Message] = []
    for each in flat:
        if is_record(each):
            said = _one(each, depth + 1)
            text = each.get("text")
            found += said or (
                [Message(role="assistant", parts=(TextPart(text=text),))] if isinstance(text, str) else []
            )
    return found


WRAPPERS: Mapping[str, Callable[[Record, int], list[Message] | None]] = {
    "messages": _messages,
    "choices": _choices,
    "candidates": _candidates,
    "contents": _contents,
    "generations": _generations,
    "output": _field("output"),
    "content": _field("content"),
    "new_message": _field("new_message"),
    "prompt": _prompt,
    "input": _field("input"),
    "message": _field("message"),
    "kwargs": _field("kwargs"),
}
"""Fields that a conversation hides in, most telling first."""

"""The conversation of a model call, from what was kept of it, whoever traced it. Knows no store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

from loomwork.kernel.messages import (
    AudioPart,
    FilePart,
    ImagePart,
    Message,
    OtherPart,
    Part,
    ReasoningPart,
    RefusalPart,
    Request,
    Response,
    TextPart,
    ToolCall,
    ToolResult,
)
from loomwork.kernel.stream import Done
from loomwork.studio.spans.bodies import Kept
from loomwork.studio.wire.spans import LONGEST, Said, SaidPart
from loomwork.telling.jsonable import jsonable
from loomwork.trace.conversation import read_value

_MESSAGES = 400


class Conversation(NamedTuple):
    """Messages, and whether some were left out or cut."""

    said: tuple[Said, ...] = ()
    more: bool = False


def conversation_of(given: Kept | None, answered: Kept | None) -> Conversation:
    """Return what a model was sent and what it answered; nothing where the bodies hold no conversation."""
    found = [*((each, False) for each in asked_in(given)), *((each, True) for each in _answered(answered))]
    room = LONGEST
    said: list[Said] = []
    for message, answer in found[:_MESSAGES]:
        parts, room = _parts(message.parts, room)
        said.append(Said(role=message.role, parts=parts, name=message.name, answer=answer))
        if room <= 0:
            break
    return Conversation(tuple(said), len(said) < len(found) or room <= 0)


def request_in(given: Kept | None) -> Request | None:
    """Return the request among the arguments of a model call of ours."""
    value: Any = given.value if given is not None else None
    request = cast("dict[str, Any]", value).get("request") if isinstance(value, dict) else None
    return request if isinstance(request, Request) else None


def asked_in(given: Kept | None) -> Sequence[Message]:
    """Return the messages that a model was sent."""
    request = request_in(given)
    if request is not None:
        return [each for each in request.messages if _is_message(each)]
    return _foreign(given)


def _answered(answered: Kept | None) -> Sequence[Message]:
    value: Any = answered.value if answered is not None else None
    events = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
    response: object = next(
        (each.response for each in reversed(events) if isinstance(each, Done)), cast("object", value)
    )
    if isinstance(response, Response):
        return [response.message] if _is_message(response.message) else []
    return _foreign(answered)


def _foreign(kept: Kept | None) -> Sequence[Message]:
    if kept is None or not kept.foreign or kept.state != "whole":
        return []
    return read_value(kept.value) or []


def _is_message(value: object) -> bool:
    """Say whether a kept message has the form of today's."""
    parts: object = value.parts if isinstance(value, Message) else None
    return isinstance(parts, tuple)


def _parts(parts: Iterable[Part], room: int) -> tuple[tuple[SaidPart, ...], int]:
    shown: list[SaidPart] = []
    for part in parts:
        if room <= 0:
            break
        each = said_part(part, room)
        room -= len(each.text)
        shown.append(each)
    return tuple(shown), room


def said_part(part: Part, room: int = LONGEST) -> SaidPart:
    """Return a part without its data, its words cut to a number of characters."""
    match part:
        case TextPart(text=text):
            return SaidPart(kind="text", text=_text(text, room))
        case ReasoningPart(text=text, redacted=redacted):
            return SaidPart(kind="reasoning", text=_text(text, room), bytes=len(redacted))
        case RefusalPart(text=text):
            return SaidPart(kind="refusal", text=_text(text, room))
        case ToolCall(id=call, name=name, arguments=arguments):
            return SaidPart(kind="tool_call", text=_text(arguments, room), name=name, call_id=call)
        case ToolResult(call_id=call, name=name, error=error):
            text = _text(_of_media(part), room)
            return SaidPart(kind="tool_result", text=text, name=name, call_id=call, error=error)
        case _:
            return _media(part, room)


def _media(part: Any, room: int) -> SaidPart:
    match part:
        case ImagePart(url=url, data=data, mime=mime, file_id=file_id):
            return SaidPart(kind="image", text=_text(url or file_id, room), mime=mime, bytes=len(data))
        case AudioPart(data=data, mime=mime, transcript=transcript):
            return SaidPart(kind="audio", text=_text(transcript, room), mime=mime, bytes=len(data))
        case FilePart(name=name, url=url, data=data, mime=mime, file_id=file_id):
            text = _text(url or file_id, room)
            return SaidPart(kind="file", text=text, name=name, mime=mime, bytes=len(data))
        case OtherPart(kind=kind, data=data):
            return SaidPart(kind="other", text=_text(_json(data), room), name=kind)
        case _:
            return SaidPart(kind="other", text=_text(_json(part), room))


def _of_media(result: ToolResult) -> str:
    if all(isinstance(each, TextPart) for each in result.content):
        return result.text
    return "\n".join(
        each.text if isinstance(each, TextPart) else f"({said_part(each).kind})" for each in result.content
    )


def _json(value: object) -> str:
    return json.dumps(jsonable(value), ensure_ascii=False, default=str)


def _text(text: object, room: int) -> str:
    return str(text)[:room].encode("utf-8", "replace").decode()

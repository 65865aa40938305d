"""Mark what of a request stays the same, so that the provider keeps it: tools, instructions, earlier turns. Pure."""

from collections.abc import Iterator
from typing import Any, cast

from loomwork.kernel.messages import Request
from loomwork.models.drivers.prefixes import PromptCache, beginning, pays
from loomwork.models.drivers.reading import Json

FIELD = "cache_control"
_MARK = {"type": "ephemeral"}
_MARKABLE = frozenset({"text", "image", "document", "tool_use", "tool_result"})
_TURNS = 2
"""Turns whose end is marked: this one, to be found by the next, and the one before, to be found now."""


def hint(body: Json, request: Request, *, use: PromptCache) -> None:
    """Put marks into a body, four at most, unless the caller has put any there.

    Args:
        body: What is to be sent; changed.
        request: What it was written from.
        use: What the settings say.
    """
    if not use or FIELD in body or any(FIELD in each for each in _blocks(body)):
        return
    if pays(beginning(request), use):
        if body.get("tools"):
            body["tools"] = _marked(body["tools"])
        system = body.get("system")
        blocks = [{"type": "text", "text": system}] if isinstance(system, str) else system
        if blocks and _takes(blocks[-1]):
            body["system"] = _marked(blocks)
    messages: list[Json] = body["messages"]
    if use == "auto" and not any(message["role"] == "assistant" for message in messages):
        return  # a single question: what is asked next will begin otherwise
    if pays(request, use):
        asked = [place for place, message in enumerate(messages) if message["role"] == "user"]
        for place in asked[-_TURNS:]:
            content = messages[place]["content"]
            blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
            if blocks and _takes(blocks[-1]):
                messages[place] = {**messages[place], "content": _marked(blocks)}


def _marked(things: list[Json]) -> list[Json]:
    """The list with its last thing marked; what the caller holds is not changed."""
    return [*things[:-1], {**things[-1], FIELD: _MARK}]


def _takes(block: Json) -> bool:
    return block.get("type") in _MARKABLE and block.get("text") != ""


def _blocks(body: Json) -> Iterator[Json]:
    yield from body.get("tools") or ()
    for holder in (body.get("system"), *(message["content"] for message in body["messages"])):
        for block in _listed(holder):
            yield block
            yield from _listed(block.get("content"))


def _listed(holder: Any) -> list[Json]:
    return [each for each in cast("list[Any]", holder) if isinstance(each, dict)] if isinstance(holder, list) else []

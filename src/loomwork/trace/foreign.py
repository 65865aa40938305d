"""Settle a foreign span: its model, tokens, price and bodies out of whatever attributes it came with. Knows no file."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, cast

import msgspec

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.messages import Message, TextPart, ToolCall, ToolResult
from loomwork.store.rows import SpanRow
from loomwork.trace import conversation, semconv
from loomwork.trace.span import Settled

Side = Literal["input", "output"]
PREVIEW: Final = 4000
"""Characters of a body that are kept as its preview until redaction, which cuts it."""
GATHERED: Mapping[Side, tuple[str, ...]] = {"input": semconv.INPUTS, "output": semconv.OUTPUTS}
_INDEX = re.compile(r"\d+")


class Body(NamedTuple):
    """A body that was found, what of the attributes it came from, and the conversation in it."""

    data: bytes
    taken: tuple[str, ...]
    messages: tuple[Message, ...] | None


def settle_foreign(row: SpanRow, *, given: Mapping[Side, object] | None = None) -> Settled:
    """Return the row with model, tokens, price, bodies and previews filled in from its attributes.

    `given` are bodies that the format keeps beside the attributes. A body stays exactly as it came; of several
    candidates the first that holds a readable conversation is taken, else the first. What is not taken stays among
    the attributes. Previews are not cut or redacted yet.
    """
    attributes = semconv.current(row.attributes)
    bodies = {side: _body(side, attributes, (given or {}).get(side)) for side in GATHERED}
    for body in bodies.values():
        for name in body.taken if body is not None else ():
            attributes.pop(name, None)
    dollars = semconv.take_dollars(attributes) if row.cost_micros is None else None
    inward, outward = bodies["input"], bodies["output"]
    settled = msgspec.structs.replace(
        row,
        model=semconv.take_model(attributes) or row.model,
        input_tokens=semconv.take_tokens(attributes, semconv.INPUT_TOKENS) or row.input_tokens,
        output_tokens=semconv.take_tokens(attributes, semconv.OUTPUT_TOKENS) or row.output_tokens,
        cost_micros=row.cost_micros if dollars is None else dollars,
        currency=row.currency if dollars is None else "USD",
        input=_digest(inward),
        output=_digest(outward),
        preview_in=preview_of(inward, last=True) if inward is not None else "",
        preview_out=preview_of(outward, last=False) if outward is not None else "",
        attributes=semconv.drop_redundant(row.kind, attributes),
    )
    return Settled(settled, tuple(body.data for body in (inward, outward) if body is not None))


def _digest(body: Body | None) -> Digest | None:
    return digest_bytes(body.data) if body is not None else None


def _body(side: Side, attributes: Mapping[str, object], given: object) -> Body | None:
    first: Body | None = None
    for value, taken in _candidates(side, attributes, given):
        body = Body(as_bytes(value), taken, conversation.read_value(value))
        if body.messages is not None:
            return _with_duplicates(body, side, attributes)
        first = first or body
    return first


def _candidates(
    side: Side, attributes: Mapping[str, object], given: object
) -> Iterator[tuple[object, tuple[str, ...]]]:
    if given is not None:
        yield given, ()
    for name in GATHERED[side]:
        value = attributes.get(name)
        if value is not None and value != "":
            yield value, (name,)
    for beginning, whose in semconv.NUMBERED.items():
        names = tuple(name for name in attributes if name.startswith(beginning)) if whose == side else ()
        if names:
            yield unflatten(beginning, {name: attributes[name] for name in names}), names


def _with_duplicates(body: Body, side: Side, attributes: Mapping[str, object]) -> Body:
    """Take along the flattened list that says the same again, so that it is not stored twice."""
    for value, taken in _candidates(side, attributes, None):
        same = as_bytes(value) == body.data or (len(taken) > 1 and conversation.read_value(value) == body.messages)
        if same and taken != body.taken:
            body = body._replace(taken=body.taken + taken)
    return body


def as_bytes(value: object) -> bytes:
    """Return a body's bytes: text and bytes as they are, everything else as JSON."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return msgspec.json.encode(value)


def unflatten(beginning: str, attributes: Mapping[str, object]) -> list[object]:
    """Put a list together again that was flattened into attribute names.

    >>> unflatten("p.", {"p.0.message.role": "user", "p.0.message.content": "hi", "p.1.message.role": "tool"})
    [{'message': {'role': 'user', 'content': 'hi'}}, {'message': {'role': 'tool'}}]
    """
    tree: dict[str, object] = {}
    for name, value in attributes.items():
        *path, leaf = name.removeprefix(beginning).split(".")
        node = tree
        for step in path:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):  # a value and a structure under one name: the structure wins
                inner = node[step] = {}
            node = cast("dict[str, object]", inner)
        node[leaf] = value
    listed = _listed(tree)
    return cast("list[object]", listed) if isinstance(listed, list) else [listed]


def _listed(node: object) -> object:
    """Turn every object whose names are all numbers into a list, in the order of the numbers."""
    if not isinstance(node, dict):
        return node
    named = cast("dict[str, object]", node)
    if named and all(_INDEX.fullmatch(name) for name in named):
        return [_listed(named[name]) for name in sorted(named, key=int)]
    return {name: _listed(value) for name, value in named.items()}


def preview_of(body: Body, *, last: bool) -> str:
    """Return the words a list shows: of a question its last message, of an answer its first; not yet redacted."""
    if body.messages is None:
        return body.data[: 4 * PREVIEW].decode("utf-8", "ignore")[:PREVIEW]
    message = body.messages[-1 if last else 0]
    return "\n".join(filter(None, map(_words, message.parts)))[:PREVIEW]


def _words(part: object) -> str:
    match part:
        case TextPart():
            return part.text
        case ToolCall():
            return f"{part.name}({part.arguments})"
        case ToolResult():
            return part.text
        case _:
            return ""

"""What a step gives, as an answer in words: text stays text, everything else becomes JSON. Pure.

>>> response_of("four").text, response_of({"n": 4}).text
('four', '{"n":4}')
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from loomwork.kernel.messages import Message, Response
from loomwork.kernel.stream import Done, StreamEvent, TextDelta

_EVENTS = getattr(StreamEvent, "__args__", ())
_ENCODE = msgspec.json.Encoder(enc_hook=lambda value: to_jsonable_python(value, fallback=str))


def text_of(value: Any) -> str:
    """The words of a step's result."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (Response, Message)):
        return value.text
    said = getattr(value, "text", None)
    if isinstance(said, str) and not isinstance(value, (dict, BaseModel)):
        return said
    return json_of(value).decode()


def json_of(value: Any) -> bytes:
    """A step's result as JSON."""
    return _ENCODE.encode(value)


def response_of(value: Any) -> Response:
    """A step's result as an answer."""
    if isinstance(value, Response):
        return value
    return Response(message=Message.assistant(text_of(value)), finish_reason="stop")


def pieces_of(chunk: Any) -> Iterator[StreamEvent]:
    """A stream's chunk as pieces of an answer."""
    if isinstance(chunk, _EVENTS):
        yield chunk
    elif isinstance(chunk, Response):
        yield Done(response=chunk)
    else:
        yield TextDelta(text=text_of(chunk))

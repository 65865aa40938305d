"""Fit a request to the model it goes to, where that one speaks another API. Pure.

Nothing that changes an answer is dropped: what cannot be said in the other API is refused with the field's name.
"""

import base64
import binascii
from typing import Any

from msgspec import structs

from loomwork.gateway.serving.served import Served
from loomwork.kernel.errors.gateway import FieldWrong, NotPassedOn, WrongUse
from loomwork.kernel.messages import AudioPart, FilePart, ImagePart, Message, OtherPart, Part, Request, ToolResult

_HARMLESS = {
    "openai": frozenset({"user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
                         "prompt_cache_retention", "stream_options"}),
    "anthropic": frozenset({"metadata", "service_tier", "betas", "inference_geo"}),
}  # fmt: skip
"""Fields of an API that say how a request is billed, kept or counted, not what is asked."""
_MARKS = {"anthropic": frozenset({"cache_control", "caller"}), "openai": frozenset({"annotations"})}
"""The same on parts of messages and on tools."""
_OWN = frozenset({"replay", "scripted"})
"""Doubles, which take what is said in either API."""


_SAMPLING = ("temperature", "top_p", "top_k", "max_tokens", "stop", "seed", "presence_penalty", "frequency_penalty",
             "reasoning_effort", "reasoning_budget")  # fmt: skip
_UNHEARD = (ImagePart, AudioPart, FilePart, OtherPart)


def fit(request: Request, *, name: str, asked_in: str, drivers: frozenset[str], extra: dict[str, Any]) -> Request:
    """Return the request as every one of `drivers` takes it.

    Args:
        request: The request.
        name: What it goes to, for errors.
        asked_in: The driver whose API it came in.
        drivers: Those of the models that may answer.
        extra: The fields that we do not know.

    Raises:
        NotPassedOn: a field has no counterpart in the API of a model that may answer.
    """
    foreign = drivers - _OWN - {asked_in}
    if foreign:
        unsaid = [key for key in extra if key not in _HARMLESS[asked_in]]
        if unsaid:
            raise NotPassedOn(field=unsaid[0], name=name, driver=", ".join(sorted(foreign)))
        request = _without_marks(request, asked_in, name, foreign)
        extra = {}
    if "anthropic" in drivers and asked_in != "anthropic":
        request = _with_bytes(request)
    return structs.replace(request, extra_body=extra) if extra else request


def unused_by(served: Served, request: Request, asked_in: str) -> str:
    """Return which fields a step does not heed: it samples as its own code says.

    Raises:
        WrongUse: the answer would not be what was asked for: tools, a form, likelihoods, or pictures that nobody sees.
    """
    _, taking = served.function
    form = "response_format" if asked_in == "openai" else "output_config"
    wrong = {
        "tools": bool(request.tools) and request.tool_choice != "none",
        form: request.response_schema is not None,
        "logprobs": request.logprobs is not None,
        "modalities": "audio" in request.modalities,
        "messages": any(isinstance(part, _UNHEARD) for each in taking.heard(request) for part in each.parts),
    }
    for name, is_asked in wrong.items():
        if is_asked:
            feature = "pictures, sound or files" if name == "messages" else name
            raise WrongUse(name=served.name, feature=feature, field=name)
    return ", ".join(name for name in _SAMPLING if getattr(request, name) not in (None, ()))


def _without_marks(request: Request, asked_in: str, name: str, foreign: frozenset[str]) -> Request:
    marks = _MARKS[asked_in]

    def clean(thing: Any) -> Any:
        if not thing.extra:
            return thing
        left = [key for key in thing.extra if key not in marks]
        if left:
            raise NotPassedOn(field=left[0], name=name, driver=", ".join(sorted(foreign)))
        return structs.replace(thing, extra={})

    def part(each: Part) -> Part:
        if isinstance(each, ToolResult):
            each = structs.replace(each, content=tuple(part(one) for one in each.content))
        return clean(each) if hasattr(each, "extra") else each

    messages = tuple(
        clean(structs.replace(message, parts=tuple(part(each) for each in message.parts)))
        for message in request.messages
    )
    return structs.replace(request, messages=messages, tools=tuple(clean(tool) for tool in request.tools))


def _with_bytes(request: Request) -> Request:
    """Addresses that carry their bytes become the bytes: the other API has a form of its own for them."""
    if not any(_is_data(part) for message in request.messages for part in message.parts):
        return request
    return structs.replace(request, messages=tuple(_message(message) for message in request.messages))


def _message(message: Message) -> Message:
    return structs.replace(message, parts=tuple(_bytes_of(p) if _is_data(p) else p for p in message.parts))


def _is_data(part: Part) -> bool:
    return isinstance(part, (ImagePart, FilePart)) and part.url.startswith("data:")


def _bytes_of(part: Any) -> Any:
    head, _, data = part.url.partition(",")
    mime = head.removeprefix("data:").removesuffix(";base64")
    try:
        return structs.replace(part, url="", mime=mime, data=base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise FieldWrong(field="messages", detail="a data: address is not base64") from error

"""What requests of one application begin with: tools, instructions, earlier turns. Pure; knows no provider."""

from typing import Literal

from msgspec import structs

from loomwork.kernel.messages import Message, Request
from loomwork.models.estimate import estimate_request

PromptCache = bool | Literal["auto"]
"""Whether the provider is told what stays the same; "auto": where that is long enough to pay."""
PAYS = 1024
"""Estimated tokens from which on a beginning is kept by the providers that keep any."""


def instructions(request: Request) -> tuple[Message, ...]:
    """The messages at the head that are the application's own."""
    head = 0
    while head < len(request.messages) and request.messages[head].role in {"system", "developer"}:
        head += 1
    return request.messages[:head]


def beginning(request: Request) -> Request:
    """The request with tools and instructions only."""
    return structs.replace(request, messages=instructions(request))


def pays(request: Request, use: PromptCache) -> bool:
    """Whether so much is worth telling the provider."""
    return use is True or estimate_request(request) >= PAYS

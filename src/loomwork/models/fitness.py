"""Which members of a route may and can take a request: what it needs, how long it is, how confidential. Pure.

What is not declared is taken to be possible: a model whose table says nothing of `can` is asked.
"""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from loomwork.kernel.errors.gateway import NotConfidential
from loomwork.kernel.errors.models import NotSupported
from loomwork.kernel.messages import AudioPart, FilePart, ImagePart, Request, ToolResult
from loomwork.models.estimate import estimate_request
from loomwork.models.settings import Ability, ModelSettings
from loomwork.models.target import Target

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_UNPLUGGED = frozenset({"replay", "scripted"})
_KINDS: dict[type[object], Ability] = {ImagePart: "images", AudioPart: "audio", FilePart: "files"}


def needs(request: Request) -> frozenset[Ability]:
    """What a request needs besides text.

    >>> from loomwork.kernel.messages import Message, ToolSpec
    >>> sorted(needs(Request(messages=(Message.user("hi"),), tools=(ToolSpec(name="t"),))))
    ['tools']
    """
    return frozenset(_needs(request))


def _needs(request: Request) -> Iterator[Ability]:
    if request.tools:
        yield "tools"
    if request.response_schema is not None and request.response_schema.schema is not None:
        yield "schema"
    if "audio" in request.modalities:
        yield "audio"
    for message in request.messages:
        for part in message.parts:
            kind = _KINDS.get(type(part))
            if kind is not None:
                yield kind
            elif isinstance(part, ToolResult):
                for each in part.content:
                    if type(each) in _KINDS:
                        yield _KINDS[type(each)]


def is_cleared(settings: ModelSettings, target: Target, mark: str) -> bool:
    """Say whether what is marked so may be sent to a model: it says so itself, or it runs on this machine."""
    if not mark or settings.confidential == mark or target.driver in _UNPLUGGED:
        return True
    return urlsplit(target.base_url).hostname in _HERE


def fitting(
    alias: str, members: Sequence[tuple[ModelSettings, Target]], mark: str
) -> Callable[[Request], Sequence[int]]:
    """Return what gives the places of the members that may and can take a request.

    Raises `NotConfidential` where none may, `NotSupported` where none can; a request that is too long for all is sent
    to all the same, since lengths are estimated.
    """
    cleared = [place for place, (settings, target) in enumerate(members) if is_cleared(settings, target, mark)]
    plain = all(settings.can is None and target.window is None for settings, target in members)

    def fits(request: Request) -> Sequence[int]:
        if not cleared:
            raise NotConfidential(name=alias)
        if plain:
            return cleared
        wanted = needs(request)
        able = [place for place in cleared if (can := members[place][0].can) is None or wanted <= frozenset(can)]
        if not able:
            raise NotSupported(provider="a route", model=alias, feature=", ".join(sorted(wanted)))
        length = estimate_request(request) + (request.max_tokens or 0)
        return [place for place in able if length <= (members[place][1].window or length)] or able

    return fits

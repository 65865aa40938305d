"""The `anthropic` driver. Knows the words of the messages API, leaves the wire to `Wire`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.drivers.anthropic import answer, body
from loomwork.models.drivers.anthropic.hints import hint
from loomwork.models.drivers.anthropic.pieces import Pieces
from loomwork.models.drivers.prefixes import PromptCache
from loomwork.models.drivers.reading import Json, Refused, Unreadable, decode
from loomwork.models.protocols import Mode, last
from loomwork.models.wire.exchange import Whole, Wire
from loomwork.models.wire.failures import Said, read_said
from loomwork.models.wire.sse import parse_all

VERSION = "2023-06-01"
"""Of the API, as the header `anthropic-version` names it."""

_ENCODE = msgspec.json.Encoder()
_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "overloaded_error": 529,
}


class Anthropic:
    """A model behind the messages API.

    Args:
        wire: Where requests go.
        model: What the server calls the model.
        base_url: The address up to and including /v1.
        prompt_cache: Whether the stable beginning of requests is marked (`hints`).
    """

    def __init__(self, wire: Wire, *, model: str, base_url: str, prompt_cache: PromptCache = False) -> None:
        self._wire = wire
        self._model = model
        self._url = base_url.rstrip("/") + "/messages"
        self._prompt_cache: PromptCache = prompt_cache

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's pieces, then `Done`. Raises `ModelError`."""
        asked = self._written(request)
        if mode == "whole" and not asked.get("stream"):
            yield Done(response=await self._at_once(asked))
            return
        asked["stream"] = True
        pieces = Pieces()
        done: Done | None = None
        found = self._wire.events(self._url, _ENCODE.encode(asked), progress=lambda: pieces.progress)
        async with aclosing(found) as events:
            async for event in events:
                if isinstance(event, Whole):
                    yield Done(response=self._whole(event))
                    return
                try:
                    for said in pieces.take(event.data):
                        if isinstance(said, Done):
                            done = said  # told when the wire has let go, so that whoever stops there leaves it clean
                        else:
                            yield said
                except Unreadable as error:
                    raise self._wire.malformed(str(error)) from error
                except Refused as error:
                    raise self._refused(error) from error
        if done is not None:
            yield done

    async def whole(self, request: Request) -> Response:
        """Return the whole answer. Raises `ModelError`."""
        asked = self._written(request)
        return await (last(self.stream(request, mode="whole")) if asked.get("stream") else self._at_once(asked))

    def _written(self, request: Request) -> Json:
        asked = body.write(request, model=self._model)
        hint(asked, request, use=self._prompt_cache)
        return asked

    async def _at_once(self, asked: Json) -> Response:
        return self._whole(await self._wire.whole(self._url, _ENCODE.encode(asked)))

    def _whole(self, whole: Whole) -> Response:
        try:
            if "event-stream" in whole.headers.get("content-type", ""):
                return self._folded(whole.body)
            return answer.read(decode(whole.body))
        except Unreadable as error:
            raise self._wire.malformed(str(error)) from error

    def _folded(self, raw: bytes) -> Response:
        """A stream that came although one piece was asked for."""
        pieces = Pieces()
        try:
            for event in parse_all(raw):
                for said in pieces.take(event.data):
                    if isinstance(said, Done):
                        return said.response
        except Refused as error:
            raise self._refused(error) from error
        raise self._wire.truncated()

    def _refused(self, error: Refused) -> Exception:
        said: Said = read_said(error.event)
        status = next((_STATUSES[code] for code in said.codes if code in _STATUSES), 500)
        return self._wire.refused(said, status=status)

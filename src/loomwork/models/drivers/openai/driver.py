"""The `openai` driver: any server that speaks chat completions. Knows the words, leaves the wire to `Wire`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.drivers.openai import answer, body
from loomwork.models.drivers.openai.hints import hint
from loomwork.models.drivers.openai.pieces import Pieces
from loomwork.models.drivers.prefixes import PromptCache
from loomwork.models.drivers.reading import Json, Refused, Unreadable, decode, obj
from loomwork.models.protocols import Mode, last
from loomwork.models.quirks import Quirks
from loomwork.models.wire.exchange import Whole, Wire
from loomwork.models.wire.failures import read_said
from loomwork.models.wire.sse import parse_all

_ENCODE = msgspec.json.Encoder()
_SERVER_ERROR = 500
_STATUSES = range(400, 600)


class OpenAI:
    """A model behind chat completions.

    Args:
        wire: Where requests go.
        model: What the server calls the model.
        base_url: The address up to and including /v1.
        quirks: In what the server departs from the protocol.
        prompt_cache: Whether the server is told whose requests begin alike (`hints`).
    """

    def __init__(
        self,
        wire: Wire,
        *,
        model: str,
        base_url: str,
        quirks: Quirks | None = None,
        prompt_cache: PromptCache = False,
    ) -> None:
        self._wire = wire
        self._model = model
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._quirks = quirks or Quirks()
        self._prompt_cache: PromptCache = prompt_cache

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's pieces, then `Done`. Raises `ModelError`."""
        asked = self._written(request)
        if mode == "whole" and not asked.get("stream"):
            yield Done(response=await self._at_once(asked))
            return
        asked["stream"] = True
        if self._quirks.stream_usage == "include_usage":
            asked.setdefault("stream_options", {"include_usage": True})
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
        asked = body.write(request, model=self._model, quirks=self._quirks)
        hint(asked, request, url=self._url, use=self._prompt_cache)
        return asked

    async def _at_once(self, asked: Json) -> Response:
        return self._whole(await self._wire.whole(self._url, _ENCODE.encode(asked)))

    def _whole(self, whole: Whole) -> Response:
        try:
            if "event-stream" in whole.headers.get("content-type", ""):
                return self._folded(whole.body)
            found = decode(whole.body)
            if found.get("error") is not None and not found.get("choices"):
                raise self._wire.refused(read_said(found), status=_status(found), headers=whole.headers)
            return answer.read(found)
        except (Unreadable, ValueError) as error:
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
        return self._wire.refused(read_said(error.event), status=_status(error.event))


def _status(event: Json) -> int:
    """The status that an error inside a good answer names; 500 where it names none."""
    inner = event.get("error")
    holder = obj(inner, "error") if isinstance(inner, dict) else event
    for key in ("status_code", "status", "code"):
        value = holder.get(key)
        if isinstance(value, int) and value in _STATUSES:
            return value
    return _SERVER_ERROR

"""The `replay` driver: serves recorded exchanges instead of sending. Knows the recordings' form, no provider's words.

A recording is one JSON object a line: {"request": {"url", "body"}, "response": {"status", "headers", "body"}}. A
request matches when its body is the same JSON, whatever the order of keys, but for how it is transported (`stream`).
Requests recorded several times are served in that order, the last one again and again.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from loomwork.kernel.errors.models import NotRecordedExchange, WrongModelSettings
from loomwork.kernel.messages import Request
from loomwork.kernel.stream import StreamEvent
from loomwork.models.drivers.anthropic.driver import Anthropic
from loomwork.models.drivers.openai.driver import OpenAI
from loomwork.models.drivers.reading import Json
from loomwork.models.protocols import Mode, Model
from loomwork.models.quirks import Quirks
from loomwork.models.wire.exchange import Wire
from loomwork.models.wire.failures import Origin
from loomwork.models.wire.http import Call

_TRANSPORT = frozenset({"stream", "stream_options"})
_SHOWN = 200


class _Asked(Struct, frozen=True):
    url: str
    body: dict[str, Any] | None = None


class _Answered(Struct, frozen=True):
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: str = ""


class Recording(Struct, frozen=True):
    """One exchange."""

    request: _Asked
    response: _Answered
    source: str = ""


def read_recordings(path: Path, *, name: str = "") -> tuple[Recording, ...]:
    """The recordings of a JSONL file, or of every one in a folder. Raises `WrongModelSettings`."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    decoder = msgspec.json.Decoder(Recording)
    found: list[Recording] = []
    for file in files:
        try:
            lines = file.read_bytes().splitlines()
        except OSError as error:
            raise WrongModelSettings(name=name, problem=f"cannot read recordings from {file}: {error}") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    found.append(decoder.decode(line))
                except msgspec.DecodeError as error:
                    raise WrongModelSettings(name=name, problem=f"{file}, line {number}: {error}") from error
    return tuple(found)


class Replay:
    """A model whose answers were recorded.

    Args:
        recordings: What was recorded.
        model: The model's name in the recorded requests.
        folder: Where they came from, for errors.
        quirks: How the recorded requests were spelled.
    """

    def __init__(
        self, recordings: Iterable[Recording], *, model: str, folder: str = "", quirks: Quirks | None = None
    ) -> None:
        self._transport = _Recorded(recordings)
        self._model = model
        self._folder = folder
        wire = Wire(self._transport, Origin(provider="replay", model=model), headers={})
        self._speakers: dict[str, Model] = {
            "/chat/completions": OpenAI(wire, model=model, base_url="replay:", quirks=quirks),
            "/messages": Anthropic(wire, model=model, base_url="replay:"),
        }

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield the recorded answer. Raises `NotRecordedExchange`, or the error that was recorded."""
        nearest = "none"
        for ending, speaker in self._speakers.items():
            if not self._transport.has(ending):
                continue
            try:
                async for event in speaker.stream(request, mode=mode):
                    yield event
            except _Missing as missing:
                nearest = missing.nearest
            else:
                return
        raise NotRecordedExchange(
            provider="replay", model=self._model, folder=self._folder or "the recordings", nearest=nearest, sent=False
        )


class _Missing(Exception):
    def __init__(self, nearest: str) -> None:
        super().__init__(nearest)
        self.nearest = nearest


class _Recorded:
    """A transport that looks requests up."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self._by_body: dict[tuple[str, bytes], list[Recording]] = {}
        self._served: dict[tuple[str, bytes], int] = {}
        for one in recordings:
            if one.request.body is not None:
                self._by_body.setdefault((_ending(one.request.url), _canonical(one.request.body)), []).append(one)

    def has(self, ending: str) -> bool:
        """Whether anything was recorded of the API whose address ends so."""
        return any(known == ending for known, _ in self._by_body)

    async def send(self, call: Call, *, connect: float | None = None) -> "_Reply":
        """The recorded reply. Raises `_Missing`."""
        del connect
        key = (_ending(call.url), _canonical(msgspec.json.decode(call.body)))
        found = self._by_body.get(key)
        if found is None:
            raise _Missing(self._nearest(key))
        number = self._served.get(key, 0)
        self._served[key] = number + 1
        return _Reply(found[min(number, len(found) - 1)].response)

    def _nearest(self, key: tuple[str, bytes]) -> str:
        asked = key[1].decode()
        likeness = SequenceMatcher(None, "", asked, autojunk=False)
        best, best_ratio = "none", 0.0
        for (ending, body), found in self._by_body.items():
            likeness.set_seq1(body.decode()[: len(asked) * 2])
            if ending == key[0] and likeness.real_quick_ratio() > best_ratio:
                best_ratio = likeness.real_quick_ratio()
                best = found[0].source or body.decode()[:_SHOWN]
        return best


class _Reply:
    def __init__(self, answered: _Answered) -> None:
        self._answered = answered
        self.status = answered.status
        self.headers: Mapping[str, str] = {key.lower(): value for key, value in answered.headers.items()}

    async def chunks(self) -> AsyncIterator[bytes]:
        """The recorded body in one piece."""
        yield self._answered.body.encode()

    async def finish(self) -> None:
        """Nothing is left."""

    def close(self) -> None:
        """Nothing to give up."""


def _ending(url: str) -> str:
    path = urlsplit(url).path
    return "/messages" if path.endswith("/messages") else "/chat/completions"


def _canonical(body: Json) -> bytes:
    kept = {key: value for key, value in body.items() if key not in _TRANSPORT and value is not None}
    return msgspec.json.encode(kept, order="deterministic")

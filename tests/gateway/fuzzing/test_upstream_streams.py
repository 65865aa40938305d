"""However the bytes of a stream are written and torn, it says the same; cut short, it is an error and never whole."""

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loomwork.kernel.errors.models import MalformedResponse, ModelError, StreamTruncated
from loomwork.kernel.messages import Response
from loomwork.models.wire.sse import SseEvent, SseParser
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import run_virtual
from tests.models.speaking import CALLED, SAID, Api, answer, driver, events

EXAMPLES = 4000 if os.environ.get("LOOMWORK_NIGHTLY") else 200
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
APIS: tuple[Api, ...] = ("openai", "anthropic")
ENDS = (b"\n", b"\r\n", b"\r")
GRAMMAR = (b"data", b"data: ", b"data:", b"event: a", b"id: 1", b":", b": note", b" data: x", b"d\xc3\xa4ta: y")
ALPHABET = (
    *GRAMMAR,
    b"\n",
    b"\r",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xff",
    b" ",
    b"{}",
    b"[DONE]",
    b"\xe4\xb8",
    b"x",
)


def by_the_standard(raw: bytes) -> list[SseEvent]:
    """What the HTML standard's algorithm makes of a whole stream, written down line by line."""
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    found: list[SseEvent] = []
    name, data = "", list[bytes]()
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:-1]  # what has no end is no line
    for line in lines:
        if not line:
            if data:
                found.append(SseEvent(name, b"\n".join(data)))
            name, data = "", []
            continue
        field, colon, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        assert colon or field == line
    return found


def torn(raw: bytes, seed: int, longest: int = 40) -> list[bytes]:
    """The same bytes in pieces of any size."""
    chance = random.Random(seed)
    pieces: list[bytes] = []
    at = 0
    while at < len(raw):
        size = chance.randint(1, longest)
        pieces.append(raw[at : at + size])
        at += size
    return pieces


def fed(pieces: list[bytes]) -> list[SseEvent]:
    parser = SseParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@quick
@given(st.lists(st.sampled_from(ALPHABET), max_size=40), st.integers(0, 2**32))
@example([b"data: a", b"\r", b"\n", b"\r", b"\n"], 1)
@example([b"\xef\xbb\xbf", b"\xef\xbb\xbf", b"data: x", b"\n", b"\n"], 1)
def test_events_are_those_of_the_standard(words: list[bytes], seed: int) -> None:
    raw = b"".join(words)
    assert fed([raw]) == fed(torn(raw, seed, 3)) == by_the_standard(raw)


@quick
@given(st.binary(max_size=400), st.integers(0, 2**32))
def test_events_of_any_bytes_are_those_of_the_standard(raw: bytes, seed: int) -> None:
    assert fed(torn(raw, seed)) == by_the_standard(raw)


def rewritten(raw: bytes, chance: random.Random, end: bytes) -> bytes:
    """The same stream as another server may write it: other line ends, a mark, notes, fields and blanks between."""
    written = bytearray(b"\xef\xbb\xbf" if chance.random() < 0.5 else b"")
    for event in raw.split(b"\n\n")[:-1]:
        for line in event.split(b"\n"):
            if chance.random() < 0.2:
                written += chance.choice((b": alive", b":", b"id: 7", b"retry: 100", b"x-more: y", b"colour")) + end
            lax = line.startswith(b"data: ") and chance.random() < 0.3
            written += (b"data:" + line[6:] if lax else line) + end
        written += end * chance.choice((1, 1, 1, 3))
        if chance.random() < 0.1:
            written += b":" + b" " * 5_000 + end
    return bytes(written)


def _said(api: Api, pieces: list[bytes], *, stop: Any = "end") -> Response:
    return run_virtual(answer(driver(api, CannedTransport([Canned.events(*pieces, stop=stop)]))))


@pytest.mark.parametrize("api", APIS)
@quick
@given(seed=st.integers(0, 2**32), end=st.sampled_from(ENDS), called=st.booleans())
def test_a_stream_says_the_same_however_it_is_written_and_torn(api: Api, seed: int, end: bytes, called: bool) -> None:
    raw = b"".join(events(api, CALLED if called else SAID))
    chance = random.Random(seed)
    assert _said(api, torn(rewritten(raw, chance, end), seed, 60)) == _said(api, [raw])


@pytest.mark.parametrize("api", APIS)
@quick
@given(
    seed=st.integers(0, 2**32), end=st.sampled_from(ENDS), share=st.floats(0, 1), stop=st.sampled_from(("end", "break"))
)
def test_a_stream_that_is_cut_is_an_error_or_lacks_nothing(
    api: Api, seed: int, end: bytes, share: float, stop: str
) -> None:
    raw = b"".join(events(api))
    written = rewritten(raw, random.Random(seed), end)
    cut = int(share * len(written))
    try:
        said = _said(api, torn(written[:cut], seed, 60) or [b""], stop=stop)
    except StreamTruncated:
        return
    assert said == _said(api, [raw])
    mark = b"[DONE]" if api == "openai" else b"message_stop"
    assert mark in written[:cut], "an answer was told whole before its end had come"


@pytest.mark.parametrize("api", APIS)
@quick
@given(data=st.data())
def test_a_stream_with_bytes_changed_is_never_another_whole_answer_without_its_end(
    api: Api, data: st.DataObject
) -> None:
    raw = bytearray(b"".join(events(api)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(("set", "drop", "add")))
        byte = data.draw(st.sampled_from((0, 10, 13, 34, 44, 58, 92, 123, 125, 255, 0xEF)))
        raw[at : at + (0 if how == "add" else 1)] = b"" if how == "drop" else bytes([byte])
    try:
        said = _said(api, torn(bytes(raw), len(raw)))
    except ModelError:
        return
    mark = b"[DONE]" if api == "openai" else b"message_stop"
    assert mark in raw
    assert said.message.role == "assistant"


@pytest.mark.parametrize("api", APIS)
def test_a_stream_without_an_end_is_stopped_when_it_is_too_large(api: Api) -> None:
    from loomwork.models.wire import exchange

    line = b"data: " + b"x" * 1024 * 1024
    pieces = [line] * (exchange._LARGEST_BODY // len(line) + 2)
    with pytest.raises(MalformedResponse, match="larger"):
        _said(api, pieces)

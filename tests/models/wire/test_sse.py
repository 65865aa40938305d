"""The event parser gives the same events however the bytes were torn."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loomwork.models.wire.sse import SseEvent, SseParser, parse_all

STREAM = (
    '\ufeff: hello\r\nevent: a\r\ndata: {"x": "世界"}\r\n\r\n'
    "data: one\ndata: two\n\nevent: b\rdata:no space\r\rid: 7\nretry: 10\ndata\n\nevent: lost\n\n"
    "data:  two spaces\n\n: bye\n\n"
).encode()
EVENTS = [
    SseEvent("a", '{"x": "世界"}'.encode()),
    SseEvent("", b"one\ntwo"),
    SseEvent("b", b"no space"),
    SseEvent("", b""),
    SseEvent("", b" two spaces"),
]


def fed(pieces: list[bytes]) -> list[SseEvent]:
    parser = SseParser()
    return [event for piece in pieces for event in parser.feed(piece)]


def test_lines_end_in_any_of_three_ways_and_comments_and_marks_are_skipped() -> None:
    assert fed([STREAM]) == EVENTS


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_a_cut_at_any_byte_changes_nothing(cut: int) -> None:
    assert fed([STREAM[:cut], STREAM[cut:]]) == EVENTS


def test_single_bytes_change_nothing() -> None:
    assert fed([STREAM[at : at + 1] for at in range(len(STREAM))]) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_pieces_change_nothing(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert fed([STREAM[a:b] for a, b in itertools.pairwise(edges)]) == EVENTS


@given(st.binary(max_size=300), st.integers(0, 2**32))
def test_no_bytes_break_it_and_pieces_never_matter(noise: bytes, seed: int) -> None:
    whole = fed([noise])
    rng = random.Random(seed)
    pieces: list[bytes] = []
    rest = noise
    while rest:
        size = rng.randint(1, 20)
        pieces.append(rest[:size])
        rest = rest[size:]
    assert fed(pieces) == whole


def test_an_event_without_its_blank_line_does_not_count() -> None:
    parser = SseParser()
    assert parser.feed(b"data: 1\n\ndata: 2\n") == [SseEvent("", b"1")]
    assert parser.pending == b"2\n"
    assert not parser.done


def test_the_mark_that_ends_a_completion_counts_without_its_blank_line() -> None:
    assert parse_all(b"data: 1\n\ndata: [DONE]") == [SseEvent("", b"1"), SseEvent("", b"[DONE]")]
    assert parse_all(b"data: 1\n\ndata: [DON") == [SseEvent("", b"1")]


def test_a_line_that_can_be_no_field_is_noticed_and_an_unknown_field_is_not() -> None:
    parser = SseParser()
    assert parser.feed(b"colour: red\nx-more: 1\ndata: 1\n\n") == [SseEvent("", b"1")]
    assert parser.noise == b""
    parser.feed(b"\x91\x07&,data: lost\n\ndata: 2\n\n")
    assert parser.noise == b"\x91\x07&,data: lost"

"""Answers of HTTP/1.1 come to the same however the bytes were torn; what could be read in two ways is refused."""

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loomwork.models.wire.http1 import BadReply, ReplyReader, request_head

BODY = b'{"text": "\xe4\xb8\x96\xe7\x95\x8c, and a longer sentence behind it"}'


def chunked(body: bytes, size: int = 7) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%X;name=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nx-after: 1\r\n\r\n"


def packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "counted": OK + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "chunked": OK + b"transfer-encoding: chunked\r\n\r\n" + chunked(BODY),
    "behind an early hint": b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    + OK
    + b"content-length: %d\r\n\r\n" % len(BODY)
    + BODY,
    "packed and counted": OK
    + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed(BODY))
    + packed(BODY),
    "packed and chunked": OK
    + b"Content-Encoding: deflate\r\nTransfer-Encoding: Chunked\r\n\r\n"
    + chunked(zlib.compress(BODY)),
}


def read(*pieces: bytes) -> tuple[ReplyReader, bytes]:
    reader = ReplyReader()
    return reader, b"".join(reader.feed(piece) for piece in pieces)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_cut_at_any_byte_changes_nothing(name: str) -> None:
    raw = ANSWERS[name]
    for cut in range(len(raw) + 1):
        reader, body = read(raw[:cut], raw[cut:])
        assert (body, reader.ended, reader.keeps) == (BODY, True, True), cut
        assert reader.head is not None
        assert reader.head.status == 200


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_cut_off_at_any_byte_is_not_whole(name: str) -> None:
    raw = ANSWERS[name]
    for cut in range(len(raw)):
        reader, _ = read(raw[:cut])
        assert not reader.ended, cut
        with pytest.raises(BadReply):
            reader.eof()


@given(st.binary(max_size=300), st.lists(st.integers(0, 600), max_size=8), st.integers(1, 50))
def test_pieces_of_any_size_give_the_body_that_was_sent(body: bytes, cuts: list[int], size: int) -> None:
    raw = OK + b"transfer-encoding: chunked\r\n\r\n" + chunked(body, size)
    places = sorted({min(cut, len(raw)) for cut in cuts} | {0, len(raw)})
    reader, found = read(*(raw[begin:end] for begin, end in itertools.pairwise(places)))
    assert (found, reader.ended, reader.keeps) == (body, True, True)


def test_a_body_without_a_length_goes_to_the_end_of_the_connection() -> None:
    reader, body = read(OK + b"\r\n", b"one", b"two")
    assert (body, reader.ended) == (b"onetwo", False)
    reader.eof()
    assert (reader.ended, reader.keeps) == (True, False)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1",
    ],
    ids=["told", "an old server", "more than said", "more than its chunks"],
)
def test_a_connection_that_may_not_be_used_again_is_not(raw: bytes) -> None:
    reader, _ = read(raw)
    assert (reader.ended, reader.keeps) == (True, False)


def test_what_comes_behind_an_answer_ends_the_connection() -> None:
    reader, _ = read(ANSWERS["counted"])
    assert reader.feed(b"HTTP/1.1 200 OK\r\n") == b""
    assert not reader.keeps


def test_an_answer_without_content_needs_no_length() -> None:
    reader, body = read(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert (body, reader.ended, reader.keeps) == (b"", True, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 099 x\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        OK + b"no colon\r\n\r\n",
        OK + b"content-length : 1\r\n\r\n",
        OK + b" folded: 1\r\n\r\n",
        OK + b"a: 1\nb: 2\r\n\r\n",
        OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\n",
        OK + b"content-length: +1\r\n\r\n",
        OK + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n-1\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n0x1\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\n1" + b" " * 9000,
        OK + b"content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc",
        OK + b"content-encoding: gzip\r\ncontent-length: 20\r\n\r\n" + packed(BODY)[:20],
        b"HTTP/1.1 200 " + b"x" * 200_000,
    ],
)
def test_what_is_no_answer_or_could_be_two_is_refused(raw: bytes) -> None:
    with pytest.raises(BadReply):
        read(raw)


def test_the_names_of_fields_are_found_whatever_their_case() -> None:
    reader, _ = read(OK + b"X-Request-ID: \xc3\xa4 1 \r\ncontent-length: 0\r\n\r\n")
    assert reader.head is not None
    assert reader.head.headers.get("x-request-id") == "ä 1"


@pytest.mark.parametrize("name", ["x\r\ny", "x y"])
def test_a_header_that_would_become_two_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no header may hold"):
        request_head("POST", "/", "a", {name: "1"})


@pytest.mark.parametrize("value", ["a\r\nx: 1", "a\nb", "a\0"])
def test_a_value_that_would_end_its_header_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="no header may hold"):
        request_head("POST", "/", "a", {"x": value})

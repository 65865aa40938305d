"""How a text file is encoded: by its marks, else by what its bytes can be. Knows no format.

UTF-8 is strict enough that a text which decodes is one. GB18030 is not: many bytes of Western encodings decode to
some Chinese character. So it is believed only where nine in ten of its two-byte characters are those of GB 2312,
which real texts are almost always made of.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from loomwork.evals.data.reading import opened
from loomwork.kernel.errors.evals_data import UnknownEncoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20
_BEGINNING = 4096
_ZEROS = 0.2
"""Share of zero bytes at even or odd places that tells UTF-16 without a mark."""
_SURELY = 0.9
_HIGH, _GB2312 = 0x80, 0xA1


def encoding_of(path: Path) -> str:
    """Return the name of a file's encoding. Raises `UnknownEncoding`."""
    with opened(path) as file:
        head = file.read(_BEGINNING)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    wide = _wide(head)
    if wide:
        return wide
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _decodes(path, "gb18030") and _is_chinese(path):
        return "gb18030"
    raise UnknownEncoding(path=path)


def _wide(head: bytes) -> str:
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > _ZEROS * half and not head[::2].count(0):
        return "utf-16-le"
    if head[::2].count(0) > _ZEROS * half and not head[1::2].count(0):
        return "utf-16-be"
    return ""


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(path: Path) -> bool:
    """Say whether the double bytes of a file are mostly characters that Chinese texts are made of."""
    common = rare = 0
    for piece in islice(_pieces(path), 4):
        at = 0
        while at < len(piece) - 1:
            if piece[at] < _HIGH:
                at += 1
                continue
            ours = piece[at] >= _GB2312 and piece[at + 1] >= _GB2312
            common, rare = common + ours, rare + (not ours)
            at += 2
    return common >= _SURELY * (common + rare)


def _pieces(path: Path) -> Iterator[bytes]:
    with opened(path) as file:
        yield from iter(lambda: file.read(_PIECE), b"")

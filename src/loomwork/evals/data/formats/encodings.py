"""How a text file is encoded: by its marks, else by what its bytes can be. Knows no format.

UTF-8 is strict enough that a text which decodes is one. GB18030 is not: many bytes of Western encodings decode to
some Chinese character, in a short file perhaps all. So it is believed only where nine in ten of its characters are
those of GB 2312, most of them punctuation or of its first level, the 3,755 in everyday use: two small Western letters
in a row ("Größe") would be one of the second. Two capitals in a row inside a word ("INFORMAÇÃO") would be one of the
first between Latin letters: alone, those say nothing.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
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
_SURELY, _MOSTLY = 0.9, 0.5
_HIGH = re.compile(rb"(?:[\x80-\xff][\x40-\xff]?)+")
"""A run of what GB18030 takes for characters of two bytes; the second byte of a rare one may be ASCII."""
_GB2312, _SIGNS, _FIRST, _SECOND = 0xA1, 0xAA, 0xB0, 0xD8
"""First bytes of GB 2312: from the signs on, behind them, from everyday characters on, from the others on."""
_ONE = 2


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
    count: Counter[str] = Counter()
    for piece in islice(_pieces(path), 4):
        for run in _HIGH.finditer(piece):
            first, end = run.span()
            is_in_word = end - first == _ONE and _is_letter(piece, first - 1) and _is_letter(piece, end)
            if not is_in_word:
                count.update(_kinds(run[0]))
    return count["everyday"] > 0 and (
        count["everyday"] >= _MOSTLY * (count["everyday"] + count["second"])
        and count["everyday"] + count["second"] >= _SURELY * count.total()
    )


def _kinds(run: bytes) -> Iterator[str]:
    """Yield of which kind each character of a run is."""
    at = 0
    while at < len(run):
        lead, is_double = run[at], at + 1 < len(run) and run[at] >= _GB2312 and run[at + 1] >= _GB2312
        yield "other" if not is_double else "everyday" if lead < _SIGNS or _FIRST <= lead < _SECOND else "second"
        at += 2


def _is_letter(piece: bytes, at: int) -> bool:
    return 0 <= at < len(piece) and piece[at : at + 1].isalpha()


def _pieces(path: Path) -> Iterator[bytes]:
    with opened(path) as file:
        yield from iter(lambda: file.read(_PIECE), b"")

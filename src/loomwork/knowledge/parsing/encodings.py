"""Find the encoding of text and decode it. Knows no format; what a file says about itself comes in as a hint."""

import codecs
import re
from typing import NamedTuple

from loomwork.knowledge.parsing.familiar import FAMILIAR, KANA

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What each name means in practice: files that say gb2312 use gbk, latin-1 on the web is cp1252.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Two-byte encodings are tried in this order; the first of equally good ones wins.
_TWO_BYTE = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
# Among Western encodings Windows' own is by far the likeliest; another script is worth believing in.
_OTHER_SCRIPTS = frozenset(
    (
        "cp1251",
        "koi8-r",
        "koi8-u",
        "cp866",
        "iso8859-5",
        "cp1253",
        "iso8859-7",
        "cp1255",
        "iso8859-8",
        "cp1256",
        "cp874",
    )
)
_SAMPLE = 65_536
_NEWLINES = re.compile("\r\n?")


class Decoded(NamedTuple):
    """Text with what it was decoded by."""

    text: str
    """With `\\n` at the end of every line, and without a byte order mark."""
    encoding: str
    lost: int
    """Places that are no text in this encoding; each stands as U+FFFD."""


def decoded(data: bytes, *, hint: str = "") -> Decoded:
    r"""Return the text of a file: by its byte order mark, as UTF-8, by the hint, or by what fits best.

    >>> decoded("备份\r\n数据库".encode("gb18030"))
    Decoded(text='备份\n数据库', encoding='gb18030', lost=0)
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding)
    wide = _without_mark(data[:_SAMPLE])
    if wide:
        return _decode(data, wide)
    hinted = canonical_name(hint)
    for encoding in ("utf-8", hinted) if hinted not in ("iso2022_jp", "hz", "utf-7") else (hinted,):
        if encoding and _fits(data, encoding):
            return _decode(data, encoding)
    return _decode(data, _best(data, hinted))


def canonical_name(encoding: str) -> str:
    """Return the codec that an encoding's name means in practice, or nothing for one that Python does not know.

    >>> canonical_name("GB2312"), canonical_name("x-unknown")
    ('gb18030', '')
    """
    try:
        name = codecs.lookup(encoding.strip().strip("\"'")).name if encoding else ""
        b"".decode(name or "utf-8")
    except (LookupError, ValueError, UnicodeError):
        return ""
    return _MEANT.get(name, name)


def _decode(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
    lost = text.count("\ufffd")
    if lost and encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        lost -= data.count("\ufffd".encode(encoding))
    return Decoded(_NEWLINES.sub("\n", text), encoding, max(0, lost))


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, ValueError):
        return False
    return True


def _without_mark(sample: bytes) -> str:
    """Return the wide encoding that the pattern of NUL bytes, or of familiar characters, shows."""
    size = len(sample)
    if size < 4:
        return ""
    zeros = [sample[place::4].count(0) * 4 / size for place in range(4)]
    if min(zeros[1:]) > 0.7 and zeros[0] < 0.3:
        return "utf-32-le"
    if min(zeros[:3]) > 0.7 and zeros[3] < 0.3:
        return "utf-32-be"
    if size % 2 == 0 or size == _SAMPLE:
        even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
        if odd > 0.3 and even < 0.1:
            return "utf-16-le"
        if even > 0.3 and odd < 0.1:
            return "utf-16-be"
        if even or odd:
            return _wide_chinese(sample)
    return ""


def _wide_chinese(sample: bytes) -> str:
    """Return the UTF-16 that makes familiar text of bytes in which only line ends and digits have a NUL."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if text and _familiarity(text) > 0.4 and text.count("\ufffd") <= 1:
            return encoding
    return ""


def _best(data: bytes, hinted: str) -> str:
    """Return the encoding that makes the most familiar text of the bytes that are not ASCII."""
    sample = _whole_lines(data)
    errors = _broken_sequences(sample)
    if errors <= 0.02 * max(1, len(sample) - len(sample.translate(None, bytes(range(128, 256))))):
        return "utf-8"
    scored = [(_score(sample, encoding), encoding) for encoding in _TWO_BYTE]
    best, encoding = max(scored, key=lambda pair: pair[0])
    if best > 0.25:
        return encoding
    if hinted:
        return hinted
    return _western(sample)


def _whole_lines(data: bytes) -> bytes:
    if len(data) <= _SAMPLE:
        return data
    cut = data.rfind(b"\n", 0, _SAMPLE)
    return data[: cut if cut > 0 else _SAMPLE]


def _broken_sequences(sample: bytes) -> int:
    return sample.decode("utf-8", errors="replace").count("\ufffd")


def _score(sample: bytes, encoding: str) -> float:
    """Return how familiar the text is, less a penalty for what does not decode."""
    text = sample.decode(encoding, errors="replace")
    foreign = sum(character > "\x7f" for character in text)
    if not foreign:
        return 0.0
    return _familiarity(text) - 4 * text.count("\ufffd") / foreign


def _familiarity(text: str) -> float:
    """Return the share of characters beyond ASCII that everyday text is made of."""
    foreign = [character for character in text[:20_000] if character > "\x7f"]
    if not foreign:
        return 0.0
    common = sum(character in FAMILIAR for character in foreign)
    kana = sum(character in KANA for character in foreign)
    hangul = sum("가" <= character <= "힣" for character in foreign)
    strange = sum("\ue000" <= character <= "\uf8ff" or "\uff61" <= character <= "\uff9f" for character in foreign)
    return (common + kana + 0.6 * hangul - strange) / len(foreign)


def _western(sample: bytes) -> str:
    """Return the one-byte encoding that charset-normalizer finds, Windows' Western one where it finds none."""
    import charset_normalizer

    found = charset_normalizer.from_bytes(sample, threshold=0.4).best() if len(sample) >= 64 else None
    name = canonical_name(found.encoding) if found else ""
    return name if name in _OTHER_SCRIPTS else "cp1252"

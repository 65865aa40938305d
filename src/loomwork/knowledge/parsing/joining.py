"""Join lines that a page had wrapped: a blank between words, none between Chinese characters. Knows no format."""

import re
from collections.abc import Container

_WIDE = r"[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n\s*(?={_WIDE})")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u200b]*\n\s*|[ \t\r\f\v\u00a0]+")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_SPACED = re.compile(rf"(?<={_HAN})[ \u00a0](?={_HAN})")
_TOUCHING = re.compile(rf"{_HAN}(?={_HAN})")
HYPHEN = "\ufffe"
"""What PDFium writes for a hyphen at the end of a line."""
_HYPHENS = f"-\u00ad\u2010{HYPHEN}"
_LAST_PART = re.compile(r"[\w-]*\Z")
_FIRST_PART = re.compile(r"\w*")
_ENDS_WIDE = re.compile(rf"{_WIDE}\Z")
_BEGINS_WIDE = re.compile(_WIDE)


def unwrapped(text: str) -> str:
    r"""Return running text on one line.

    >>> unwrapped("a\n  b  c\n数据\n库")
    'a b c 数据库'
    """
    return _BLANKS.sub(" ", _BREAK_IN_CHINESE.sub("", text)).strip()


def joined(first: str, second: str, hyphened: Container[str] = ()) -> str:
    """Return two lines of a page as one: words that a hyphen had cut are whole again.

    `hyphened` are the words (in lower case) that the document elsewhere writes with a hyphen.

    >>> joined("fine-", "tuned", {"fine-tuned"})
    'fine-tuned'
    >>> joined("an exam-", "ple"), joined("GPT-", "4"), joined("数据", "库")
    ('an example', 'GPT-4', '数据库')
    """
    if not first or not second:
        return first + second
    if first[-1] in _HYPHENS and len(first) > 1 and first[-2].isalnum():
        before, after = _LAST_PART.search(first[:-1]), _FIRST_PART.match(second)
        word = f"{before[0] if before else ''}-{after[0] if after else ''}".lower()
        cut = first[-2].islower() and second[0].islower() and word not in hyphened
        return first[:-1] + ("" if cut or first[-1] == "\u00ad" else "-") + second
    if _ENDS_WIDE.search(first) and _BEGINS_WIDE.match(second):
        return first + second
    return f"{first} {second}"


def unspaced(text: str) -> str:
    """Return Chinese text without the blanks that a layout had put between most of its characters.

    >>> unspaced("数 据 库 的 备 份"), unspaced("张三 李四的数据库")
    ('数据库的备份', '张三 李四的数据库')
    """
    spaced = len(_SPACED.findall(text))
    if spaced and spaced > 0.5 * len(_TOUCHING.findall(text)):
        return _SPACED.sub("", text)
    return text

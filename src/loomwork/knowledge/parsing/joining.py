"""Join lines that a page or a file had wrapped: a blank between words, none between Chinese characters. Knows no format."""

import re

_WIDE = r"[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n\s*(?={_WIDE})")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u200b]*\n\s*|[ \t\r\f\v\u00a0]+")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_SPACED = re.compile(rf"(?<={_HAN})[ \u00a0](?={_HAN})")
_TOUCHING = re.compile(rf"{_HAN}(?={_HAN})")
_ENDS_WIDE = re.compile(rf"{_WIDE}\Z")
_BEGINS_WIDE = re.compile(_WIDE)


def unwrapped(text: str) -> str:
    r"""Return running text on one line.

    >>> unwrapped("a\n  b  c\n数据\n库")
    'a b c 数据库'
    """
    return _BLANKS.sub(" ", _BREAK_IN_CHINESE.sub("", text)).strip()


def joined(first: str, second: str) -> str:
    """Return two lines of a page as one: words that a hyphen had cut are whole again.

    >>> joined("an exam-", "ple"), joined("GPT-", "4"), joined("数据", "库")
    ('an example', 'GPT-4', '数据库')
    """
    if not first or not second:
        return first + second
    if first[-1] in "\u00ad\ufffe\x02":
        return first[:-1] + second
    if first[-1] == "-" and len(first) > 1 and first[-2].isalnum():
        return first[:-1] + second if first[-2].islower() and second[0].islower() else first + second
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

"""The scorer `numeric`: the number in a text against the one that is expected. Reads digits and Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast

from loomwork.evals.scorers.given import at_least, one_of
from loomwork.evals.scorers.texts import NOTHING_EXPECTED
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.evals.scoring.subject import as_text

Take = Literal["last", "first", "any", "only"]
TAKES = ("last", "first", "any", "only")

_FINAL = re.compile(r"####[ \t]*([^\n]*)|\\boxed\{([^{}]*)\}")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.)])[-+])?[$€£¥]?[ ]?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<part>\.\d+)?|(?P<sign_only>(?<![\w.)])[-+])?(?<!\d)(?P<bare>\.\d+)"
)
_BEHIND = re.compile(
    r"(?P<power>[eE][-+]?\d{1,3}(?!\w))?(?:/(?P<under>\d+)(?![\d/.]))?"
    r"\s?(?:(?P<percent>%|percent\b|per cent\b)"
    r"|(?P<many>thousand\b|million\b|billion\b|trillion\b|万亿|千亿|百亿|千万|百万|亿|万|千))?"
)
_MANY = {
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8,
    "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}
_NUMERALS = re.compile(
    "(?P<percent>百分之)?(?P<sign>负)?(?P<said>[零〇一二两三四五六七八九十百千万亿]+)(?:点(?P<part>[零〇一二三四五六七八九]+))?"
)
_MOST = 4_000
"""A number with more digits is read as text would be: not at all."""
_FUZZ = Decimal("1e-12")
_HUNDRED = Decimal(100)


class Number(NamedTuple):
    """A number as it stands in a text."""

    value: Decimal
    is_percent: bool = False


@builtin_scorer(name="numeric", semantics=1)
def numeric(
    text: str, expected: Any, *, tolerance: float = 0.0, relative: float = 0.0, take: Take = "last"
) -> bool | Score:
    r"""Whether the number in the text is the one expected ("1,234", "12%", "-3e2", "3/4", "3 million", "1.2亿", 三百).

    What stands behind `####` or in `\boxed{}` is taken before anything else. Where one of both says `%` and the other
    does not, 12 % is both 12 and 0.12. Chinese numerals are read where there are no digits.

    Args:
        text: The words of the output.
        expected: A number, a text with one, or a list of accepted ones.
        tolerance: How far it may be off.
        relative: The same as a share of what is expected.
        take: Of several numbers in the text: the `last`, the `first`, `any` of them, or `only`: more than one is wrong.
    """
    one_of("numeric", TAKES, take=take)
    at_least("numeric", 0, tolerance=tolerance, relative=relative)
    several = cast("list[Any]", expected) if isinstance(expected, list | tuple) else [expected]
    wanted = [number for each in several if (number := _expected(each)) is not None]
    if not wanted:
        return NOTHING_EXPECTED if expected is None else Score(value=None, reason="no number is expected of this row")
    found = numbers_in(text)
    if not found:
        return Score(value=0.0, reason="there is no number in it", label="no number")
    if take == "only" and len({each.value for each in found}) > 1:
        return Score(value=0.0, reason=f"there are {len(found)} numbers in it", label="several")
    taken = found if take == "any" else found[:1] if take == "first" else found[-1:]
    if any(_close(each, want, tolerance, relative) for each in taken for want in wanted):
        return True
    return Score(value=0.0, reason=f"{_shown(taken[-1])} where {_shown(wanted[0])} is expected", label="another")


def numbers_in(text: str) -> list[Number]:
    r"""Return the numbers of a text in their order; of a text with a marked final answer, those of the last one.

    >>> [str(each.value) for each in numbers_in("1,234 of 5 in 3 days")]
    ['1234', '5', '3']
    >>> numbers_in("2 + 2 = 4\n#### 4"), numbers_in("约三百二十")
    ([Number(value=Decimal('4'), is_percent=False)], [Number(value=Decimal('320'), is_percent=False)])
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.replace("，", " ").replace("、", " ").replace("−", "-"))
    if "####" in text or "\\boxed" in text:
        final = None
        for each in _FINAL.finditer(text):
            final = each
        if final is not None and (found := _digits(final[1] or final[2] or "")):
            return found
    found = _digits(text)
    return found or ([] if text.isascii() else _numerals(text))


def _digits(text: str) -> list[Number]:
    found: list[Number] = []
    at = 0
    while each := _NUMBER.search(text, at):
        behind = _BEHIND.match(text, each.end())
        if behind is not None and behind["under"] and text[each.start() - 1 : each.start()] == "/":
            behind = None  # of a date
        at = each.end() if behind is None else behind.end()
        number = _number(each, behind)
        if number is not None:
            found.append(number)
    return found


def _number(each: re.Match[str], behind: re.Match[str] | None) -> Number | None:
    whole, part = each["whole"], each["part"] or each["bare"] or ""
    if len(whole or "") + len(part) > _MOST:
        return None
    power = (behind["power"] if behind is not None else "") or ""
    value = Decimal(f"{(whole or '0').replace(',', '')}{part}{power}")
    if behind is not None:
        under = behind["under"]
        if under and len(under) < _MOST and int(under):
            value /= int(under)
        if behind["many"]:
            value = value.scaleb(_MANY[behind["many"]])
    negative = "-" in (each["sign"] or each["sign_only"] or "")
    return Number(-value if negative else value, behind is not None and bool(behind["percent"]))


def _numerals(text: str) -> list[Number]:
    found: list[Number] = []
    for each in _NUMERALS.finditer(text):
        said = each["said"]
        if len(said) > _MOST or (said in _UNITS and len(said) == 1 and said != "十") or said in _GROUPS:
            continue
        value = Decimal(spelled(said))
        if each["part"]:
            value += Decimal("0." + "".join(str(_DIGITS[digit]) for digit in each["part"][:_MOST]))
        found.append(Number(-value if each["sign"] else value, bool(each["percent"])))
    return found


def spelled(said: str) -> int:
    """Return the number that Chinese numerals spell: with units, or digit by digit.

    >>> spelled("一万二千零三"), spelled("二〇二六"), spelled("十五"), spelled("三亿")
    (12003, 2026, 15, 300000000)
    """
    if not any(each in _UNITS or each in _GROUPS for each in said):
        return int("".join(str(_DIGITS[each]) for each in said))
    total, group, digit = 0, 0, 0
    for each in said:
        if each in _DIGITS:
            digit = _DIGITS[each]
        elif each in _UNITS:
            group += (digit or 1) * _UNITS[each]
            digit = 0
        elif each == "亿":
            total, group, digit = (total + group + digit) * _GROUPS[each], 0, 0
        else:
            total, group, digit = total + (group + digit) * _GROUPS[each], 0, 0
    return total + group + digit


def _expected(given: Any) -> Number | None:
    if isinstance(given, int | float) and not isinstance(given, bool):
        value = Decimal(str(given))
        return Number(value) if value.is_finite() else None
    found = numbers_in(as_text(given)) if given is not None else []
    return found[-1] if found else None


def _close(found: Number, wanted: Number, tolerance: float, relative: float) -> bool:
    values = [found.value]
    if found.is_percent and not wanted.is_percent:
        values.append(found.value / _HUNDRED)
    elif wanted.is_percent and not found.is_percent:
        values.append(found.value * _HUNDRED)
    if wanted.value in values:
        return True
    if not tolerance and not relative:
        return False
    allowed = max(Decimal(str(tolerance)), Decimal(str(relative)) * abs(wanted.value))
    return any(abs(each - wanted.value) <= allowed * (1 + _FUZZ) for each in values)


def _shown(number: Number) -> str:
    return f"{number.value:g}"[:40] + ("%" if number.is_percent else "")

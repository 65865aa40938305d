"""Write a cell's value as its number format shows it. Knows the formats that people use, not all that Excel has."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,.]*")
_DATE = re.compile(
    r"yyyy|yy|y|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|a/p|上午/下午|年|月|日|时|分|秒|[^a-z]", re.I
)
_LITERAL = "\ue000"


def shown(value: object, number_format: str) -> str:
    """Return the text of a cell.

    >>> shown(0.256, "0.0%"), shown(1234567.5, '#,##0.00"元"'), shown(3.0, "General"), shown(None, "0")
    ('25.6%', '1,234,567.50元', '3', '')
    >>> shown(datetime.date(2024, 5, 1), 'yyyy"年"m"月"d"日"'), shown(datetime.datetime(2024, 5, 1, 9, 30), "General")
    ('2024年5月1日', '2024-05-01 09:30')
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime.datetime() | datetime.date() | datetime.time():
            return _moment(value, number_format)
        case int() | float():
            return _number(value, number_format)
        case _:
            return str(value)


def _number(value: float, number_format: str) -> str:
    positive, *others = number_format.split(";")
    form = others[0] if others and value < 0 and others[0] else positive
    literals: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or found[3] or "")
        return _LITERAL

    bare = _QUOTED.sub(put_away, form)
    digits = _DIGITS.search(bare)
    if digits is None or "General" in bare or "E" in bare or "/" in bare or "@" in bare:
        return _plain(value)
    text = _digits(abs(value) * (100 if "%" in bare else 1), digits[0])
    text = bare[: digits.start()] + text + _DIGITS.sub("", bare[digits.end() :])
    for literal in literals:
        text = text.replace(_LITERAL, literal, 1)
    negative = value < 0 and not (others and others[0])
    return ("-" if negative else "") + text.strip()


def _digits(value: float, form: str) -> str:
    whole, _, fraction = form.partition(".")
    value /= 1000 ** (len(form) - len(form.rstrip(",")))
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-len(fraction.rstrip(","))), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}" if "," in whole.rstrip(",") else f"{exact:f}"
    least = fraction.count("0")
    if "." in text and least < len(fraction):
        kept = text.partition(".")[2].rstrip("0")
        text = text.partition(".")[0] + ("." + kept.ljust(least, "0") if kept or least else "")
    return text.zfill(whole.count("0")) if set(whole) <= {"0"} else text


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.10g}"


def _moment(value: datetime.date | datetime.time, number_format: str) -> str:
    literals: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or "")
        return _LITERAL

    bare = _QUOTED.sub(put_away, number_format.partition(";")[0])
    if "General" in bare or not re.search(r"[ymdhs年月日]", bare, re.I):
        return _sortable(value)
    text = _written(value, [found.lower() for found in _DATE.findall(bare)])
    for literal in literals:
        text = text.replace(_LITERAL, literal, 1)
    return text.strip()


def _sortable(value: datetime.date | datetime.time) -> str:
    text = value.isoformat(" ", "minutes") if isinstance(value, datetime.datetime) else value.isoformat()
    return text.removesuffix(" 00:00")


def _written(value: datetime.date | datetime.time, tokens: list[str]) -> str:
    date = value if isinstance(value, datetime.date) else datetime.date(1900, 1, 1)
    time = value if isinstance(value, datetime.time) else getattr(value, "time", datetime.time)()
    half = any(token in ("am/pm", "a/p", "上午/下午") for token in tokens)
    hour = (time.hour % 12 or 12) if half else time.hour
    noon = time.hour >= 12
    words = {
        "yyyy": f"{date.year:04}", "yy": f"{date.year % 100:02}", "y": f"{date.year % 100:02}",
        "mmmm": f"{date:%B}", "mmm": f"{date:%b}", "mm": f"{date.month:02}", "m": str(date.month),
        "dddd": f"{date:%A}", "ddd": f"{date:%a}", "dd": f"{date.day:02}", "d": str(date.day),
        "hh": f"{hour:02}", "h": str(hour), "ss": f"{time.second:02}", "s": str(time.second),
        "am/pm": "PM" if noon else "AM", "a/p": "P" if noon else "A", "上午/下午": "下午" if noon else "上午",
    }  # fmt: skip
    minutes = {"mm": f"{time.minute:02}", "m": str(time.minute)}
    pieces: list[str] = []
    for place, token in enumerate(tokens):
        near = _letters(tokens[:place])[-1:] + _letters(tokens[place + 1 :])[:1]
        after_hour = bool(near) and near[0][0] == "h" and bool(_letters(tokens[:place]))
        is_minute = token in minutes and (after_hour or near[-1:] in (["s"], ["ss"]))
        pieces.append(minutes[token] if is_minute else words.get(token, token))
    return "".join(pieces)


def _letters(tokens: list[str]) -> list[str]:
    return [token for token in tokens if token[0] in "ymdhs"]

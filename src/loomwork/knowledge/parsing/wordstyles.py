"""What a paragraph of a Word document is by its style, and which number Word would draw before it. Knows no text."""

import re

from msgspec import Struct, structs

from loomwork.knowledge.parsing.xml import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)
_DIGITS = "零一二三四五六七八九"
_MOST_LEVELS = 9


class Style(Struct, frozen=True, kw_only=True):
    """What matters of a paragraph style."""

    level: int = 0
    """Of a heading: 1 to 6."""
    is_list: bool = False
    is_quote: bool = False
    is_code: bool = False
    number: str = ""
    """Id of the numbering; "0" is none."""
    depth: int = 0
    """Of the numbering, from 0."""

    def with_own(self, properties: Element) -> "Style":
        """Return the style with what a paragraph says for itself."""
        number, depth = _numbering(properties)
        outline = _value(properties, "outlineLvl")
        changed = self
        if number:
            changed = structs.replace(changed, number=number, depth=depth, is_list=number != "0")
        if outline.isdigit() and int(outline) < 6:
            changed = structs.replace(changed, level=int(outline) + 1)
        return changed


def styles_of(root: Element) -> dict[str, Style]:
    """Return the paragraph styles by id; "" is the default one. What a style does not say, the one below it says."""
    elements = {element.get(f"{W}styleId"): element for element in root.findall(f"{W}style")}
    found: dict[str, Style] = {}
    for name, element in elements.items():
        found[name] = _style(element, elements)
        if element.get(f"{W}default") == "1" and element.get(f"{W}type") == "paragraph":
            found[""] = found[name]
    return found


def _style(element: Element, elements: dict[str, Element]) -> Style:
    chain = [element]
    while len(chain) < 20 and (below := elements.get(_value(chain[-1], "basedOn"))) is not None:
        chain.append(below)
    names = [_value(one, "name").lower() for one in chain]
    own = [properties for one in chain if (properties := one.find(f"{W}pPr")) is not None]
    level = next((int(found[1]) for name in names if (found := _HEADING.match(name))), 0)
    if not level:
        outlines = [value for one in own if (value := _value(one, "outlineLvl"))]
        level = int(outlines[0]) + 1 if outlines and outlines[0].isdigit() and int(outlines[0]) < 6 else 0
    if not level and names[0] in ("title", "标题"):
        level = 1
    number, depth = next((pair for one in own if (pair := _numbering(one))[0]), ("", 0))
    return Style(
        level=min(6, level),
        is_list=not level and (number not in ("", "0") or names[0].startswith("list bullet")),
        is_quote="quote" in names[0],
        is_code=any(word in names[0] for word in ("code", "preformatted", "代码")),
        number=number,
        depth=depth,
    )


class Numbering:
    """The counters of a document's numbered paragraphs."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._list_of: dict[str, str] = {}
        if root is not None:
            abstract = {one.get(f"{W}abstractNumId"): one for one in root.findall(f"{W}abstractNum")}
            for one in root.findall(f"{W}num"):
                known = abstract.get(_value(one, "abstractNumId"))
                if known is not None:
                    self._levels[one.get(f"{W}numId")] = _levels(known)
                    self._list_of[one.get(f"{W}numId")] = known.get(f"{W}abstractNumId")

    def next(self, style: Style) -> str:
        """Return the number of the next paragraph of this style, `-` for a bullet, nothing where it has none."""
        levels = self._levels.get(style.number)
        if not levels or style.depth not in levels:
            return ""
        counts = self._counts.setdefault(self._list_of[style.number], [])
        while len(counts) <= style.depth:
            counts.append(levels.get(len(counts), ("", "", 1))[2] - 1)
        counts[style.depth] += 1
        del counts[style.depth + 1 :]
        form, text, _ = levels[style.depth]
        if form in ("bullet", "none"):
            return "-" if form == "bullet" else ""
        for place in range(style.depth + 1):
            shown = _shown(counts[place], levels.get(place, ("decimal", "", 1))[0])
            text = text.replace(f"%{place + 1}", shown)
        return text


def _levels(abstract: Element) -> dict[int, tuple[str, str, int]]:
    found: dict[int, tuple[str, str, int]] = {}
    for level in abstract.findall(f"{W}lvl")[:_MOST_LEVELS]:
        place, start = level.get(f"{W}ilvl"), _value(level, "start")
        if place.isdigit():
            begin = int(start) if start.isdigit() else 1
            found[int(place)] = (_value(level, "numFmt"), _value(level, "lvlText"), begin)
    return found


def _shown(number: int, form: str) -> str:
    """Return a number as Word writes it.

    >>> _shown(12, "chineseCountingThousand"), _shown(3, "lowerLetter"), _shown(4, "upperRoman")
    ('十二', 'c', 'IV')
    """
    if form.startswith(("chinese", "ideograph", "japaneseCounting", "taiwanese")):
        return _chinese(number)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for value, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while 0 < value <= number < 4000:
            text, number = text + sign, number - value
    return text


def _numbering(properties: Element) -> tuple[str, int]:
    found = properties.find(f"{W}numPr")
    if found is None:
        return "", 0
    depth = _value(found, "ilvl")
    return _value(found, "numId"), min(int(depth), _MOST_LEVELS) if depth.isdigit() else 0


def _value(element: Element, name: str) -> str:
    found = element.find(f"{W}{name}")
    return found.get(f"{W}val") if found is not None else ""

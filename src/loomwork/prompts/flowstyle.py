"""Read one scalar or one `{...}` / `[...]` of the front matter's YAML subset. Knows nothing of blocks or fields."""

import json
import re

from loomwork.kernel.errors.prompts import (
    AmbiguousValue,
    BadBeginning,
    BadFrontMatter,
    BracketOpen,
    ColonInText,
    FieldNameNotText,
    FieldTwice,
    NoColon,
    NoValue,
    QuoteOpen,
    TextBehind,
    UnknownEscape,
)

Scalar = str | int | float | bool | None
FlowValue = Scalar | list["FlowValue"] | dict[str, "FlowValue"]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?$")
_MAYBE_NUMBER = re.compile(
    r"[-+]?[.\d][\d_.,:eExXoO+-]*$|[-+]?(?:0x[0-9a-fA-F_]+|0o[0-7_]+|\.inf|\.nan)$", re.IGNORECASE
)
_MAYBE_BOOL = {"yes", "no", "on", "off", "true", "false", "null"}
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None}
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_FLOW_PLAIN = re.compile(
    r"""[^\s,\[\]{}:"'#&*!|>%@`?-](?:[^,\[\]{}:#\n]|:(?=\S)|(?<=\S)#)*|-[^\s,\[\]{}][^,\[\]{}:#\n]*"""
)


class Unread(Exception):
    """What cannot be read and on which line; the reader of the file knows its name."""

    def __init__(self, line: int, kind: type[BadFrontMatter], **fields: object) -> None:
        super().__init__(line, kind, fields)
        self.line = line
        self.kind = kind
        self.fields = fields


def scalar(text: str, line: int) -> Scalar:
    """Return the value of a scalar that may be followed by a comment.

    >>> [scalar(text, 1) for text in ("a b # c", "'it''s'", "0.5", "true", "~")]
    ['a b', "it's", 0.5, True, None]
    """
    if text[0] in "\"'":
        found = _QUOTED.match(text)
        if found is None:
            raise Unread(line, QuoteOpen, text=repr(text[:40]))
        rest = text[found.end() :].strip()
        if rest and not rest.startswith("#"):
            raise Unread(line, TextBehind, text=repr(rest[:20]))
        return _unquote(found[0], line)
    return plain(re.split(r"\s#", text, maxsplit=1)[0].strip(), line)


def plain(text: str, line: int) -> Scalar:
    """Return the value of text without quotes; refuses what YAML readers disagree about."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    if text.lower() in _MAYBE_BOOL:
        raise Unread(line, AmbiguousValue, text=text)
    if _MAYBE_NUMBER.match(text):
        raise Unread(line, AmbiguousValue, text=text)
    if text[:1] in "&*!%@`|>{}[],?" or text.startswith(("- ", "? ")) or text == "-":
        raise Unread(line, BadBeginning, text=repr(text[0]))
    if ": " in text or text.endswith(":"):
        raise Unread(line, ColonInText, text=repr(text[:40]))
    return text


def _unquote(text: str, line: int) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return str(json.loads(text))
    except ValueError:
        raise Unread(line, UnknownEscape, text=text[:40]) from None


class Flow:
    """Read one flow collection from the beginning of `text`."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first = first_line
        self._at = 0

    def value(self) -> FlowValue:
        """Return the next value."""
        self._blank()
        match self._text[self._at : self._at + 1]:
            case "{":
                return self._mapping()
            case "[":
                return self._list()
            case "":
                raise self._bad(BracketOpen)
            case _:
                return self._scalar()

    def finish(self) -> int:
        """Return how many lines were taken; nothing but a comment may follow on the last."""
        end = self._text.find("\n", self._at)
        rest = self._text[self._at : end if end >= 0 else None].strip()
        if rest and not rest.startswith("#"):
            raise self._bad(TextBehind, text=repr(rest[:20]))
        return self._text.count("\n", 0, self._at) + 1

    def _mapping(self) -> dict[str, FlowValue]:
        out: dict[str, FlowValue] = {}
        self._at += 1
        while not self._closes("}"):
            name = self._scalar()
            if not isinstance(name, str):
                raise self._bad(FieldNameNotText, name=name)
            if name in out:
                raise self._bad(FieldTwice, name=name)
            self._blank()
            if self._text[self._at : self._at + 1] != ":":
                raise self._bad(NoColon, name=name)
            self._at += 1
            out[name] = self.value()
            self._comma("}")
        return out

    def _list(self) -> list[FlowValue]:
        out: list[FlowValue] = []
        self._at += 1
        while not self._closes("]"):
            out.append(self.value())
            self._comma("]")
        return out

    def _closes(self, bracket: str) -> bool:
        self._blank()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _comma(self, bracket: str) -> None:
        self._blank()
        if self._text.startswith(",", self._at):
            self._at += 1
        elif not self._text.startswith(bracket, self._at):
            raise self._bad(BracketOpen)

    def _scalar(self) -> Scalar:
        self._blank()
        if found := _QUOTED.match(self._text, self._at):
            self._at = found.end()
            return _unquote(found[0], self._line())
        found = _FLOW_PLAIN.match(self._text, self._at)
        if found is None:
            raise self._bad(NoValue, text=repr(self._text[self._at : self._at + 20]))
        self._at = found.end()
        return plain(found[0].strip(), self._line())

    def _blank(self) -> None:
        found = re.compile(r"(?:\s+(?:#[^\n]*)?)*").match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line(self) -> int:
        return self._first + self._text.count("\n", 0, self._at)

    def _bad(self, kind: type[BadFrontMatter], **fields: object) -> Unread:
        return Unread(self._line(), kind, **fields)

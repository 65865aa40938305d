"""Read one scalar or one `{...}` / `[...]` of the front matter's YAML subset. Knows nothing of blocks or fields."""

import json
import re

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
    """What cannot be read, on which line, and what to write instead."""

    def __init__(self, line: int, reason: str, advice: str) -> None:
        super().__init__(line, reason, advice)
        self.line = line
        self.reason = reason
        self.advice = advice


def scalar(text: str, line: int) -> Scalar:
    """Return the value of a scalar that may be followed by a comment.

    >>> [scalar(text, 1) for text in ("a b # c", "'it''s'", "0.5", "true", "~")]
    ['a b', "it's", 0.5, True, None]
    """
    if text[0] in "\"'":
        found = _QUOTED.match(text)
        if found is None:
            raise Unread(line, f"a quote is not closed in {text[:40]!r}", "close it on the same line, or use `|`")
        rest = text[found.end() :].strip()
        if rest and not rest.startswith("#"):
            raise Unread(line, f"{rest[:20]!r} stands behind the closing quote", "put the whole value into quotes")
        return _unquote(found[0], line)
    return plain(re.split(r"\s#", text, maxsplit=1)[0].strip(), line)


def plain(text: str, line: int) -> Scalar:
    """Return the value of text without quotes; refuses what YAML readers disagree about."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    if text.lower() in _MAYBE_BOOL:
        raise Unread(
            line, f"{text} means different things to different readers", f'write true, false, null or "{text}"'
        )
    if _MAYBE_NUMBER.match(text):
        raise Unread(line, f"{text} means different things to different readers", f'put it into quotes: "{text}"')
    if text[:1] in "&*!%@`|>{}[],?" or text.startswith(("- ", "? ")) or text == "-":
        raise Unread(line, f"text cannot begin with {text[0]!r} here", "put it into quotes")
    if ": " in text or text.endswith(":"):
        raise Unread(line, f"a colon splits {text[:40]!r} in two", "put the text into quotes")
    return text


def _unquote(text: str, line: int) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return str(json.loads(text))
    except ValueError:
        advice = r"use the escapes of JSON (\n, \", \\, é), or single quotes"
        raise Unread(line, f"an escape in {text[:40]} is unknown", advice) from None


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
                raise self._bad("a bracket is not closed", "close it")
            case _:
                return self._scalar()

    def finish(self) -> int:
        """Return how many lines were taken; nothing but a comment may follow on the last."""
        end = self._text.find("\n", self._at)
        rest = self._text[self._at : end if end >= 0 else None].strip()
        if rest and not rest.startswith("#"):
            raise self._bad(f"{rest[:20]!r} stands behind the closing bracket", "remove it")
        return self._text.count("\n", 0, self._at) + 1

    def _mapping(self) -> dict[str, FlowValue]:
        out: dict[str, FlowValue] = {}
        self._at += 1
        while not self._closes("}"):
            name = self._scalar()
            if not isinstance(name, str):
                raise self._bad(f"the name {name!r} is not text", "put it into quotes")
            if name in out:
                raise self._bad(f"{name!r} is given twice", "keep one")
            self._blank()
            if self._text[self._at : self._at + 1] != ":":
                raise self._bad(f"no colon follows {name!r}", "write `name: value`")
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
            raise self._bad(f"no comma or {bracket!r} follows", "separate by commas and close the bracket")

    def _scalar(self) -> Scalar:
        self._blank()
        if found := _QUOTED.match(self._text, self._at):
            self._at = found.end()
            return _unquote(found[0], self._line())
        found = _FLOW_PLAIN.match(self._text, self._at)
        if found is None:
            raise self._bad(f"{self._text[self._at : self._at + 20]!r} is no value", "put text into quotes")
        self._at = found.end()
        return plain(found[0].strip(), self._line())

    def _blank(self) -> None:
        found = re.compile(r"(?:\s+(?:#[^\n]*)?)*").match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _line(self) -> int:
        return self._first + self._text.count("\n", 0, self._at)

    def _bad(self, reason: str, advice: str) -> Unread:
        return Unread(self._line(), reason, advice)

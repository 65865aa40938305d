"""Read the front matter of a prompt: a strict subset of YAML, with the line of every value. Knows no field names.

What is read means the same to every YAML reader; what readers disagree about (`no`, `1:30`, `0777`, anchors, tags) is
refused with advice. Block mappings and lists, flow `{...}` and `[...]`, quoted and plain text, `|` and `>` blocks.
"""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from loomwork.kernel.errors.prompts import (
    FieldIndented,
    FieldNameNotText,
    FieldTwice,
    ItemForField,
    MisalignedField,
    NoField,
    TabInFrontMatter,
)
from loomwork.prompts.flowstyle import Flow, FlowValue, Unread, scalar

Plain = str | int | float | bool | None
Value = Plain | list["Node"] | dict[str, "Node"]


class Node(Struct, frozen=True, kw_only=True):
    """A value and the line of the file where it begins."""

    value: Value
    line: int

    def plain(self) -> object:
        """Return the value alone, without lines."""
        match self.value:
            case dict() as items:
                return {key: node.plain() for key, node in items.items()}
            case list() as items:
                return [node.plain() for node in items]
            case other:
                return other


class _Line(Struct, frozen=True):
    number: int
    indent: int
    text: str


_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\-?:,\[\]{}#&*!|>'"%@`][^:#]*?|-[^\s:#][^:#]*?)\s*:(?:\s+|$)"""
)
_BLOCK = re.compile(r"([|>])([+-]?)\s*(?:\s#.*)?$")


def read_front_matter(text: str, *, file: str, first_line: int = 2) -> Node:
    r"""Return the mapping that `text` holds. Raises `BadFrontMatter` with the line.

    >>> read_front_matter("temperature: 0.2\nstop: [a, b]", file="p.md").plain()
    {'temperature': 0.2, 'stop': ['a', 'b']}
    """
    try:
        return _Reader(text.split("\n"), first_line).document()
    except Unread as bad:
        raise bad.kind(file=file, line=bad.line, **bad.fields) from None


class _Reader:
    """One pass over the lines; `at` is the next line not yet taken."""

    def __init__(self, raw: list[str], first_line: int) -> None:
        self._raw = raw
        self._first = first_line
        self._at = 0

    def document(self) -> Node:
        head = self._peek()
        if head is None:
            return Node(value={}, line=self._first)
        if head.indent:
            raise Unread(head.number, FieldIndented)
        node = self._mapping(0)
        rest = self._peek()
        if rest is not None:
            raise Unread(rest.number, ItemForField)
        return node

    def _peek(self) -> _Line | None:
        """Return the next line that holds something, leaving it in place."""
        while self._at < len(self._raw):
            raw = self._raw[self._at]
            body = raw.lstrip(" ")
            number = self._first + self._at
            if not body.strip() or body.startswith("#"):
                self._at += 1
                continue
            if body.startswith("\t"):
                raise Unread(number, TabInFrontMatter)
            return _Line(number, len(raw) - len(body), body.rstrip())
        return None

    def _block(self, indent: int, line: int, *, under: Literal["name", "dash"] = "dash") -> Node:
        """Read a value on lines of its own; a list under a name may stand as far left as the name."""
        head = self._peek()
        if head is None:
            return Node(value=None, line=line)
        item = head.text == "-" or head.text.startswith("- ")
        if item and head.indent >= indent - (under == "name"):
            return self._list(head.indent)
        if head.indent < indent:
            return Node(value=None, line=line)
        if _KEY.match(head.text):
            return self._mapping(head.indent)
        raise Unread(head.number, NoField, text=repr(head.text[:40]))

    def _mapping(self, indent: int) -> Node:
        items: dict[str, Node] = {}
        start = self._first + self._at
        for head in self._siblings(indent):
            found = _KEY.match(head.text)
            if found is None:
                if head.text.startswith("- ") or head.text == "-":
                    break
                raise Unread(head.number, NoField, text=repr(head.text[:40]))
            name = scalar(found[1], head.number)
            if not isinstance(name, str):
                raise Unread(head.number, FieldNameNotText, name=found[1])
            if name in items:
                raise Unread(head.number, FieldTwice, name=name)
            self._at += 1
            items[name] = self._value(head.text[found.end() :], head, indent + 1, under="name")
        return Node(value=items, line=start)

    def _list(self, indent: int) -> Node:
        items: list[Node] = []
        start = self._first + self._at
        for head in self._siblings(indent):
            if not (head.text == "-" or head.text.startswith("- ")):
                break
            rest = head.text[1:].lstrip(" ")
            inner = indent + len(head.text) - len(rest)
            if rest and (_KEY.match(rest) or rest.startswith("- ")) and not rest.startswith(("{", "[")):
                self._raw[self._at] = " " * inner + rest
                items.append(self._block(inner, head.number))
            else:
                self._at += 1
                items.append(self._value(rest, head, indent + 1, under="dash"))
        return Node(value=items, line=start)

    def _siblings(self, indent: int) -> Iterator[_Line]:
        while (head := self._peek()) is not None and head.indent >= indent:
            if head.indent > indent:
                raise Unread(head.number, MisalignedField)
            yield head

    def _value(self, rest: str, head: _Line, indent: int, *, under: Literal["name", "dash"]) -> Node:
        """Read what stands behind `name:` or `-`: text, a flow collection, a block of text, or lines below."""
        if not rest or rest.startswith("#"):
            return Node(value=self._block(indent, head.number, under=under).value, line=head.number)
        if found := _BLOCK.match(rest):
            return Node(value=self._text(indent, folded=found[1] == ">", chomp=found[2]), line=head.number)
        if rest[0] in "{[":
            column = len(self._raw[self._at - 1].rstrip()) - len(rest)
            return self._flow(column)
        return Node(value=scalar(rest, head.number), line=head.number)

    def _flow(self, column: int) -> Node:
        """Read a collection in braces, which may run over several lines."""
        first = self._at - 1
        text = "\n".join([self._raw[first][column:], *self._raw[first + 1 :]])
        flow = Flow(text, self._first + first)
        value = flow.value()
        taken = flow.finish()
        self._at = first + taken
        return _nodes(value, self._first + first)

    def _text(self, indent: int, *, folded: bool, chomp: str) -> str:
        """Read an indented block of text; the first line sets the indentation."""
        lines: list[str] = []
        width = 0
        while self._at < len(self._raw):
            raw = self._raw[self._at]
            body = raw.lstrip(" ")
            inner = len(raw) - len(body)
            if body.strip():
                width = width or max(inner, 1)
                if inner < indent or inner < width:
                    break
            lines.append(raw[width:] if body.strip() else "")
            self._at += 1
        while lines and not lines[-1] and chomp != "+":
            lines.pop()
        text = _fold(lines) if folded else "\n".join(lines)
        return text if chomp == "-" or not text else text + "\n"


def _fold(lines: list[str]) -> str:
    r"""Join lines by spaces; an empty line is a line break; deeper lines stay as they are (as YAML folds).

    >>> _fold(["a", "b", "", "c"])
    'a b\nc'
    """
    out = ""
    breaks = 0
    previous = ""
    for line in lines:
        if not line:
            breaks += 1
            continue
        deep = line.startswith(" ") or previous.startswith(" ")
        if out or breaks:
            out += "\n" * (breaks + deep if out else breaks) or ("\n" if deep else " ")
        out += line
        breaks, previous = 0, line
    return out


def _nodes(value: FlowValue, line: int) -> Node:
    if isinstance(value, dict):
        return Node(value={key: _nodes(item, line) for key, item in value.items()}, line=line)
    if isinstance(value, list):
        return Node(value=[_nodes(item, line) for item in value], line=line)
    return Node(value=value, line=line)

"""What a prompt template may say: a closed set of tags, filters, functions and methods. Knows nothing of rendering.

Fuel bounds how long a template runs, not how much memory one instruction takes: `{% set x = x ~ x %}` thirty times is a
gigabyte, `'%1000000000s'|format(1)` is one at once. So what can multiply text is left out or bounded, here and in
`filters`: a template is often written by a model (optimisers do), and may then say anything.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from loomwork.kernel.errors.prompts import BlockSet, TemplateForbidden, TooManyJoins

TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "raw", "endraw")
FUNCTIONS = ("range", "dict", "loop")
METHODS = ("items", "keys", "values", "get", "cycle", "changed")
FILTERS = (
    "abs", "bool", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "indent", "int",
    "items", "join", "json", "last", "length", "lines", "list", "lower", "map", "max", "min", "passages", "reject",
    "rejectattr", "replace", "reverse", "round", "select", "selectattr", "sort", "split", "string", "sum", "title",
    "tojson", "trim", "truncate", "unique", "upper", "urlencode",
)  # fmt: skip
JOINERS = ("~", "+")
MOST_JOINERS = 32
"""In one tag; each of them adds at most one value of bounded size."""
WORDS = ("and", "or", "not", "in", "is", "if", "else", "elif", "for", "set", "recursive")

_OPEN = re.compile(r"\{\{|\{%|\{#")
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<name>[^\W\d]\w*)|(?P<number>\d[\d_.]*)|(?P<space>\s+)|(?P<mark>\*\*|//|[-+]?[%}]\}|.)""",
    re.DOTALL,
)
_SET = re.compile(r"(\s*[-+]?\s*set\s+[\w\s,()]+?)=(?!=)(.*?)([-+]?)$", re.DOTALL)


class Tag(Struct, frozen=True):
    """One `{{ ... }}` or `{% ... %}`: where it stands and its tokens."""

    start: int
    end: int
    line: int
    kind: str
    tokens: tuple[tuple[str, str], ...]

    def source(self) -> str:
        """Return what stands between the braces."""
        return "".join(text for _, text in self.tokens)

    def words(self) -> list[tuple[str, str]]:
        """Return the tokens that are not blank."""
        return [token for token in self.tokens if token[0] != "space"]


def tags(source: str) -> Iterator[Tag]:
    """Yield the tags of a template that parses, raw text and comments left out."""
    at = 0
    raw = False
    while found := _OPEN.search(source, at):
        if found[0] == "{#" and not raw:
            close = source.find("#}", found.end())
            at = len(source) if close < 0 else close + 2
            continue
        tag = _tag(source, found.start(), found[0])
        name = _keyword(tag)
        if raw and not (found[0] == "{%" and name == "endraw"):
            at = found.end()
            continue
        raw = found[0] == "{%" and name == "raw"
        at = tag.end
        yield tag


def _tag(source: str, start: int, kind: str) -> Tag:
    close = {"{{": "}}", "{%": "%}"}.get(kind, "#}")
    tokens: list[tuple[str, str]] = []
    at = start + 2
    depth = 0
    while found := _TOKEN.match(source, at):
        text = found[0]
        at = found.end()
        if found.lastgroup == "mark":
            if text.endswith(close) and depth <= 0:
                tokens.append(("mark", text[:-2]))
                break
            if text.endswith("}}"):
                at -= len(text) - 1
                text = text[0]
            depth += (text == "{") - (text == "}")
        tokens.append((found.lastgroup or "", text))
    return Tag(start, at, source.count("\n", 0, start) + 1, kind, tuple(tokens))


def _keyword(tag: Tag) -> str:
    for kind, text in tag.words():
        if kind == "name":
            return text
        if text not in "-+":
            break
    return ""


def check(source: str, *, file: str, line: int = 1) -> None:
    """Refuse what templates do not have. Raises `TemplateForbidden` with the line."""
    for tag in tags(source):
        where = {"file": file, "line": line + tag.line - 1}
        if tag.kind == "{%" and _keyword(tag) not in TAGS:
            raise TemplateForbidden(kind="tag", name=_keyword(tag), known=", ".join(TAGS), **where)
        if _keyword(tag) == "set" and not _SET.match(tag.source()):
            raise BlockSet(**where)
        if sum(word in JOINERS for kind, word in tag.tokens if kind == "mark") > MOST_JOINERS:
            raise TooManyJoins(most=MOST_JOINERS, **where)
        for kind, name, known in _forbidden(tag):
            raise TemplateForbidden(kind=kind, name=name, known=", ".join(known), **where)


def _forbidden(tag: Tag) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    words = [("mark", ""), *tag.words(), ("mark", "")]
    for before, (kind, text), after in zip(words, words[1:], words[2:], strict=False):
        if kind == "mark" and text in ("*", "**"):
            yield "operator", text, ("+", "-", "/", "//", "%", "~")
        if kind == "name" and before[1] == "|" and text not in FILTERS:
            yield "filter", text, FILTERS
        if after[1] == "(":
            yield from _call(before[1], kind, text)


def _call(before: str, kind: str, text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is called must be known: a filter, a test, one of the functions, or a harmless method."""
    if before == "|" or before in ("is", "not") or text in WORDS:
        return
    if before == ".":
        if text not in METHODS:
            yield "method", text, METHODS
    elif (kind == "name" and text not in FUNCTIONS) or text in ("]", ")") or kind == "string":
        yield "function", text, FUNCTIONS


def bounded(source: str) -> str:
    """Return the template with every assignment passed through the filter that bounds its size; lines stay.

    >>> bounded("{% set x = x ~ x %}{{ x }}")
    '{% set x = ( x ~ x )|_bounded %}{{ x }}'
    """
    out: list[str] = []
    at = 0
    for tag in tags(source):
        if tag.kind == "{%" and _keyword(tag) == "set" and (found := _SET.match(tag.source())):
            out += [source[at : tag.start], "{%", found[1], "= (", found[2], ")|_bounded ", found[3], "%}"]
            at = tag.end
    return "".join([*out, source[at:]])


def longest_text(source: str) -> int:
    """Return the length of the longest stretch of plain text: what one instruction can write."""
    at = longest = 0
    for tag in tags(source):
        longest = max(longest, tag.start - at)
        at = tag.end
    return max(longest, len(source) - at)


def optional_names(source: str) -> set[str]:
    """Return the variables that the template itself provides for: `x is defined`, `x|default(...)`.

    >>> sorted(optional_names("{% if a is defined %}{{ a }}{% endif %}{{ b|default('') }}{{ c }}"))
    ['a', 'b']
    """
    found: set[str] = set()
    for tag in tags(source):
        words = [("mark", ""), *tag.words()]
        for before, name, mark, word in zip(words, words[1:], words[2:], words[3:], strict=False):
            asks = (mark[1], word[1]) in {("is", "defined"), ("is", "undefined"), ("|", "default"), ("|", "d")}
            negated = mark[1] == "is" and word[1] == "not"
            if name[0] == "name" and before[1] != "." and (asks or negated):
                found.add(name[1])
    return found

r"""Code between two versions: each changed function or constant as one side has it. Pure text; runs nothing.

>>> old, new = b"A = 1\n\n\ndef f():\n    return 1\n", b"A = 2\n\n\ndef f():\n    return 2\n"
>>> marks = [Mark("m.py", "m.A", 1, "A"), Mark("m.py", "m:f", 4, "f")]
>>> print(spliced({"m.py": old}, {"m.py": new}, marks, {"f"})["m.py"].decode())
A = 1
<BLANKLINE>
<BLANKLINE>
def f():
    return 2
<BLANKLINE>
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from loomwork.workspace.worlds.revisions import Code


class Mark(NamedTuple):
    """Where a change stands, as `why` names it, and its switch."""

    file: str
    name: str
    """`module:qualname` or `module.NAME`."""
    line: int
    switch: str

    @property
    def bare(self) -> str:
        """The name as the file's own text has it.

        >>> Mark("a.py", "app.rules:Desk.sort(k=)", 1, "").bare, Mark("a.py", "app.rules.LIMIT", 1, "").bare
        ('Desk.sort', 'LIMIT')
        """
        _, colon, qualified = self.name.partition(":")
        found = re.split(r"[(\[]|\.<locals>", qualified if colon else self.name)[0]
        return found if colon else found.rpartition(".")[2]


class _Span(NamedTuple):
    name: str
    first: int
    last: int


def spliced(a: Code, b: Code, marks: Sequence[Mark], on: Collection[str]) -> Code:
    """Return the second version with the changes that are not `on` as the first has them.

    What belongs to no change (comments, imports, order) is as in the second version; an import that the first alone
    has is kept, too, and so is a file.
    """
    made: Code = {}
    for file in {**a, **b}:
        if file not in b or file not in a or a[file] == b[file]:
            made[file] = b.get(file) or a.get(file) or b""
        else:
            made[file] = _file(a[file].decode(), b[file].decode(), _of(marks, file), on).encode()
    return made


def joined(a: Code, b: Code, marks: Sequence[Mark]) -> list[set[str]]:
    """Return the switches that stand so close that only both can be set."""
    found: list[set[str]] = []
    for file in a.keys() & b.keys():
        if a[file] != b[file]:
            old, new = a[file].decode(), b[file].decode()
            found += [owners for _, owners in _hunks(old, new, _of(marks, file)) if len(owners) > 1]
    return found


def _of(marks: Sequence[Mark], file: str) -> list[Mark]:
    return [mark for mark in marks if mark.file == file]


_Hunk = tuple[tuple[str, int, int, int, int], set[str]]


def _file(old: str, new: str, marks: Sequence[Mark], on: Collection[str]) -> str:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    made: list[str] = []
    for (_, i1, i2, j1, j2), owners in _hunks(old, new, marks):
        if owners and not owners <= set(on):
            made += before[i1:i2]
        else:
            imports = [line for line in before[i1:i2] if line.startswith(("import ", "from "))] if not owners else []
            made += [*imports, *after[j1:j2]]
    return "".join(made)


def _hunks(old: str, new: str, marks: Sequence[Mark]) -> list[_Hunk]:
    """Return the stretches of both texts with the switches that each differing one belongs to."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    ones, twos = _spans(old), _spans(new)
    owned: dict[str, set[str]] = {}
    for mark in marks:
        named = [each.name for each in (*twos, *ones) if each.name == mark.bare]
        span = _around(twos, mark.line) or _around(ones, mark.line)
        name = named[0] if named else span.name if span is not None else ""
        owned.setdefault(name, set()).add(mark.switch)
    found: list[_Hunk] = []
    for code in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        tag, i1, i2, j1, j2 = code
        owners: set[str] = set()
        if tag != "equal":
            owners = _owners(ones, owned, i1 + 1, i2) | _owners(twos, owned, j1 + 1, j2)
        found.append((code, owners))
    return found


def _owners(spans: list[_Span], owned: dict[str, set[str]], first: int, last: int) -> set[str]:
    met = [owned[each.name] for each in spans if each.name in owned and each.first <= last and first <= each.last]
    return set[str]().union(*met)


def _around(spans: list[_Span], line: int) -> _Span | None:
    """Return the smallest named thing that a line stands in."""
    around = [each for each in spans if each.first <= line <= each.last]
    return min(around, key=lambda each: each.last - each.first, default=None)


def _spans(text: str) -> list[_Span]:
    """Return the lines of each function, class and assignment of a module; nothing of a text that is no Python."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    found: list[_Span] = []
    _collect(tree.body, "", found)
    return found


def _collect(body: list[ast.stmt], above: str, found: list[_Span]) -> None:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                name = f"{above}{node.name}"
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                found.append(_Span(name, first, node.end_lineno or node.lineno))
                if isinstance(node, ast.ClassDef):
                    _collect(node.body, f"{name}.", found)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                name = ",".join(ast.unparse(each) for each in targets)
                found.append(_Span(f"{above}{name}", node.lineno, node.end_lineno or node.lineno))
            case _:
                pass

"""Could a changed body make more calls than it made before? A syntactic judgement that errs towards yes.

It compares the changed functions' texts with every literal blanked out: equal shapes make the same calls as often,
unless a number that could bound a loop changed.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from loomwork.flow.behaviour import Behaviour, diff_parts
from loomwork.flow.reasons import parts_of
from loomwork.flow.record import Record

if TYPE_CHECKING:
    from loomwork.flow.runtime import Runtime

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def may_add_calls(runtime: Runtime, behaviour: Behaviour, record: Record) -> bool:
    """Say whether the behaviour could call steps that the record of an earlier one does not hold."""
    changes = diff_parts(parts_of(runtime, record), behaviour.parts)
    return any(more_calls(change.before or "", change.after or "") for change in changes if change.kind in _CODE)


_CODE = {"code", "function", "method", "class", "closure", "decorator", "default", "lambda"}


def more_calls(before: str, after: str) -> bool:
    """Compare two source texts.

    >>> more_calls("def f(x):\\n    return g(x, 'a')", "def f(x):\\n    return g(x, 'b')")
    False
    >>> more_calls("def f(x):\\n    return g(x)", "def f(x):\\n    return g(g(x))")
    True
    >>> more_calls("def f(x):\\n    return [g(x) for _ in 'ab']", "def f(x):\\n    return [g(x) for _ in 'abc']")
    True
    """
    old, new = _shape(before), _shape(after)
    if old is None or new is None:
        return old != new
    if new.calls - old.calls:
        return True
    return bool(new.loops) and new.loops != old.loops


class _Shape:
    """What of a text decides how many calls it makes."""

    def __init__(self, tree: ast.AST) -> None:
        self.calls = Counter(_name(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
        self.loops = [ast.dump(_header(node)) for node in ast.walk(tree) if isinstance(node, _LOOPS)]


def _shape(text: str) -> _Shape | None:
    if not text:
        return _Shape(ast.Module(body=[], type_ignores=[]))
    try:
        return _Shape(ast.parse(textwrap.dedent(text)))
    except SyntaxError:
        return None


def _name(func: ast.expr) -> str:
    return ast.dump(func) if isinstance(func, (ast.Name, ast.Attribute)) else "?"


def _header(loop: ast.AST) -> ast.AST:
    """Return what a loop runs over, without its body."""
    match loop:
        case ast.For(iter=over) | ast.AsyncFor(iter=over):
            return over
        case ast.While(test=test):
            return test
        case ast.ListComp(generators=over) | ast.SetComp(generators=over) | ast.GeneratorExp(generators=over):
            return ast.Tuple(elts=[part for each in over for part in (each.iter, *each.ifs)], ctx=ast.Load())
        case ast.DictComp(generators=over):
            return ast.Tuple(elts=[part for each in over for part in (each.iter, *each.ifs)], ctx=ast.Load())
        case _:
            return loop

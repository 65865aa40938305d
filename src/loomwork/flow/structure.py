"""Could a changed body make more step or model calls than it made before? A judgement on the text of what changed.

Only calls that can reach a step count: those of the steps that the code reaches, of the methods of models and
knowledge, and of what has no name. A loop around one of them counts as more when what it runs over changed.
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

_REFERENCES = frozenset({"ask", "ask_sync", "complete", "stream", "embed", "search", "run_sync", "gather", "map"})
"""Methods of models and knowledge, and what calls a function that it is handed."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def may_add_calls(runtime: Runtime, behaviour: Behaviour, record: Record) -> bool:
    """Say whether the behaviour could call steps that the record of an earlier one does not hold."""
    names = _REFERENCES | {str(getattr(slot, "__name__", "")) for slot in behaviour.slots}
    changes = diff_parts(parts_of(runtime, record), behaviour.parts)
    return any(more_calls(change.before, change.after, names) for change in changes if change.kind in _CODE)


def places_of_calls(behaviour: Behaviour) -> Counter[str]:
    """Count, for each step that a behaviour reaches, the places in its code that call it, by the step's short name."""
    names = frozenset(str(getattr(slot, "__name__", "")) for slot in behaviour.slots)
    places: Counter[str] = Counter()
    for part in behaviour.parts if names else ():
        shape = _shape(part.shown, names) if part.kind in _CODE else None
        if shape is not None:
            places += shape.calls
    return Counter({name: count for name, count in places.items() if name in names})


def may_take_another_branch(runtime: Runtime, places: Counter[str], record: Record) -> bool:
    """Say whether code has more places where it calls a step than calls of it in this record.

    Given other results, it may come to one of them. How often a loop goes round is not judged.
    """
    made: Counter[str] = Counter()
    for call in record.calls:
        own = runtime.keys.builtin(call.step)
        name = str(getattr(own, "__name__", "")) if own is not None else (call.at or call.step).rpartition(":")[2]
        made[name.rpartition(".")[2]] += 1
    return any(count > made[name] for name, count in places.items())


_CODE = frozenset({"code", "class", "module", "project", "effect"})


def more_calls(before: str, after: str, names: frozenset[str]) -> bool:
    r"""Compare two source texts, counting calls of `names`.

    >>> g = frozenset({"g"})
    >>> more_calls("def f(x):\n    return g(x, 'a')", "def f(x):\n    return g(x, 'b').upper()", g)
    False
    >>> more_calls("def f(x):\n    return g(x)", "def f(x):\n    return g(g(x))", g)
    True
    >>> more_calls("def f(x):\n    return [g(x) for _ in 'ab']", "def f(x):\n    return [g(x) for _ in 'abc']", g)
    True
    """
    old, new = _shape(before, names), _shape(after, names)
    if old is None or new is None:
        return old != new
    if new.calls - old.calls:
        return True
    return bool(new.loops) and new.loops != old.loops


class _Shape:
    """What of a text decides how many calls it makes."""

    def __init__(self, tree: ast.AST, names: frozenset[str]) -> None:
        calls = [_called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        self.calls = Counter(name for name in calls if name in names or not name)
        self.loops = [ast.dump(_header(node)) for node in ast.walk(tree) if _repeats(node, names)]


def _shape(text: str, names: frozenset[str]) -> _Shape | None:
    if not text:
        return _Shape(ast.Module(body=[], type_ignores=[]), names)
    try:
        return _Shape(ast.parse(textwrap.dedent(text)), names)
    except SyntaxError:
        return None


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _repeats(node: ast.AST, names: frozenset[str]) -> bool:
    if not isinstance(node, _LOOPS):
        return False
    inner = (_called(each) for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(name in names or not name for name in inner)


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

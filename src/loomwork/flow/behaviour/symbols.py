"""What a module binds and what it does to others while it is imported, from its syntax alone.

Knows nothing of live values: it says which names a statement touches, not what they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Chain = tuple[str, ...]


class Binding(NamedTuple):
    """One statement that gives a module-level name its value."""

    name: str
    line: int
    kind: Literal["assign", "def", "class", "import", "other"]
    node: ast.stmt
    origin: tuple[str, int, str] | None = None
    """Of `from module import name`: (module, level, name)."""


class Touch(NamedTuple):
    """Something that a statement does to a thing with a name; an empty chain is a thing without one."""

    chain: Chain
    how: Literal["call", "store", "decorate", "assigned", "class"]
    wraps: int = 0
    """Of a decorator: how many calls it takes until the function is handed over, less one."""
    name: str = ""
    """Of a decorator or an assigned call: the name that gets the outcome."""
    first: Chain = ()
    """Of a call: its first argument, if that has a name."""


class Effect(NamedTuple):
    """A statement that acts when the module is imported."""

    node: ast.stmt
    line: int
    touches: tuple[Touch, ...]
    main: bool
    """It stands under `if __name__ == "__main__"`."""


class Symbols:
    """The statements of one module, sorted."""

    def __init__(self, text: str) -> None:
        self.bindings: dict[str, list[Binding]] = {}
        self.effects: list[Effect] = []
        self.stars: list[tuple[str, int]] = []
        self.text = text
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError):
            self.tree = ast.Module([], [])
        for node in self.tree.body:
            self._top(node, main=False)

    def class_node(self, qualname: str) -> ast.ClassDef | None:
        """Return a class statement by its name."""
        body: Sequence[ast.stmt] = self.tree.body
        node: ast.ClassDef | None = None
        for part in qualname.split("."):
            found = [each for each in _flat(body) if isinstance(each, ast.ClassDef) and each.name == part]
            if not found:
                return None
            node = found[-1]
            body = node.body
        return node

    def class_assignment(self, qualname: str, attribute: str) -> ast.expr | None:
        """Return the expression that a class body gives an attribute."""
        owner = self.class_node(qualname)
        for node in reversed(list(_flat(owner.body if owner else ()))):
            for name, value in _assigned(node):
                if name == attribute:
                    return value
        return None

    def class_line(self, qualname: str, attribute: str) -> int:
        """Return the line where a class body names an attribute, or 0."""
        owner = self.class_node(qualname)
        for node in reversed(list(_flat(owner.body if owner else ()))):
            target = node.target if isinstance(node, ast.AnnAssign) else None
            declared = isinstance(target, ast.Name) and target.id == attribute
            if declared or any(name == attribute for name, _ in _assigned(node)):
                return node.lineno
        return 0

    def function(self, line: int, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function that begins at a line, its decorators included."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                if first <= line <= node.lineno:
                    return node
        return None

    def _top(self, node: ast.stmt, *, main: bool) -> None:
        if isinstance(node, ast.If) and _is_main_guard(node):
            for inner in node.body:
                self._top(inner, main=True)
            return
        if isinstance(node, ast.If) and _is_type_checking(node):
            for inner in node.orelse:
                self._top(inner, main=main)
            return
        touches = tuple(_touches(node))
        if touches:
            self.effects.append(Effect(node, node.lineno, touches, main))
        for binding in _bindings(node, node):
            self.bindings.setdefault(binding.name, []).append(binding)
        for inner in _flat([node]):
            if isinstance(inner, ast.ImportFrom) and any(alias.name == "*" for alias in inner.names):
                self.stars.append((inner.module or "", inner.level))


def chain_of(node: ast.expr) -> Chain:
    """Return a dotted name's parts, or nothing where there is more to it.

    >>> chain_of(ast.parse("a.b.c", mode="eval").body)
    ('a', 'b', 'c')
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    return (node.id, *reversed(parts))


def _is_main_guard(node: ast.If) -> bool:
    return ast.unparse(node.test) in {"__name__ == '__main__'", "'__main__' == __name__"}


def _is_type_checking(node: ast.If) -> bool:
    return chain_of(node.test)[-1:] == ("TYPE_CHECKING",)


_BLOCKS = ("body", "orelse", "finalbody")


def _flat(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those in their blocks, but not those inside of functions and classes."""
    for node in body:
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for block in _BLOCKS:
            yield from _flat(getattr(node, block, ()))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _flat(part.body)


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign():
            for target in node.targets:
                for each in ast.walk(target):
                    if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                        yield each.id, node.value
        case ast.AnnAssign(target=ast.Name(id=name)) if node.value is not None:
            yield name, node.value
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name, node.value
        case _:
            return


def _bindings(node: ast.stmt, top: ast.stmt) -> Iterator[Binding]:
    for each in _flat([node]):
        match each:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield Binding(each.name, each.lineno, "def", each)
            case ast.ClassDef():
                yield Binding(each.name, each.lineno, "class", each)
            case ast.ImportFrom():
                for alias in each.names:
                    origin = (each.module or "", each.level, alias.name)
                    yield Binding(alias.asname or alias.name, each.lineno, "import", each, origin)
            case ast.Import():
                for alias in each.names:
                    yield Binding(alias.asname or alias.name.partition(".")[0], each.lineno, "import", each)
            case _:
                yield from _value_bindings(each, top)


def _value_bindings(each: ast.stmt, top: ast.stmt) -> Iterator[Binding]:
    names = {name for name, _ in _assigned(each)}
    for name in sorted(names):
        yield Binding(name, each.lineno, "assign" if each is top else "other", top)
    for part in _own_expressions(each):
        for inner in ast.walk(part):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.id not in names:
                yield Binding(inner.id, each.lineno, "other", top)


def _own_expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement's own expressions, without its blocks."""
    for name, value in ast.iter_fields(node):
        if name in {"body", "orelse", "finalbody", "handlers", "cases", "decorator_list"}:
            continue
        parts: list[object] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] # ast fields are untyped
        for part in parts:
            if isinstance(part, ast.AST):
                yield part


def _touches(node: ast.stmt) -> Iterator[Touch]:
    """Yield what a top-level statement does to others, its blocks included."""
    loops = {
        name.id for each in _flat([node]) if isinstance(each, (ast.For, ast.AsyncFor)) for name in _names(each.target)
    }
    for each in _flat([node]):
        for touch in _touched_by(each):
            yield touch._replace(chain=()) if touch.chain[:1] and touch.chain[0] in loops else touch


def _names(target: ast.expr) -> Iterator[ast.Name]:
    return (each for each in ast.walk(target) if isinstance(each, ast.Name))


def _touched_by(node: ast.stmt) -> Iterator[Touch]:
    match node:
        case ast.Expr():
            yield from _calls(node.value)
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Delete():
            yield from _stores(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _decorators(node.decorator_list, node.name)
        case ast.ClassDef():
            yield from _decorators(node.decorator_list, node.name)
            yield from _class_body(node)
            if node.bases or node.keywords:
                yield Touch((node.name,), "class", name=node.name)
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                yield from (
                    touch for touch in _calls(item.context_expr) if not touch.chain or touch.chain[-1] != "open"
                )
        case _:
            return


def _class_body(node: ast.ClassDef) -> Iterator[Touch]:
    for each in _flat(node.body):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _decorators(each.decorator_list, "")
        elif isinstance(each, ast.Expr):
            yield from _calls(each.value)


def _stores(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete) -> Iterator[Touch]:
    targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [node.target]
    for target in targets:
        for each in ast.walk(target):
            if isinstance(each, (ast.Attribute, ast.Subscript)) and isinstance(each.ctx, (ast.Store, ast.Del)):
                yield Touch(_stored_chain(each), "store")
    value = None if isinstance(node, ast.Delete) else node.value
    if isinstance(node, ast.Assign) and isinstance(value, ast.Call) and isinstance(targets[0], ast.Name):
        yield Touch(chain_of(value.func), "assigned", name=targets[0].id)


def _stored_chain(node: ast.Attribute | ast.Subscript) -> Chain:
    """Return the owner of what is stored, down to the first item."""
    owner: ast.expr = node.value
    while isinstance(owner, ast.Subscript):
        owner = owner.value
    return chain_of(owner)


def _decorators(decorators: Sequence[ast.expr], name: str) -> Iterator[Touch]:
    for decorator in decorators:
        wraps, called = 0, decorator
        while isinstance(called, ast.Call):
            wraps, called = wraps + 1, called.func
        yield Touch(chain_of(called), "decorate", wraps=wraps, name=name)


def _calls(node: ast.expr) -> Iterator[Touch]:
    stack: list[ast.AST] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, ast.Lambda):
            continue
        if isinstance(each, ast.Call) and not _is_on_literal(each.func):
            first = chain_of(each.args[0]) if each.args else ()
            yield Touch(chain_of(each.func), "call", first=first)
        stack.extend(ast.iter_child_nodes(each))


def _is_on_literal(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and isinstance(func.value, (ast.Constant, ast.JoinedStr))

"""How imports, calls and moves on the stack are read. Knows nothing of live values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.flow.behaviour.code.decode import Op
from loomwork.flow.behaviour.code.stack import MUTATORS, Const, Derived, Imported, Null, Own, Symbol, use
from loomwork.flow.behaviour.code.tokens import Ref

if TYPE_CHECKING:
    from loomwork.flow.behaviour.code.reader import Reader


def import_name(reader: Reader, op: Op) -> None:
    """Import a module."""
    names, level = reader.stack.pop(), reader.stack.pop()
    del reader.tokens[-2:]
    reader.tokens.append("IMPORT")
    found = isinstance(names, Const) and names.value is not None
    depth = level.value if isinstance(level, Const) else 0
    module = reader.scope.code.co_names[op[1]]
    if isinstance(names, Const) and names.value == ("*",):
        reader.stack.push(reader.import_blank(Imported(module, int(str(depth)), True, ())))
        return
    reader.stack.push(Imported(module, int(str(depth)), found, ()))


def import_from(reader: Reader, op: Op) -> None:
    """Take a name from a module."""
    module = reader.stack.peek()
    name = reader.scope.code.co_names[op[1]]
    if isinstance(module, Imported):
        if module.fromlist:
            reader.stack.push(module._replace(attrs=(name,)))
        else:
            reader.stack.push(Imported(f"{module.module}", module.level, True, ()))
        return
    reader.tokens.append(("IMPORT_FROM", name))
    reader.stack.push(None)


def kw_names(reader: Reader, op: Op) -> None:
    """Name the keyword arguments of the next call."""
    names: tuple[str, ...] = reader.scope.code.co_consts[op[1]]
    reader.tokens.append(("KEYWORDS", names))


def call(reader: Reader, op: Op) -> None:
    """Call something."""
    reader.tokens.append(("CALL", op[1]))
    arguments = [reader.stack.pop() for _ in range(op[1])][::-1]
    if op[0] == "CALL_KW":
        use(arguments.pop() if arguments else None, "value")
        arguments.insert(0, reader.stack.pop())
    pair = (reader.stack.pop(), reader.stack.pop())
    callee = next((each for each in pair if not isinstance(each, Null)), None)
    use(callee, "call")
    target = callee if isinstance(callee, Ref) else None
    for argument in arguments:
        use(argument, "value", target)
    if target is not None:
        if target.name in {"setattr", "delattr"} and not target.attrs and arguments:
            reader.mutates(arguments[0], "attribute", str(_text([*arguments, None][1]) or ""))
        if target.attrs and target.attrs[-1] in MUTATORS:
            reader.mutates(target, "method")
        if target.args is None:
            target.args = tuple(_text(each) for each in arguments)
    reader.stack.push(None)


def call_spread(reader: Reader, op: Op) -> None:
    """Call something with `*` or `**`."""
    reader.tokens.append(("CALL_SPREAD", op[1]))
    for _ in range(1 + (op[1] & 1)):
        use(reader.stack.pop(), "value")
    pair = (reader.stack.pop(), reader.stack.pop())
    use(next((each for each in pair if not isinstance(each, Null)), None), "call")
    reader.stack.push(None)


def subscript(reader: Reader, _op: Op) -> None:
    """Take an item."""
    reader.tokens.append("BINARY_SUBSCR")
    use(reader.stack.pop(), "value")
    owner = reader.stack.pop()
    use(owner, "subscript")
    reader.stack.push(_inside(owner))


def copy(reader: Reader, op: Op) -> None:
    """Repeat a symbol."""
    reader.tokens.append((op[0], op[1]))
    reader.stack.push(reader.stack.peek(op[1]))


def swap(reader: Reader, op: Op) -> None:
    """Exchange two symbols."""
    if not isinstance(reader.stack.peek(), Imported) and not isinstance(reader.stack.peek(op[1]), Imported):
        reader.tokens.append((op[0], op[1]))
    reader.stack.swap(op[1])


def pop_top(reader: Reader, _op: Op) -> None:
    """Drop the top."""
    symbol = reader.stack.pop()
    if not isinstance(symbol, Imported):
        reader.tokens.append("POP_TOP")
        use(symbol, "value")


def _inside(owner: Symbol) -> Symbol:
    if isinstance(owner, Ref):
        return Derived(owner)
    return owner if isinstance(owner, (Derived, Own)) else None


def _text(symbol: Symbol) -> object:
    return symbol.value if isinstance(symbol, Const) and isinstance(symbol.value, str) else None

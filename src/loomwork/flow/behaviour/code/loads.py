"""How instructions that load are read. Knows nothing of live values."""

from __future__ import annotations

import dis
from types import CodeType
from typing import TYPE_CHECKING

from loomwork.flow.behaviour.code.decode import Op
from loomwork.flow.behaviour.code.stack import MUTATORS, NULL, Const, Derived, Imported, Own, Symbol, use
from loomwork.flow.behaviour.code.tokens import Blank, Ref, literal

if TYPE_CHECKING:
    from loomwork.flow.behaviour.code.reader import Reader

_METHOD_BIT = "LOAD_METHOD" not in dis.opmap


def load_global(reader: Reader, op: Op) -> None:
    """Load a global, or a builtin."""
    index, called = op[1] >> 1, op[1] & 1
    if called:
        reader.stack.push(NULL)
    reader.stack.push(reader.blank(Ref("global", reader.scope.code.co_names[index], reader.scope.depth)))


def load_name(reader: Reader, op: Op) -> None:
    """Load a name in a class body or at the top of a module."""
    name = reader.scope.code.co_names[op[1]]
    if reader.scope.is_body and name == "__name__":
        reader.stack.push(None)
        return
    if reader.scope.is_body:
        reader.tokens.append(("LOAD_NAME", name))
    reader.stack.push(reader.blank(Ref("global", name, reader.scope.depth)))


def load_local(reader: Reader, op: Op) -> None:
    """Load a local; one that an import has bound stands for what was imported."""
    name = reader.scope.slots[op[1]]
    known = reader.known.get(name)
    if isinstance(known, Imported):
        reader.stack.push(reader.import_blank(known))
        return
    reader.tokens.append(("LOAD", reader.scope.place(name)))
    if known is None and reader.scope.depth == 0 and reader.scope.arguments[:1] == (name,):
        known = Own("") if reader.scope.stores[name] == 1 else None
    reader.stack.push(known)


def load_deref(reader: Reader, op: Op) -> None:
    """Load a variable of an enclosing function."""
    name = reader.scope.slots[op[1]]
    if reader.scope.is_free(name):
        reader.stack.push(reader.blank(Ref("free", name, reader.scope.depth)))
    else:
        load_local(reader, op)


def load_closure(reader: Reader, _op: Op) -> None:
    """Hand a variable on to an inner function; the names say enough."""
    reader.stack.push(None)


def load_const(reader: Reader, op: Op) -> None:
    """Load a literal, or the code of an inner function."""
    value: object = reader.scope.code.co_consts[op[1]]
    if isinstance(value, CodeType):
        inner = reader.inside(value)
        reader.tokens.append(("CODE", inner))
        reader.stack.push(None)
        return
    reader.tokens.append(("CONST", literal(value)))
    reader.stack.push(Const(value))


def push_null(reader: Reader, _op: Op) -> None:
    """Make place beside a callable."""
    reader.stack.push(NULL)


def load_attr(reader: Reader, op: Op) -> None:
    """Ask for an attribute."""
    index = op[1] >> 1 if _METHOD_BIT else op[1]
    _attribute(reader, reader.scope.code.co_names[index], method=bool(_METHOD_BIT and op[1] & 1))


def load_method(reader: Reader, op: Op) -> None:
    """Ask for an attribute that is called at once."""
    _attribute(reader, reader.scope.code.co_names[op[1]], method=True)


def _attribute(reader: Reader, name: str, *, method: bool) -> None:
    owner = reader.stack.pop()
    last = reader.tokens[-1] if reader.tokens else None
    if isinstance(owner, Ref) and isinstance(last, Blank) and last.ref is owner:
        owner.attrs.append(name)
        reached: Symbol = owner
    else:
        reader.tokens.append(("ATTR", name))
        reader.out.names.add(name)
        reached = _reach(reader, owner, name, method=method)
    if method:
        reader.stack.push(NULL)
    reader.stack.push(reached)


def _reach(reader: Reader, owner: Symbol, name: str, *, method: bool) -> Symbol:
    if isinstance(owner, Own):
        if method and owner.path and name in MUTATORS:
            reader.out.own_stores.add(owner.path)
        return Own(owner.path or name)
    if isinstance(owner, (Ref, Derived)):
        use(owner, "owner")
        if method and name in MUTATORS:
            reader.mutates(owner, "method")
        return owner if isinstance(owner, Derived) else Derived(owner)
    return None

"""How instructions that bind or change something are read. Knows nothing of live values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.flow.behaviour.code.decode import Op
from loomwork.flow.behaviour.code.stack import Derived, Imported, Own, Ref, use
from loomwork.flow.behaviour.code.tokens import Mutation

if TYPE_CHECKING:
    from loomwork.flow.behaviour.code.reader import Reader


def store_local(reader: Reader, op: Op) -> None:
    """Bind a local."""
    name = reader.scope.slots[op[1]]
    value = reader.stack.pop()
    if op[0] == "STORE_DEREF" and reader.scope.is_free(name):
        reader.out.mutations.append(Mutation(None, name, "closure", reader.scope.depth))
    once = reader.scope.stores[name] == 1 and name not in reader.scope.code.co_cellvars
    if once and isinstance(value, Imported):
        reader.known[name] = value
        return
    if isinstance(value, Imported):
        value = reader.import_blank(value)
    reader.tokens.append(("STORE", reader.scope.place(name)))
    use(value, "value")
    if once and isinstance(value, (Ref, Derived)):
        reader.known[name] = value if isinstance(value, Derived) else Derived(value)


def store_global(reader: Reader, op: Op) -> None:
    """Bind or delete a global."""
    name = reader.scope.code.co_names[op[1]]
    if op[0] != "DELETE_GLOBAL":
        use(reader.stack.pop(), "value")
    reader.tokens.append((op[0], name))
    reader.out.mutations.append(Mutation(None, name, "rebound", reader.scope.depth))


def store_name(reader: Reader, op: Op) -> None:
    """Bind a name in a class body or at the top of a module."""
    name = reader.scope.code.co_names[op[1]]
    value = reader.stack.pop()
    if reader.scope.is_body and name == "__module__":
        return
    if reader.scope.is_body and name == "__qualname__":
        reader.tokens.pop()
        return
    if isinstance(value, Imported):
        value = reader.import_blank(value)
    use(value, "value")
    reader.tokens.append(("STORE_NAME", name))


def store_attr(reader: Reader, op: Op) -> None:
    """Set or delete an attribute."""
    name = reader.scope.code.co_names[op[1]]
    owner = reader.stack.pop()
    if op[0] == "STORE_ATTR":
        use(reader.stack.pop(), "value")
    reader.tokens.append((op[0], name))
    if isinstance(owner, Own):
        reader.out.own_stores.add(owner.path or name)
    use(owner, "owner")
    reader.mutates(owner, "attribute", name)


def store_item(reader: Reader, op: Op) -> None:
    """Set or delete an item."""
    arity = {"STORE_SUBSCR": 3, "DELETE_SUBSCR": 2, "STORE_SLICE": 4}[op[0]]
    reader.tokens.append(op[0])
    owner = reader.stack.peek(arity - (op[0] != "DELETE_SUBSCR"))
    if isinstance(owner, Own) and owner.path:
        reader.out.own_stores.add(owner.path)
    reader.mutates(owner, "item")
    for _ in range(arity):
        taken = reader.stack.pop()
        if taken is not owner:
            use(taken, "value")
    use(owner, "owner")

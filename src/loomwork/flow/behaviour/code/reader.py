"""Step through a function's instructions, following what comes from outside. Knows nothing of live values.

Each instruction becomes a token; a load from outside becomes a reference, and the attributes asked for right after it
become part of the reference, so that `clean` and `helpers.clean` read alike once they are resolved.
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import CodeType

from loomwork.flow.behaviour.code.decode import Op, decode
from loomwork.flow.behaviour.code.scope import Scope
from loomwork.flow.behaviour.code.stack import (
    MUTATORS,
    NULL,
    Const,
    Derived,
    Imported,
    Null,
    Own,
    Stack,
    Symbol,
    mutation,
    use,
)
from loomwork.flow.behaviour.code.tokens import Mutation, Ref, literal

_ENDS = frozenset({"JUMP", "RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"})
_METHOD_BIT = "LOAD_METHOD" not in dis.opmap
_SAFE_CONTAINER = frozenset({"BINARY_SUBSCR", "CONTAINS_OP", "IS_OP", "CHECK_EXC_MATCH", "COMPARE_OP"})


class Gathered:
    """What the readers of a function and of the functions inside of it found."""

    def __init__(self) -> None:
        self.refs: list[Ref] = []
        self.mutations: list[Mutation] = []
        self.names: set[str] = set()
        self.own_stores: set[str] = set()


class _Blank:
    """The place of a reference in the tokens; its repr is all that the digest sees."""

    __slots__ = ("ref",)

    def __init__(self, ref: Ref) -> None:
        self.ref = ref

    def __repr__(self) -> str:
        return "<?>"


class Reader:
    """Reads one code object."""

    def __init__(self, scope: Scope, gathered: Gathered, *, module: bool = False) -> None:
        self.scope = scope
        self.out = gathered
        self.module = module
        self.tokens: list[object] = []
        self.stack = Stack()
        self.known: dict[str, Symbol] = {}
        self.keywords = 0

    def read(self) -> tuple[object, ...]:
        """Return the tokens of the code object."""
        ops, handlers = decode(self.scope.code)
        caught = {handler for _, _, handler, _ in handlers}
        labels = sorted({op[2] for op in ops if op[2] >= 0} | {at for each in handlers for at in each[:3]})
        numbers = {at: number for number, at in enumerate(labels)}
        self._count_stores(ops)
        saved: dict[int, Stack] = {}
        dead = False
        for at, op in enumerate(ops):
            if at in numbers:
                self.tokens.append(numbers[at])
                self._arrive(at, saved, dead=dead, caught=at in caught)
                dead = False
            if op[2] >= 0:
                self._jump(op, numbers, saved)
            else:
                _STEPS.get(op[0], Reader._other)(self, op)
            dead = dead or op[0] in _ENDS
        ranges = tuple((numbers[a], numbers[b], numbers[c], d) for a, b, c, d in handlers)
        return (self.scope.header(), self.tokens, ranges)

    def _count_stores(self, ops: list[Op]) -> None:
        slots = self.scope.slots
        for name, arg, _, _ in ops:
            if name in {"STORE_FAST", "STORE_DEREF", "DELETE_FAST", "DELETE_DEREF"}:
                self.scope.stores[slots[arg]] += 1
        for argument in self.scope.arguments:
            self.scope.stores[argument] += 1

    def _arrive(self, at: int, saved: dict[int, Stack], *, dead: bool, caught: bool) -> None:
        before = saved.pop(at, None)
        if caught:
            self.stack = Stack()
        elif dead:
            self.stack = before or Stack()
        elif before is not None:
            self.stack = self.stack.merged(before)

    def _jump(self, op: Op, numbers: dict[int, int], saved: dict[int, Stack]) -> None:
        name, arg, target, opcode = op
        self.tokens.append((name, numbers[target]))
        there = self.stack.copy()
        _shrink(there, dis.stack_effect(opcode, arg, jump=True))
        if target not in saved:
            saved[target] = there
        _shrink(self.stack, dis.stack_effect(opcode, arg, jump=False))

    # -- loads ------------------------------------------------------------------------------------------------------

    def _blank(self, ref: Ref) -> Ref:
        self.out.refs.append(ref)
        self.tokens.append(_Blank(ref))
        return ref

    def _load_global(self, op: Op) -> None:
        index, called = op[1] >> 1, op[1] & 1
        if called:
            self.stack.push(NULL)
        self.stack.push(self._blank(Ref("global", self.scope.code.co_names[index], self.scope.depth)))

    def _load_name(self, op: Op) -> None:
        name = self.scope.code.co_names[op[1]]
        if self.scope.is_body and name == "__name__":
            self.stack.push(None)
            return
        if self.scope.is_body:
            self.tokens.append(("LOAD_NAME", name))
        self.stack.push(self._blank(Ref("global", name, self.scope.depth)))

    def _load_local(self, op: Op) -> None:
        name = self.scope.slots[op[1]]
        known = self.known.get(name)
        if isinstance(known, Imported):
            self.stack.push(self._import_blank(known))
            return
        self.tokens.append(("LOAD", self.scope.place(name)))
        if known is None and self.scope.depth == 0 and self.scope.arguments[:1] == (name,):
            known = Own("") if self.scope.stores[name] == 1 else None
        self.stack.push(known)

    def _load_deref(self, op: Op) -> None:
        name = self.scope.slots[op[1]]
        if self.scope.is_free(name):
            self.stack.push(self._blank(Ref("free", name, self.scope.depth)))
        else:
            self._load_local(op)

    def _load_closure(self, _op: Op) -> None:
        self.stack.push(None)

    def _load_const(self, op: Op) -> None:
        value: object = self.scope.code.co_consts[op[1]]
        if isinstance(value, CodeType):
            inner = Reader(Scope(value, self.scope), self.out).read()
            self.tokens.append(("CODE", inner))
            self.stack.push(None)
            return
        self.tokens.append(("CONST", literal(value)))
        self.stack.push(Const(value))

    def _push_null(self, _op: Op) -> None:
        self.stack.push(NULL)

    # -- attributes -------------------------------------------------------------------------------------------------

    def _load_attr(self, op: Op) -> None:
        index = op[1] >> 1 if _METHOD_BIT else op[1]
        self._attribute(self.scope.code.co_names[index], method=bool(_METHOD_BIT and op[1] & 1))

    def _load_method(self, op: Op) -> None:
        self._attribute(self.scope.code.co_names[op[1]], method=True)

    def _attribute(self, name: str, *, method: bool) -> None:
        owner = self.stack.pop()
        last = self.tokens[-1] if self.tokens else None
        if isinstance(owner, Ref) and isinstance(last, _Blank) and last.ref is owner:
            owner.attrs.append(name)
            reached: Symbol = owner
        else:
            self.tokens.append(("ATTR", name))
            self.out.names.add(name)
            reached = self._reach(owner, name, method=method)
        if method:
            self.stack.push(NULL)
        self.stack.push(reached)

    def _reach(self, owner: Symbol, name: str, *, method: bool) -> Symbol:
        if isinstance(owner, Own):
            if method and owner.path and name in MUTATORS:
                self.out.own_stores.add(owner.path)
            return Own(owner.path or name)
        if isinstance(owner, (Ref, Derived)):
            use(owner, "owner")
            if method and name in MUTATORS:
                self._mutates(owner, "method")
            return owner if isinstance(owner, Derived) else Derived(owner)
        return None

    # -- stores -----------------------------------------------------------------------------------------------------

    def _store_local(self, op: Op) -> None:
        name = self.scope.slots[op[1]]
        value = self.stack.pop()
        if op[0] == "STORE_DEREF" and self.scope.is_free(name):
            self.out.mutations.append(Mutation(None, name, "closure", self.scope.depth))
        once = self.scope.stores[name] == 1 and name not in self.scope.code.co_cellvars
        if once and isinstance(value, Imported):
            self.known[name] = value
            return
        if isinstance(value, Imported):
            value = self._import_blank(value)
        self.tokens.append(("STORE", self.scope.place(name)))
        use(value, "value")
        if once and isinstance(value, (Ref, Derived)):
            self.known[name] = value if isinstance(value, Derived) else Derived(value)

    def _store_global(self, op: Op) -> None:
        name = self.scope.code.co_names[op[1]]
        if op[0] != "DELETE_GLOBAL":
            use(self.stack.pop(), "value")
        self.tokens.append((op[0], name))
        self.out.mutations.append(Mutation(None, name, "rebound", self.scope.depth))

    def _store_name(self, op: Op) -> None:
        name = self.scope.code.co_names[op[1]]
        value = self.stack.pop()
        if self.scope.is_body and name == "__module__":
            return
        if self.scope.is_body and name == "__qualname__":
            self.tokens.pop()
            return
        if isinstance(value, Imported):
            value = self._import_blank(value)
        use(value, "value")
        self.tokens.append(("STORE_NAME", name))

    def _store_attr(self, op: Op) -> None:
        name = self.scope.code.co_names[op[1]]
        owner = self.stack.pop()
        if op[0] == "STORE_ATTR":
            use(self.stack.pop(), "value")
        self.tokens.append((op[0], name))
        if isinstance(owner, Own):
            self.out.own_stores.add(owner.path or name)
        use(owner, "owner")
        self._mutates(owner, "attribute", name)

    def _store_item(self, op: Op) -> None:
        arity = {"STORE_SUBSCR": 3, "DELETE_SUBSCR": 2, "STORE_SLICE": 4}[op[0]]
        self.tokens.append(op[0])
        owner = self.stack.peek(arity - (op[0] != "DELETE_SUBSCR"))
        if isinstance(owner, Own) and owner.path:
            self.out.own_stores.add(owner.path)
        self._mutates(owner, "item")
        for _ in range(arity):
            taken = self.stack.pop()
            if taken is not owner:
                use(taken, "value")
        use(owner, "owner")

    def _mutates(self, owner: Symbol, how: str, attr: str = "") -> None:
        found = mutation(owner, how, self.scope.depth, attr)
        if found is not None:
            self.out.mutations.append(found)

    # -- imports ----------------------------------------------------------------------------------------------------

    def _import_name(self, op: Op) -> None:
        names, level = self.stack.pop(), self.stack.pop()
        del self.tokens[-2:]
        self.tokens.append("IMPORT")
        found = isinstance(names, Const) and names.value is not None
        depth = level.value if isinstance(level, Const) else 0
        module = self.scope.code.co_names[op[1]]
        if isinstance(names, Const) and names.value == ("*",):
            self.stack.push(self._import_blank(Imported(module, int(str(depth)), True, ())))
            return
        self.stack.push(Imported(module, int(str(depth)), found, ()))

    def _import_from(self, op: Op) -> None:
        module = self.stack.peek()
        name = self.scope.code.co_names[op[1]]
        if isinstance(module, Imported):
            if module.fromlist:
                self.stack.push(module._replace(attrs=(name,)))
            else:
                self.stack.push(Imported(f"{module.module}", module.level, True, ()))
            return
        self.tokens.append(("IMPORT_FROM", name))
        self.stack.push(None)

    def _import_blank(self, found: Imported) -> Ref:
        ref = Ref("import", found.module, self.scope.depth, level=found.level, fromlist=found.fromlist)
        ref.attrs.extend(found.attrs)
        return self._blank(ref)

    # -- calls and the rest -----------------------------------------------------------------------------------------

    def _kw_names(self, op: Op) -> None:
        names: tuple[str, ...] = self.scope.code.co_consts[op[1]]
        self.tokens.append(("KEYWORDS", names))

    def _call(self, op: Op) -> None:
        self.tokens.append(("CALL", op[1]))
        arguments = [self.stack.pop() for _ in range(op[1])][::-1]
        if op[0] == "CALL_KW":
            use(arguments.pop() if arguments else None, "value")
            arguments.insert(0, self.stack.pop())
        pair = (self.stack.pop(), self.stack.pop())
        callee = next((each for each in pair if not isinstance(each, Null)), None)
        use(callee, "call")
        target = callee if isinstance(callee, Ref) else None
        for argument in arguments:
            use(argument, "value", target)
        if target is not None:
            if target.name in {"setattr", "delattr"} and not target.attrs and arguments:
                self._mutates(arguments[0], "attribute", str(_text((arguments + [None])[1]) or ""))
            if target.attrs and target.attrs[-1] in MUTATORS:
                self._mutates(target, "method")
            if target.args is None:
                target.args = tuple(_text(each) for each in arguments)
        self.stack.push(None)

    def _call_spread(self, op: Op) -> None:
        self.tokens.append(("CALL_SPREAD", op[1]))
        for _ in range(1 + (op[1] & 1)):
            use(self.stack.pop(), "value")
        pair = (self.stack.pop(), self.stack.pop())
        use(next((each for each in pair if not isinstance(each, Null)), None), "call")
        self.stack.push(None)

    def _subscript(self, _op: Op) -> None:
        self.tokens.append("BINARY_SUBSCR")
        use(self.stack.pop(), "value")
        owner = self.stack.pop()
        use(owner, "subscript")
        self.stack.push(_inside(owner))

    def _copy(self, op: Op) -> None:
        self.tokens.append((op[0], op[1]))
        self.stack.push(self.stack.peek(op[1]))

    def _swap(self, op: Op) -> None:
        if not isinstance(self.stack.peek(), Imported) and not isinstance(self.stack.peek(op[1]), Imported):
            self.tokens.append((op[0], op[1]))
        self.stack.swap(op[1])

    def _pop_top(self, _op: Op) -> None:
        symbol = self.stack.pop()
        if not isinstance(symbol, Imported):
            self.tokens.append("POP_TOP")
            use(symbol, "value")

    def _other(self, op: Op) -> None:
        name, arg, _, opcode = op
        code = self.scope.code
        shown: object = arg
        if opcode in _BY_NAME:
            shown = code.co_names[arg]
        elif opcode in _BY_LOCAL:
            shown = self.scope.place(self.scope.slots[arg])
        self.tokens.append((name, shown))
        safe = name in _SAFE_CONTAINER
        _shrink(self.stack, dis.stack_effect(opcode, arg if opcode >= dis.HAVE_ARGUMENT else None), safe=safe)
        if name not in _PUSHES_NOTHING and self.stack.items:
            use(self.stack.pop(), "subscript" if safe else "value")
            self.stack.push(None)


def _inside(owner: Symbol) -> Symbol:
    if isinstance(owner, Ref):
        return Derived(owner)
    return owner if isinstance(owner, (Derived, Own)) else None


def _text(symbol: Symbol) -> object:
    return symbol.value if isinstance(symbol, Const) and isinstance(symbol.value, str) else None


def _shrink(stack: Stack, effect: int, *, safe: bool = False) -> None:
    for _ in range(-effect):
        use(stack.pop(), "subscript" if safe else "value")
    for _ in range(effect):
        stack.push(None)


_BY_NAME = frozenset(dis.hasname)
_BY_LOCAL = frozenset((*dis.haslocal, *dis.hasfree))
_PUSHES_NOTHING = frozenset({"RETURN_VALUE", "POP_EXCEPT", "RERAISE", "RAISE_VARARGS", "LIST_APPEND", "SET_ADD"})

_STEPS: dict[str, Callable[[Reader, Op], None]] = {
    "LOAD_GLOBAL": Reader._load_global,
    "LOAD_NAME": Reader._load_name,
    "LOAD_FAST": Reader._load_local,
    "LOAD_FAST_CHECK": Reader._load_local,
    "LOAD_DEREF": Reader._load_deref,
    "LOAD_CLASSDEREF": Reader._load_deref,
    "LOAD_CLOSURE": Reader._load_closure,
    "LOAD_CONST": Reader._load_const,
    "LOAD_ATTR": Reader._load_attr,
    "LOAD_METHOD": Reader._load_method,
    "PUSH_NULL": Reader._push_null,
    "STORE_FAST": Reader._store_local,
    "STORE_DEREF": Reader._store_local,
    "STORE_GLOBAL": Reader._store_global,
    "DELETE_GLOBAL": Reader._store_global,
    "STORE_NAME": Reader._store_name,
    "STORE_ATTR": Reader._store_attr,
    "DELETE_ATTR": Reader._store_attr,
    "STORE_SUBSCR": Reader._store_item,
    "DELETE_SUBSCR": Reader._store_item,
    "STORE_SLICE": Reader._store_item,
    "IMPORT_NAME": Reader._import_name,
    "IMPORT_FROM": Reader._import_from,
    "KW_NAMES": Reader._kw_names,
    "CALL": Reader._call,
    "CALL_KW": Reader._call,
    "CALL_FUNCTION_EX": Reader._call_spread,
    "BINARY_SUBSCR": Reader._subscript,
    "COPY": Reader._copy,
    "SWAP": Reader._swap,
    "POP_TOP": Reader._pop_top,
    "RESUME": lambda _reader, _op: None,
}

"""Step through a function's instructions, following what comes from outside. Knows nothing of live values.

Each instruction becomes a token; a load from outside becomes a reference, and the attributes asked for right after it
become part of the reference, so that `clean` and `helpers.clean` read alike once they are resolved.
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import CodeType

from loomwork.flow.behaviour.code import calls, loads, stores
from loomwork.flow.behaviour.code.decode import Op, decode
from loomwork.flow.behaviour.code.scope import Scope
from loomwork.flow.behaviour.code.stack import Imported, Stack, Symbol, mutation, use
from loomwork.flow.behaviour.code.tokens import Blank, Mutation, Ref

_ENDS = frozenset({"JUMP", "RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"})
_SAFE_CONTAINER = frozenset({"BINARY_SUBSCR", "CONTAINS_OP", "IS_OP", "CHECK_EXC_MATCH", "COMPARE_OP"})


class Gathered:
    """What the readers of a function and of the functions inside of it found."""

    def __init__(self) -> None:
        self.refs: list[Ref] = []
        self.mutations: list[Mutation] = []
        self.names: set[str] = set()
        self.own_stores: set[str] = set()


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
                STEPS.get(op[0], Reader.other)(self, op)
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

    def inside(self, code: CodeType) -> tuple[object, ...]:
        """Read a function inside of this one."""
        return Reader(Scope(code, self.scope), self.out).read()

    def blank(self, ref: Ref) -> Ref:
        """Leave a blank for a reference."""
        self.out.refs.append(ref)
        self.tokens.append(Blank(ref))
        return ref

    def import_blank(self, found: Imported) -> Ref:
        """Leave a blank for something imported."""
        ref = Ref("import", found.module, self.scope.depth, level=found.level, fromlist=found.fromlist)
        ref.attrs.extend(found.attrs)
        return self.blank(ref)

    def mutates(self, owner: Symbol, how: str, attr: str = "") -> None:
        """Note that something is changed, if it lies outside."""
        found = mutation(owner, how, self.scope.depth, attr)
        if found is not None:
            self.out.mutations.append(found)

    def other(self, op: Op) -> None:
        """Read an instruction of which only its effect on the stack is known."""
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


def _shrink(stack: Stack, effect: int, *, safe: bool = False) -> None:
    for _ in range(-effect):
        use(stack.pop(), "subscript" if safe else "value")
    for _ in range(effect):
        stack.push(None)


_BY_NAME = frozenset(dis.hasname)
_BY_LOCAL = frozenset((*dis.haslocal, *dis.hasfree))
_PUSHES_NOTHING = frozenset({"RETURN_VALUE", "POP_EXCEPT", "RERAISE", "RAISE_VARARGS", "LIST_APPEND", "SET_ADD"})

STEPS: dict[str, Callable[[Reader, Op], None]] = {
    "LOAD_GLOBAL": loads.load_global,
    "LOAD_NAME": loads.load_name,
    "LOAD_FAST": loads.load_local,
    "LOAD_FAST_CHECK": loads.load_local,
    "LOAD_DEREF": loads.load_deref,
    "LOAD_CLASSDEREF": loads.load_deref,
    "LOAD_CLOSURE": loads.load_closure,
    "LOAD_CONST": loads.load_const,
    "LOAD_ATTR": loads.load_attr,
    "LOAD_METHOD": loads.load_method,
    "PUSH_NULL": loads.push_null,
    "STORE_FAST": stores.store_local,
    "STORE_DEREF": stores.store_local,
    "STORE_GLOBAL": stores.store_global,
    "DELETE_GLOBAL": stores.store_global,
    "STORE_NAME": stores.store_name,
    "STORE_ATTR": stores.store_attr,
    "DELETE_ATTR": stores.store_attr,
    "STORE_SUBSCR": stores.store_item,
    "DELETE_SUBSCR": stores.store_item,
    "STORE_SLICE": stores.store_item,
    "IMPORT_NAME": calls.import_name,
    "IMPORT_FROM": calls.import_from,
    "KW_NAMES": calls.kw_names,
    "CALL": calls.call,
    "CALL_KW": calls.call,
    "CALL_FUNCTION_EX": calls.call_spread,
    "BINARY_SUBSCR": calls.subscript,
    "COPY": calls.copy,
    "SWAP": calls.swap,
    "POP_TOP": calls.pop_top,
    "RESUME": lambda _reader, _op: None,
}

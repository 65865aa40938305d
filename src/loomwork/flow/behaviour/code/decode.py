"""Turn a code object into instructions that formatting cannot change. Knows nothing of what they mean.

Positions, caches and no-ops are gone, jumps point to instructions instead of bytes and go straight to where a chain of
jumps ends (the compiler threads jumps only within a line, so that a line break could be seen otherwise).
"""

from __future__ import annotations

import dis
from bisect import bisect_left
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

_RELATIVE = frozenset(dis.hasjrel)
_ABSOLUTE = frozenset(dis.hasjabs)
_EXTENDED = dis.EXTENDED_ARG
_CACHE = 0
_SILENT = frozenset(
    number for name, number in dis.opmap.items() if name in {"NOP", "PRECALL", "MAKE_CELL", "COPY_FREE_VARS"}
)
_NAMES = tuple(dis.opname)
_GOTO = frozenset(
    {"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_ABSOLUTE", "JUMP", "JUMP_NO_INTERRUPT"}
)

Op = tuple[str, int, int, int]
"""(name, argument, target as an index into the instructions or -1, opcode)."""


class Decoded(NamedTuple):
    """Instructions and the ranges that handlers guard."""

    ops: list[Op]
    handlers: list[tuple[int, int, int, int]]
    """(first, end, handler, depth * 2 + lasti), all but the last as indexes into `ops`."""


def decode(code: CodeType) -> Decoded:
    """Return the instructions of `code`."""
    raw = list(_units(code.co_code))
    offsets: list[int] = []
    kept: list[tuple[int, int, int]] = []
    for unit in raw:
        if unit[1] not in _SILENT:
            offsets.append(unit[0])
            kept.append(unit[:3])

    def place(offset: int) -> int:
        return bisect_left(offsets, offset)

    goal = {unit[0]: unit[3] for unit in raw if unit[3] >= 0}
    targets = [place(goal[offset]) if offset in goal else -1 for offset, _, _ in kept]
    ops: list[Op] = []
    for index, (_, opcode, arg) in enumerate(kept):
        name = _NAMES[opcode]
        if targets[index] >= 0:
            ops.append((_undirected(name), 0, _threaded(targets[index], kept, targets), opcode))
        else:
            ops.append((name, arg, -1, opcode))
    handlers = [(place(a), place(b), place(c), d) for a, b, c, d in _handlers(code)]
    return Decoded(ops, [each for each in handlers if each[0] < each[1]])


def _threaded(target: int, kept: list[tuple[int, int, int]], targets: list[int]) -> int:
    for _ in range(8):
        if target >= len(kept) or _NAMES[kept[target][1]] not in _GOTO or targets[target] in {-1, target}:
            break
        target = targets[target]
    return target


def _undirected(name: str) -> str:
    if name in _GOTO:
        return "JUMP"
    return name.replace("_FORWARD", "").replace("_BACKWARD", "")


def _units(code: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield (offset, opcode, argument, jump offset or -1) without caches and prefixes."""
    extended = 0
    start = -1
    size = len(code)
    for offset in range(0, size, 2):
        opcode = code[offset]
        if opcode == _CACHE:
            continue
        arg = code[offset + 1] | extended
        if start < 0:
            start = offset
        if opcode == _EXTENDED:
            extended = arg << 8
            continue
        extended = 0
        goal = -1
        if opcode in _RELATIVE:
            after = offset + 2
            while after < size and code[after] == _CACHE:
                after += 2
            goal = after + 2 * (-arg if "BACKWARD" in _NAMES[opcode] else arg)
        elif opcode in _ABSOLUTE:
            goal = 2 * arg
        yield start, opcode, arg, goal
        start = -1


def _handlers(code: CodeType) -> Iterator[tuple[int, int, int, int]]:
    table = iter(code.co_exceptiontable)

    def number() -> int | None:
        byte = next(table, None)
        if byte is None:
            return None
        value = byte & 63
        while byte & 64:
            byte = next(table)
            value = (value << 6) | (byte & 63)
        return value

    while (start := number()) is not None:
        length, target, depth = number() or 0, number() or 0, number() or 0
        yield 2 * start, 2 * (start + length), 2 * target, depth

"""What every side is shown: one big trace, and a run of many rows. Standard library only: peers import it, too."""

import hashlib
import random
from collections.abc import Iterator
from typing import NamedTuple

from bench.trace import workload

BIG = 10_000
ROWS = 10_000
STEPS = ("rewrite", "retrieve", "rerank", "draft", "check", "answer")
"""Of one row; the last is called first and ends last: it calls the others."""
ROUNDS, STAGES, CALLS = 100, 9, 10
"""The big trace: a root, so many rounds beneath it, in each so many stages, in each so many calls."""
LEAVES = (("search", "handbook"), ("model", "complete"), ("tool", "lookup"))
MS = 1_000_000


class Call(NamedTuple):
    """One call of the workload, with its texts."""

    trace: str
    span: str
    parent: str
    name: str
    kind: str
    model: str
    start_ns: int
    end_ns: int
    input_tokens: int
    output_tokens: int
    asked: str
    answered: str
    failed: bool


def big(count: int = BIG, *, seed: int = 7, start_ns: int) -> list[Call]:
    """Return one trace of `count` calls, four deep, in order of start; every call was asked some 2,048 bytes."""
    chance = random.Random(seed)
    trace = _id(f"big {seed}", 32)
    moment = start_ns
    shape: list[tuple[int, int]] = [(0, -1)]
    for _ in range(ROUNDS):
        shape.append((1, 0))
        above = len(shape) - 1
        for _ in range(STAGES):
            shape.append((2, above))
            stage = len(shape) - 1
            shape += [(3, stage)] * CALLS
    shape = shape[:count]
    starts, ends = [0] * len(shape), [0] * len(shape)
    for place in range(len(shape)):
        starts[place] = moment
        moment += chance.randrange(5, 60) * MS
        at = place
        while at >= 0:
            ends[at] = moment
            at = shape[at][1]
    return [
        _call(chance, _Place(trace, seed, place, depth, above), starts[place], ends[place])
        for place, (depth, above) in enumerate(shape)
    ]


class _Place(NamedTuple):
    trace: str
    seed: int
    place: int
    depth: int
    above: int


def _call(chance: random.Random, at: _Place, start: int, end: int) -> Call:
    trace, seed, place, depth, above = at
    kind, name = LEAVES[place % len(LEAVES)] if depth == 3 else ("step", ("answer", "round", "stage")[min(depth, 2)])
    model = workload.MODELS[chance.randrange(len(workload.MODELS))] if kind == "model" else ""
    return Call(
        trace, _id(f"{seed} {place}", 16), _id(f"{seed} {above}", 16) if above >= 0 else "", f"{name}-{place}", kind,
        model, start, end, chance.randrange(200, 3000) if model else 0, chance.randrange(10, 400) if model else 0,
        workload.body(chance), sentence(chance, 12), chance.randrange(200) == 0 and depth == 3,
    )  # fmt: skip


def rows(count: int = ROWS, *, seed: int = 8, start_ns: int) -> Iterator[list[Call]]:
    """Yield one trace a row, root first: six steps, each asked and answered in a line or two."""
    chance = random.Random(seed)
    for number in range(count):
        trace = _id(f"row {seed} {number}", 32)
        spans = [_id(f"row {seed} {number} {place}", 16) for place in range(len(STEPS))]
        begin = start_ns + number * 20 * MS
        moment = begin
        question = f"Question {number}: {sentence(chance, 10)}"
        inner: list[Call] = []
        said = question
        for place, name in enumerate(STEPS[:-1]):
            took = chance.randrange(2, 40) * MS
            answer = f"{name} {number}: {sentence(chance, 14)}"
            inner.append(Call(trace, spans[place], spans[-1], name, "step", "", moment, moment + took, 0, 0, said,
                              answer, number % 50 == 49 and name == "check"))  # fmt: skip
            moment, said = moment + took, answer
        failed = any(each.failed for each in inner)
        yield [Call(trace, spans[-1], "", STEPS[-1], "step", "", begin, moment, 0, 0, question, said, failed), *inner]


def sentence(chance: random.Random, words: int) -> str:
    """Return some words of the handbook's."""
    return " ".join(chance.choices(workload.WORDS, k=words))


def _id(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]

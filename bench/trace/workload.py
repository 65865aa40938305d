"""The spans that every store under test is given. Standard library only: peers import it in their own environment."""

import hashlib
import random
from collections.abc import Iterator
from typing import NamedTuple

BODY = 2048
"""Bytes of the input of each span, none like another."""
TRACE = 20
MODELS = ("gpt-4o", "gpt-4o-mini", "qwen-max", "deepseek-chat", "claude-sonnet")
SHAPE = ("step", "search", "model", "tool")
PROSE = (
    "the answer of our handbook is that a returned item must be unused and in its original packaging when it arrives "
    "请在七天内提交申请 退款将在五个工作日内到账 shipping is free above fifty euros and takes three working days"
)
WORDS = tuple(PROSE.split())


class Made(NamedTuple):
    """One span of the workload."""

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
    body: str


def spans(count: int, *, seed: int, start_ns: int, per_trace: int = TRACE, step_ns: int = 40_000_000) -> Iterator[Made]:
    """Yield traces of a root and its children, in the order in which a program would end them (root last)."""
    chance = random.Random(seed)
    moment = start_ns
    for number in range(0, count, per_trace):
        trace = _id(f"{seed}-{number}", 32)
        root = _id(f"{seed}-{number}-0", 16)
        began = moment
        for place in range(1, min(per_trace, count - number)):
            kind = SHAPE[place % len(SHAPE)]
            took = int(chance.lognormvariate(0, 0.8) * 300_000_000)
            yield Made(
                trace, _id(f"{seed}-{number}-{place}", 16), root, f"{kind}-{place}", kind,
                MODELS[chance.randrange(len(MODELS))] if kind == "model" else "",
                moment, moment + took, chance.randrange(200, 3000), chance.randrange(10, 400), body(chance),
            )  # fmt: skip
            moment += step_ns
        yield Made(trace, root, "", "answer", "step", "", began, moment, 0, 0, body(chance))


def _id(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def body(chance: random.Random) -> str:
    """Return text of `BODY` bytes, as compressible as prose with a fresh number in every line."""
    text = ""
    while len(text.encode()) < BODY:
        text += f"{chance.getrandbits(32)} {' '.join(chance.choices(WORDS, k=12))}\n"
    return text.encode()[:BODY].decode("utf-8", "ignore").ljust(BODY // 2)

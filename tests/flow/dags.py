"""Small random applications: their text, edits to them, and what they answer when all is computed from scratch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

STEPS = 5
CONSTANTS = 3
FILES = 2
ARGUMENTS = (0, 1, 100)
"""What the last step is called with."""

Term = tuple[Any, ...]
"""("const", k) | ("file", f) | ("help",) | ("call", j, shift) | ("chain", j) | ("branch", j) | ("gather", j, k)."""

HEAD = """
import asyncio
from pathlib import Path
from loomwork.flow.step import step

HERE = Path(__file__).parent
LOG = []
"""


@dataclass(frozen=True)
class App:
    """One state of an application with its files."""

    terms: tuple[tuple[Term, ...], ...]
    moduli: tuple[int, ...]
    constants: tuple[int, ...]
    files: tuple[int, ...]
    helper: int
    comment: int = 0

    def text(self) -> str:
        """Return the module. Steps are written from the last to the first: the order of definitions does not act."""
        lines = [HEAD, *(f"K{n} = {value}" for n, value in enumerate(self.constants))]
        lines += [f"# comment {self.comment}", f"def help(v):\n    return v * {self.helper} + 1"]
        for number in reversed(range(STEPS)):
            lines += ['@step(ignore=["LOG"])', f"async def s{number}(x: int) -> int:", f"    LOG.append(({number}, x))"]
            lines += ["    acc = x", *(f"    {_line(term)}" for term in self.terms[number])]
            lines += [f"    return acc % {self.moduli[number]}"]
        return "\n".join(lines) + "\n"


def _line(term: Term) -> str:
    match term:
        case ("const", k):
            return f"acc += K{k}"
        case ("file", f):
            return f'acc += int((HERE / "f{f}.txt").read_text())'
        case ("help",):
            return "acc = help(acc)"
        case ("call", j, shift):
            return f"acc += await s{j}(x + {shift})"
        case ("chain", j):
            return f"acc += await s{j}(acc)"
        case ("branch", j):
            return f"acc += await s{j}(x + 7) if acc % 2 else 1"
        case (_, j, k):
            return f"acc += sum(await asyncio.gather(s{j}(x), s{k}(acc)))"
        case _:
            raise AssertionError(term)


Trace = tuple[Any, ...]


class Reference:
    """Computes everything from scratch."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[tuple[int, int], tuple[int, Trace]] = {}

    def answer(self, step: int, x: int) -> int:
        """Return what a call must answer."""
        return self._call(step, x)[0]

    def trace(self, step: int, x: int) -> Trace:
        """Return everything that the answer is made of: code, values, files, and the same of the calls within."""
        return self._call(step, x)[1]

    def traces(self) -> set[Trace]:
        """Return those of all calls met so far."""
        return {trace for _, trace in self._known.values()}

    def _call(self, step: int, x: int) -> tuple[int, Trace]:
        if (step, x) not in self._known:
            self._known[step, x] = self._run(step, x)
        return self._known[step, x]

    def _run(self, step: int, x: int) -> tuple[int, Trace]:
        app = self._app
        acc = x
        seen: list[Any] = [step, x, app.terms[step], app.moduli[step]]

        def nested(j: int, argument: int) -> int:
            result, trace = self._call(j, argument)
            seen.append(trace)
            return result

        for term in app.terms[step]:
            match term:
                case ("const", k):
                    acc += app.constants[k]
                case ("file", f):
                    seen.append(("file", app.files[f]))
                    acc += app.files[f]
                case ("help",):
                    acc = acc * app.helper + 1
                case ("call", j, shift):
                    acc += nested(j, x + shift)
                case ("chain", j):
                    acc += nested(j, acc)
                case ("branch", j):
                    acc += nested(j, x + 7) if acc % 2 else 1
                case (_, j, k):
                    acc += nested(j, x) + nested(k, acc)
                case _:
                    raise AssertionError(term)
        constants = [app.constants[term[1]] for term in app.terms[step] if term[0] == "const"]
        helpers = [app.helper for term in app.terms[step] if term[0] == "help"]
        return acc % app.moduli[step], (*seen, "constants", *constants, *helpers)


def terms(step: int) -> st.SearchStrategy[tuple[Term, ...]]:
    """Draw the body of a step, which may call those before it."""
    plain: list[st.SearchStrategy[Term]] = [
        st.tuples(st.just("const"), st.integers(0, CONSTANTS - 1)),
        st.tuples(st.just("file"), st.integers(0, FILES - 1)),
        st.just(("help",)),
    ]
    if step:
        earlier = st.integers(0, step - 1)
        plain += [
            st.tuples(st.just("call"), earlier, st.integers(0, 2)),
            st.tuples(st.just("chain"), earlier),
            st.tuples(st.just("branch"), earlier),
            st.tuples(st.just("gather"), earlier, earlier),
        ]
    return st.lists(st.one_of(plain), min_size=1 if step else 0, max_size=3).map(tuple)


def apps() -> st.SearchStrategy[App]:
    """Draw an application."""
    return st.builds(
        App,
        terms=st.tuples(*(terms(step) for step in range(STEPS))),
        moduli=st.tuples(*[st.integers(1, 4)] * STEPS),
        constants=st.tuples(*[st.integers(0, 2)] * CONSTANTS),
        files=st.tuples(*[st.integers(0, 2)] * FILES),
        helper=st.integers(0, 2),
    )


Edit = tuple[str, int, Any]


def edits() -> st.SearchStrategy[Edit]:
    """Draw an edit: what, where, and what to."""
    small = st.integers(0, 2)
    body = st.integers(0, STEPS - 1).flatmap(lambda step: st.tuples(st.just("terms"), st.just(step), terms(step)))
    return st.one_of(
        st.tuples(st.just("constants"), st.integers(0, CONSTANTS - 1), small),
        st.tuples(st.just("files"), st.integers(0, FILES - 1), small),
        st.tuples(st.just("moduli"), st.integers(0, STEPS - 1), st.integers(1, 4)),
        st.tuples(st.just("helper"), st.just(0), small),
        st.tuples(st.just("comment"), st.just(0), st.integers(0, 9)),
        st.tuples(st.just("back"), st.integers(0, 9), st.none()),
        body,
    )


def edited(history: list[App], edit: Edit) -> App:
    """Return the next state."""
    what, where, value = edit
    app = history[-1]
    if what == "back":
        return history[where % len(history)]
    held = getattr(app, what)
    if isinstance(held, tuple):
        value = (*held[:where], value, *held[where + 1 :])
    return replace(app, **{what: value})

"""A run's items as values to compare: digests, short texts, figures. Knows nothing of pairs."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, cast

from msgspec import Struct

from loomwork.flow.preview import preview as as_text
from loomwork.kernel.bodies import Reference
from loomwork.kernel.canonical import digest
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.usage import Money
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow
from loomwork.trace.values import preview

MOST_ITEMS = 10_000
"""Of each run."""
MOST_FIELDS = 40
ORIGIN = "_origin"
_DEEP = 3
_SHOWN = 160
_LABEL = 60
"""Characters of a value that rows are grouped by."""


class Spent(Struct):
    """What one item took, as far as it was not answered by memos."""

    ran: bool = False
    reused: bool = False
    """A part of it came from a memo: what the rest took is not what the item takes."""
    input_tokens: int = 0
    output_tokens: int = 0
    micros: dict[str, int] = {}
    requests: int = 0
    unpriced: int = 0


class Side(Struct, frozen=True, kw_only=True, gc=False):
    """One item."""

    index: int
    trial: int
    ok: bool
    input: str
    preview: str
    error: str
    trace: str
    ms: float
    output: str
    """Digest of the value; of a failed item, its error."""
    given: str
    """Names the whole input; let go of when the pairs are made, as are `keys`."""
    keys: dict[str, str]
    """Digest of each of the input's values."""
    labels: dict[str, str]
    """The input's short values."""
    figures: dict[str, float | bool]
    tokens: int
    cost: dict[str, float]


class Sides(Struct, frozen=True):
    """The items of one run."""

    items: tuple[Side, ...]
    complete: bool


def read_sides(store: Store, run: str, scorers: Iterable[str] = (), *, most: int = MOST_ITEMS) -> Sides:
    """Return a run's items by index and trial, as many as `most`, with what these scorers said of them."""
    spent = _spent(store, run)
    nothing = Spent()
    rows = store.runs.items(run)
    items = [_side(store, row, spent.get((row.index, row.trial), nothing)) for row in islice(rows, most)]
    for label in scorers:
        name, values = sys.intern(f"score.{label}"), store.scores.values(run, label)
        for item in items:
            value = values.get((item.index, item.trial))
            if value is not None:
                item.figures[name] = value
    return Sides(tuple(items), next(rows, None) is None)


def _spent(store: Store, run: str) -> dict[tuple[int, int], Spent]:
    found: dict[tuple[int, int], Spent] = {}
    for span in store.spans.placed(run, until=store.spans.newest()):
        if span.item < 0:
            continue
        each = found.setdefault((span.item, span.trial), Spent())
        if span.cached:
            each.reused = True
            continue
        each.ran = True
        each.input_tokens += span.input_tokens
        each.output_tokens += span.output_tokens
        each.requests += span.requests
        if span.cost_micros is not None:
            each.micros[span.currency] = each.micros.get(span.currency, 0) + span.cost_micros
        else:
            each.unpriced += span.requests > 0
    return found


def _side(store: Store, row: ItemRow, spent: Spent) -> Side:
    given = _value(store, row.input)
    known = _fields(given)
    ok = row.status == "ok"
    output = _value(store, row.output) if ok else None
    ms = (row.ended_ns - row.started_ns) / 1e6
    cost = {currency: float(Money(micros, currency).amount) for currency, micros in spent.micros.items()}
    return Side(
        index=row.index,
        trial=row.trial,
        ok=ok,
        input=short_input(given),
        preview=short(output) if ok else "",
        error=preview(row.error or "", _SHOWN),
        trace=row.trace,
        ms=ms,
        output=_digest(output) if ok else f"error {row.error}",
        given=row.input,
        keys={name: _digest(value) for name, value in known.items()},
        labels={name: label for name, value in known.items() if (label := _label(value)) is not None},
        figures={"ok": ok, **_taken(spent, ms, cost), **(dict(_figures(output)) if ok else {})},
        tokens=spent.input_tokens + spent.output_tokens,
        cost=cost,
    )


def _taken(spent: Spent, ms: float, cost: Mapping[str, float]) -> dict[str, float | bool]:
    """Return time, tokens and money, where no part of the item was answered by a memo and prices are known."""
    if not spent.ran or spent.reused:
        return {}
    found: dict[str, float | bool] = {"ms": ms}
    if spent.requests:
        found |= {"input_tokens": float(spent.input_tokens), "output_tokens": float(spent.output_tokens)}
    if spent.requests and not spent.unpriced:
        found |= {f"cost.{currency}": amount for currency, amount in cost.items()}
    return found


def _figures(output: object) -> Iterator[tuple[str, float | bool]]:
    """Yield the numbers and truth values of an output by name, those within objects too."""
    return islice(_numbers(output, "output", 0), MOST_FIELDS)


def _numbers(value: object, name: str, depth: int) -> Iterator[tuple[str, float | bool]]:
    if isinstance(value, bool):
        yield name, value
    elif isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return
        if math.isfinite(number):
            yield name, number
    elif isinstance(value, dict) and depth < _DEEP:
        for key, inner in cast("dict[Any, Any]", value).items():
            yield from _numbers(inner, sys.intern(f"{name}.{key}"), depth + 1)


def _value(store: Store, reference: Reference | None) -> Any:
    if reference is None:
        return None
    try:
        return decode_plain(store.blobs.get(reference))
    except LoomworkError:  # pruned, damaged: told as nothing
        return None


def _digest(value: object) -> str:
    try:
        return digest(value)
    except LoomworkError:
        return repr(value)


def _label(value: object) -> str | None:
    if isinstance(value, bool | int | float):
        return str(value)
    return value if isinstance(value, str) and 0 < len(value) <= _LABEL else None


def short(value: object) -> str:
    """Return the beginning of a value in one line, written as the grid writes it."""
    return preview(value if isinstance(value, str) else as_text(value), _SHOWN)


def short_input(given: object) -> str:
    """Return the beginning of an input in one line; the name of an only value need not be read in every row."""
    known = _fields(given)
    return short(next(iter(known.values())) if len(known) == 1 else known)


def _fields(given: object) -> dict[str, Any]:
    fields = cast("dict[Any, Any]", given) if isinstance(given, dict) else {"": given}
    return {sys.intern(str(name)): value for name, value in fields.items() if name != ORIGIN}

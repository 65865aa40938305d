"""A run as JSON lines and as CSV, an item at a time. Knows no markup.

A spreadsheet takes text that begins with `=`, `+`, `-` or `@` for a formula, and a formula can send what it sees
elsewhere: such text gets an apostrophe before it, as spreadsheets themselves write text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, RunRow
from loomwork.studio.grid.values import as_json, plain_value, said

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_MOST_KEYS = 100
_MARK = b"\xef\xbb\xbf"
"""Tells spreadsheets that the text is UTF-8."""


def jsonl(store: Store, run: RunRow) -> Iterator[bytes]:
    """Yield a line an item, as `run --out` writes them."""
    for item in store.runs.items(run.id):
        values = (as_json(plain_value(store, item.input)), as_json(plain_value(store, item.output)))
        head = b'{"index":%d,"trial":%d,"input":%b,"output":%b' % (item.index, item.trial, *values)
        yield head + b',"error":%b,"trace":%b}\n' % (as_json(item.error), as_json(item.trace))


class _Side(NamedTuple):
    """The columns of inputs or of outputs: one, or one a key."""

    name: str
    keys: tuple[str, ...]

    def heads(self) -> list[str]:
        """Return the columns' names."""
        return [f"{self.name}.{key}" for key in self.keys] if self.keys else [self.name]

    def texts(self, value: Any) -> list[str]:
        """Return an item's texts."""
        if not self.keys:
            return [_text(value)]
        held = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        return [_text(held.get(key)) for key in self.keys]


def as_csv(store: Store, run: RunRow) -> Iterator[bytes]:
    """Yield a line an item. Inputs and outputs that are objects get a column a key."""
    given, answers = _sides(store, run)
    yield _MARK + _line(["index", "trial", "status", "ms", *given.heads(), *answers.heads(), "error", "trace"])
    for item in store.runs.items(run.id):
        figures = [str(item.index), str(item.trial), item.status, f"{(item.ended_ns - item.started_ns) / 1e6:.3f}"]
        inputs, outputs = given.texts(plain_value(store, item.input)), answers.texts(plain_value(store, item.output))
        yield _line([*figures, *inputs, *outputs, safe(item.error or ""), item.trace])


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("1-1"), safe("-1")
    ("'=1+1", '1-1', "'-1")
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _sides(store: Store, run: RunRow) -> tuple[_Side, _Side]:
    return (
        _Side("input", _keys(store, (item for item in store.runs.items(run.id)), "input")),
        _Side("output", _keys(store, (item for item in store.runs.items(run.id)), "output")),
    )


def _keys(store: Store, items: Iterator[ItemRow], side: str) -> tuple[str, ...]:
    """Return the keys of all objects; none where some value is no object, or there are very many keys."""
    found: dict[str, None] = {}
    for item in items:
        value = plain_value(store, getattr(item, side))
        if value is None:
            continue
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in cast("dict[object, object]", value)):
            return ()
        found.update(dict.fromkeys(cast("dict[str, Any]", value)))
        if len(found) > _MOST_KEYS:
            return ()
    return tuple(found)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):  # a number is one: no formula begins with it
        return str(value)
    return safe(value if isinstance(value, str) else said(value))


def _line(texts: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        [text.replace("\0", "\N{REPLACEMENT CHARACTER}") for text in texts]
    )
    return line.getvalue().encode("utf-8", "replace")

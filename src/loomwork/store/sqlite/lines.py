"""Rows of spans as lines of an outline: a few columns, of many rows at once. Knows no query."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from msgspec import DecodeError, Struct, field, msgpack

from loomwork.store.outlines import SpanLine
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.spans import STATUSES

LINE = (
    "span, parent, name, kind, start_ns, end_ns, status, cached, model, input_tokens, output_tokens, cost_micros,"
    " currency, attributes, substr(CASE WHEN status = 2 AND error != '' THEN error"
    " WHEN preview_out != '' THEN preview_out ELSE preview_in END, 1, ?)"
)
"""Asked with how much of the text is wanted. Status 2 is a failure."""
LINE_STARTS = itemgetter(4)


class _Said(Struct, frozen=True, gc=False):
    """The attributes that an outline needs; the others are passed over."""

    call: str = field(default="", name="loomwork.call")
    mixed: object = field(default=None, name="loomwork.cost.parts")


_NOTHING = _Said()
_EMPTY = msgpack.encode({})
_decode = msgpack.Decoder(_Said).decode


def lines_of(rows: Sequence[Any], names: Names) -> list[SpanLine]:
    """Return the lines of rows of `LINE`."""
    numbers = {number for row in rows for number in (row[2], row[3], row[8])}
    text = {number: names.text(number) for number in numbers}
    found: list[SpanLine] = []
    for span, parent, name, kind, start, end, status, cached, model, *rest in rows:
        asked, told, cost, currency, data, line = rest
        said = _NOTHING if data == _EMPTY else _said(data)
        found.append(
            SpanLine(
                span if span.__class__ is str else span.hex(),
                parent if parent.__class__ is str else parent.hex(),
                text[name],
                text[kind],
                start,
                end,
                STATUSES[status],
                cached == 1,
                text[model],
                asked,
                told,
                cost,
                currency,
                said.mixed,
                line,
                said.call,
            )
        )
    return found


def _said(data: bytes) -> _Said:
    try:
        return _decode(data)
    except DecodeError:  # damaged, or somebody else's attribute under our name
        return _NOTHING

"""A run as one HTML file that needs no server, no script and nothing from elsewhere. Everything in it is escaped.

Its own policy forbids whatever could be fetched or executed, should a browser ever read a text as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow
from loomwork.studio.export.markdown import cell_of
from loomwork.studio.export.words import Words
from loomwork.studio.grid.held import Held
from loomwork.studio.grid.values import plain_value, said
from loomwork.studio.wire.runs import Cell, Column, GridRow, RunHead

MOST = 20_000
"""Items of a report: browsers lay out no longer table with patience."""
_CHUNK = 200
_WHOLE = 4_000
"""Characters of a whole input or output."""
_SHORT = 120
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LANGUAGES = {"en": "en", "zh": "zh-CN"}
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in range(32) if chr(code) not in "\t\n\r"}


def as_html(store: Store, held: Held, words: Words) -> Iterator[bytes]:
    """Yield the report a stretch of rows at a time."""
    head, columns = held.head(), held.columns()
    yield _top(head, columns, words, min(held.table.rows, MOST), held.table.rows)
    for start in range(0, min(held.table.rows, MOST), _CHUNK):
        places = range(start, min(start + _CHUNK, held.table.rows, MOST))
        items = store.runs.at([held.table.item_n[at] for at in places if held.table.item_n[at]])
        pairs = [(row, items.get(held.table.item_n[at])) for at, row in zip(places, held.rows(places), strict=True)]
        yield "".join(_row(store, row, item, columns, words) for row, item in pairs if row.trace or row.error).encode()
    yield b"</tbody></table></div></body></html>\n"


def text_of(text: str) -> str:
    """Return a text as HTML shows it.

    >>> text_of("<b onclick='x'>&")
    '&lt;b onclick=&#x27;x&#x27;&gt;&amp;'
    """
    return escape(text.translate(_CONTROLS).encode("utf-8", "replace").decode())


def _top(head: RunHead, columns: tuple[Column, ...], words: Words, shown: int, total: int) -> bytes:
    title = text_of(words("title", run=head.id, target=head.target))
    facts = "".join(
        f"<div><dt>{text_of(name)}</dt><dd>{text_of(fact)}</dd></div>" for name, fact in _facts(head, words)
    )
    heads = "".join(_head(column, words) for column in columns)
    first = "" if shown == total else f"<p>{text_of(words('first', count=shown, total=total))}</p>"
    return (
        f'<!doctype html>\n<html lang="{_LANGUAGES[words.language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        f'<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{_style()}</style></head><body><h1>{title}</h1><dl>{facts}</dl>{first}"
        f'<div class="table"><table><thead><tr><th scope="col">{text_of(words("index"))}</th>'
        f'<th scope="col">{text_of(words("input"))}</th>{heads}<th scope="col">{text_of(words("ms"))}</th></tr></thead>'
        "<tbody>\n"
    ).encode()


def _facts(head: RunHead, words: Words) -> list[tuple[str, str]]:
    began = datetime.fromtimestamp(head.started_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    cost = ", ".join(f"{amount:.6f} {currency}" for currency, amount in head.cost.items())
    unpriced = words("unpriced", count=head.unpriced_calls) if head.unpriced_calls else ""
    facts = [
        ("status", words(f"status.{head.status}") + (f" ({head.stopped_by})" if head.stopped_by else "")),
        ("data", head.data),
        ("started", began),
        ("items", f"{head.done} / {head.items}"),
        ("failed", str(head.failed)),
        ("calls", str(head.calls)),
        ("hits", str(head.hits)),
        ("ran", str(head.ran)),
        ("model_calls", str(head.model_calls)),
        ("tokens", f"{head.input_tokens}, {head.output_tokens}"),
        ("cost", "; ".join(each for each in (cost, unpriced) if each)),
    ]
    return [(words(name), fact) for name, fact in facts if fact]


def _head(column: Column, words: Words) -> str:
    changed = f' <span class="changed">{text_of(words("changed"))}</span>' if column.changed else ""
    return f'<th scope="col" title="{text_of(column.step)}">{text_of(column.name)}{changed}</th>'


def _row(store: Store, row: GridRow, item: ItemRow | None, columns: tuple[Column, ...], words: Words) -> str:
    given = "" if item is None else said(plain_value(store, item.input))
    answer = "" if item is None or item.output is None else said(plain_value(store, item.output))
    number = f"{row.index}" if not row.trial else f"{row.index}.{row.trial}"
    cells = "".join(_cell(cell_of(row, column), words) for column in columns[:-1])
    error = f'<div class="error">{text_of(row.error)}</div>' if row.error else ""
    state = text_of(words(f"state.{row.state}"))
    return (
        f'<tr><td class="number">{number}</td><td dir="auto">{_whole(row.input_preview or given, given, words)}</td>'
        f'{cells}<td dir="auto" class="s{row.state}" title="{state}">{_whole(answer, answer, words)}{error}</td>'
        f'<td class="number">{row.ms:.1f}</td></tr>\n'
    )


def _cell(cell: Cell | None, words: Words) -> str:
    if cell is None:
        return "<td></td>"
    count = f" ×{cell.count}" if cell.count > 1 else ""
    title = text_of(words(f"state.{cell.state}"))
    return f'<td dir="auto" class="s{cell.state}" title="{title}">{text_of(cell.preview)}{count}</td>'


def _whole(short: str, whole: str, words: Words) -> str:
    """Return a text's beginning, with all of it folded beneath where there is more."""
    shown = text_of(short[:_SHORT])
    if whole[:_SHORT] == whole and "\n" not in whole:
        return shown
    cut = f" {words('cut')}" if len(whole) > _WHOLE else ""
    body = f"<pre>{text_of(whole[:_WHOLE])}{cut}</pre>"
    return f"{shown}<details><summary>{text_of(words('whole'))}</summary>{body}</details>"


@cache
def _style() -> str:
    return (Path(__file__).parent / "report.css").read_text(encoding="utf-8")

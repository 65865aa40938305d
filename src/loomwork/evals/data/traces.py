"""Rows from what an application was asked: inputs of traces, with where each came from. Knows no terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from loomwork.evals.data.likeness import texts_in
from loomwork.evals.data.lineage import Origin, with_origin
from loomwork.evals.data.redacting import redacted
from loomwork.evals.data.sampling import How, at_random, diverse
from loomwork.evals.data.traffic import requests
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.store.protocols import Store
from loomwork.store.requests import RequestFilter
from loomwork.store.rows import SpanRow
from loomwork.store.traces import TraceQuery

MOST_LOOKED_AT = 20_000
"""Traces that are gathered before some of them are chosen."""
_PAGE = 500
_REQUEST = "request"
_END = object()
INPUT = "input"
"""The key of an input that is no object of its own."""


class Gathered(NamedTuple):
    """Rows, and what was passed over."""

    rows: list[dict[str, Any]]
    seen: int
    """Traces that fit what was asked."""
    repeated: int
    """With an input that an earlier one had."""
    unread: int
    """With an input that is gone, or that JSON cannot say."""
    more: bool
    """There are further ones."""


def rows_of_traces(
    store: Store,
    query: TraceQuery,
    *,
    most: int,
    how: How = "newest",
    seed: int = 0,
    output: str = "",
    at_ms: float = 0,
) -> Gathered:
    """Return a row for each chosen trace, each input once.

    Args:
        store: Where they are.
        query: Which traces.
        most: How many rows.
        how: The newest, some at random, or those that are most unlike each other.
        seed: Another one chooses anew.
        output: The key that gets the answer of the time; empty: it is left out.
        at_ms: When the rows were made.
    """
    return _gathered(store, _roots(store, query), most=most, how=how, seed=seed, output=output, at_ms=at_ms)


def rows_of_requests(
    store: Store,
    asked: RequestFilter,
    *,
    most: int,
    how: How = "newest",
    seed: int = 0,
    output: str = "",
    at_ms: float = 0,
    secrets: Sequence[str] | None = (),
) -> Gathered:
    """Return a row for each chosen request to the gateway, each input once: what the step or the model was given.

    Args:
        store: As of `rows_of_traces`, and so are the others.
        asked: Which requests.
        most: How many rows.
        how: Which of them.
        seed: Another one chooses anew.
        output: The key that gets the answer of the time.
        at_ms: When the rows were made.
        secrets: Values that are taken out of every text, beside what identifies a person; None: texts stay as they are.
    """
    found = _gathered(store, _called(store, asked), most=most, how=how, seed=seed, output=output, at_ms=at_ms)
    if secrets is None:
        return found
    return found._replace(rows=[redacted(row, secrets=secrets) for row in found.rows])


def _called(store: Store, asked: RequestFilter) -> Iterator[SpanRow | None]:
    """Yield the outermost call of each request; None where it made none (a cache in front answered)."""
    for request in requests(store, asked):
        spans = store.spans.trace(request.trace)
        yield next((span for span in spans if span.kind != _REQUEST and span.input is not None), None)


def _gathered(
    store: Store, spans: Iterable[SpanRow | None], *, most: int, how: How, seed: int, output: str, at_ms: float
) -> Gathered:
    rows: list[dict[str, Any]] = []
    inputs: set[bytes] = set()
    seen = repeated = unread = 0
    coming = iter(spans)
    for span in coming:
        seen += 1
        if span is None:
            unread += 1
            continue
        row = _row(store, span, output)
        if row is None:
            unread += 1
            continue
        said = msgspec.json.encode({key: value for key, value in row.items() if key != output}, order="sorted")
        if said in inputs:
            repeated += 1
            continue
        inputs.add(said)
        origin = Origin(run=span.run, item=span.item, trial=span.trial, trace=span.trace, span=span.span, at_ms=at_ms)
        rows.append(with_origin(row, origin))
        if (how == "newest" and len(rows) >= most) or seen >= MOST_LOOKED_AT:
            break
    more = len(rows) > most or next(coming, _END) is not _END
    return Gathered(_chosen(rows, most, how, seed), seen, repeated, unread, more)


def _chosen(rows: list[dict[str, Any]], most: int, how: How, seed: int) -> list[dict[str, Any]]:
    if how == "random":
        return [rows[place] for place in at_random(len(rows), most, seed=seed)]
    if how == "diverse":
        texts = [" ".join(texts_in({key: row[key] for key in row if not key.startswith("_")})) for row in rows]
        return [rows[place] for place in diverse(texts, most, seed=seed)]
    return rows[:most]


def _roots(store: Store, query: TraceQuery) -> Iterator[SpanRow]:
    mark = None
    while True:
        page = store.traces.find(query, limit=_PAGE, before=mark)
        yield from (root.row for root in page.roots)
        if page.next is None:
            return
        mark = page.next


def _row(store: Store, span: SpanRow, output: str) -> dict[str, Any] | None:
    if span.input is None:
        return None
    try:
        given = _plain(decode_plain(store.blobs.get(span.input)))
        row = cast("dict[str, Any]", given) if isinstance(given, dict) else {INPUT: given}
        row = _asked(row) if span.kind == "model" else row
        if output and span.output is not None:
            row = {**row, output: _plain(decode_plain(store.blobs.get(span.output)))}
    except (LoomworkError, TypeError, ValueError):
        return None
    return row


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a model was asked as a row: the conversation, and the last words of it.

    >>> _asked({"alias": "fast", "request": {"messages": [{"role": "user", "parts": [{"text": "hi"}]}]}})
    {'input': 'hi', 'messages': [{'role': 'user', 'parts': [{'text': 'hi'}]}]}
    """
    request = row.get("request")
    messages = cast("dict[str, Any]", request).get("messages") if isinstance(request, dict) else None
    if not isinstance(messages, list) or not messages:
        return row
    told = cast("list[dict[str, Any]]", messages)
    parts: list[dict[str, Any]] = told[-1].get("parts") or []
    texts = [str(each["text"]) for each in parts if "text" in each]
    return {INPUT: "\n".join(texts), "messages": told}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; what it cannot say raises `TypeError`."""
    return msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(value, str_keys=True)))

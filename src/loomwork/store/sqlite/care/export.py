"""Write a store out: one consistent copy, or its rows (all but calls) as JSON lines. Knows no rule of redaction."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from msgspec import json, to_builtins

from loomwork.kernel.bodies import digest_of
from loomwork.kernel.errors.store import TargetExists
from loomwork.store.reports import Exported
from loomwork.store.sqlite.care import keys, people, releases
from loomwork.store.sqlite.care.cases import exported
from loomwork.store.sqlite.care.tables import windows
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.requests import SqliteRequests
from loomwork.store.sqlite.reviews import SqliteReviews
from loomwork.store.sqlite.runs import SqliteRuns
from loomwork.store.sqlite.scores import SqliteScores
from loomwork.store.sqlite.spans import SqliteSpans

Redact = Callable[[str], str]
_TEXTS = (
    "error",
    "preview_in",
    "preview_out",
    "attributes",
    "subject",
    "dataset",
    "summary",
    "meta",
    "label",
    "reason",
    "comment",
    "reviewer",
    "said",
    "user",
    "session",
    "degraded",
)
"""Fields with words in them; ids and digests are written as they are."""
_BODIES = ("input", "output")
_encode = json.Encoder(enc_hook=str).encode


def copy(pool: Connections, path: Path) -> Exported:
    """Write a compact copy of the store as it is at one moment; others go on reading and writing."""
    with _becoming(path) as partial:
        rows = pool.row("SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM spans)")[0]
        pool.rows("VACUUM INTO ?", (str(partial),))
    return Exported(path=path, bytes=path.stat().st_size, rows=rows)


class Parts(NamedTuple):
    """What is written out."""

    runs: SqliteRuns
    spans: SqliteSpans
    scores: SqliteScores
    reviews: SqliteReviews
    requests: SqliteRequests


def lines(pool: Connections, parts: Parts, path: Path, redact: Redact) -> Exported:
    """Write runs, items, scores, reviews, cases, what people said and spans, one JSON object a line with its `type`.

    Every text goes through `redact`.
    """
    count = 0
    with _becoming(path) as partial, partial.open("wb") as file:
        for kind, row in _rows(pool, parts):
            file.write(_encode({"type": kind} | _plain(row, redact)) + b"\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return Exported(path=path, bytes=path.stat().st_size, rows=count)


@contextmanager
def _becoming(path: Path) -> Generator[Path]:
    """Give a file to write that takes its name only when it is whole."""
    if path.exists():
        raise TargetExists(path=str(path))
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _rows(pool: Connections, parts: Parts) -> Iterator[tuple[str, Any]]:
    for (run_id,) in pool.rows("SELECT id FROM runs ORDER BY started_ns, n"):
        run = parts.runs.get(run_id)
        if run is not None:
            yield "run", run
            yield from (("item", item) for item in parts.runs.items(run_id))
            for each in parts.scores.scorings(run_id):
                yield from (("score", score) for score in parts.scores.of(run_id, each.scorer))
    for (review,) in pool.rows("SELECT id FROM reviews ORDER BY n"):
        found = parts.reviews.get(review)
        if found is not None:
            yield "review", found
            yield from (("answer", answer) for answer in parts.reviews.answers(review))
    yield from exported(pool)
    for window in windows(pool, "requests"):
        yield from (("request", request) for request in parts.requests.between(*window))
    yield from people.exported(pool)
    yield from keys.exported(pool)
    yield from releases.exported(pool)
    for window in windows(pool, "spans"):
        yield from (("span", span) for span in parts.spans.between(*window))


def _plain(row: Any, redact: Redact) -> dict[str, Any]:
    if isinstance(row, dict):
        return _redacted(row, redact)
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    for name in ("summary", "meta", "said"):
        if name in fields:
            fields[name] = json.decode(fields[name]) if fields[name] else None
    for name in _BODIES:
        if fields.get(name) is not None:
            fields[name] = digest_of(fields[name])
    for name in _TEXTS:
        if name in fields:
            fields[name] = _redacted(to_builtins(fields[name], enc_hook=str), redact)
    return fields


def _redacted(value: Any, redact: Redact) -> Any:
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: _redacted(each, redact) for key, each in cast("dict[str, Any]", value).items()}
        case list():
            return [_redacted(each, redact) for each in cast("list[Any]", value)]
        case _:
            return value

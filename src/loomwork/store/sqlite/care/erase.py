"""Remove a person from a store: what is marked as theirs, what it led to, and whatever else holds their name.

Three passes over the tables, in short transactions and with sets that live on disk: rows of the subject's traces and
items; bodies that hold the words; rows that refer to such bodies or hold the words themselves. Then bodies without an
owner go, names are scrubbed, and the file is written anew, so that no free page and no log page keeps a trace.
"""

import itertools
from pathlib import Path
from typing import NamedTuple

from loomwork.kernel.errors.store import SubjectTooShort
from loomwork.store.reports import Erased, Hit
from loomwork.store.spellings import spellings
from loomwork.store.sqlite.blobs import opened
from loomwork.store.sqlite.care import cases, keys, people, releases
from loomwork.store.sqlite.care.prune import delete
from loomwork.store.sqlite.care.references import IS_NAME, REFERENCES, bodies, mentioned, sweep
from loomwork.store.sqlite.care.sizes import checkpoint, compact
from loomwork.store.sqlite.care.tables import scratch, windows
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.faults import beside
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import unpacked

LEAST_BYTES = 4
"""A shorter subject would be found in every other text."""
_SHOWN = 1_000
_STEP = 500
_LAST_MINUTE = 1 << 60
_NUMBERS = "n INTEGER PRIMARY KEY"
_TAINT = "INSERT OR IGNORE INTO temp.tainted VALUES (?)"
_ITS_ITEM = "(run, item, trial) IN (SELECT run, idx, trial FROM temp.its_items)"

_ITS_TRACE = "trace IN (SELECT trace FROM temp.its_traces)"
_ITS_REVIEWED = (
    "FROM review_items i JOIN reviews r ON r.n = i.review"
    " WHERE (r.run, i.idx, i.trial) IN (SELECT run, idx, trial FROM temp.its_items)"
    " OR (r.other, i.other_idx, i.other_trial) IN (SELECT run, idx, trial FROM temp.its_items)"
)
_THEIRS = {
    "calls": f"({_ITS_TRACE} OR {_ITS_ITEM})",
    "spans": f"(subject = :subject OR {_ITS_TRACE} OR {_ITS_ITEM})",
    "items": f"(subject = :subject OR {_ITS_TRACE})",
    "scores": f"({_ITS_TRACE} OR (run, idx, trial) IN (SELECT run, idx, trial FROM temp.its_items))",
    "requests": f"(user = :subject OR {_ITS_TRACE})",
    "request_scores": _ITS_TRACE,
    "request_people": "name = :subject",
    "review_answers": f"(review, place) IN (SELECT i.review, i.place {_ITS_REVIEWED})",
    "review_items": f"n IN (SELECT i.n {_ITS_REVIEWED})",
}
_WORDS = {
    "calls": ("error", "result", "record"),
    "spans": ("error", "preview_in", "preview_out", "attributes", "subject", "input", "output"),
    "items": ("error", "subject", "input", "output"),
    "scores": ("label", "reason", "parts", "error"),
    "requests": ("user", "session", "degraded"),
    "request_scores": ("label", "reason"),
    "request_people": ("name",),
    "review_answers": ("comment", "marks"),
}
_SHOWN_ID = {"calls": "id", "spans": "span", "items": "idx", "scores": "idx", "requests": "trace",
    "request_scores": "trace", "request_people": "minute", "review_answers": "place",
}  # fmt: skip


class _Counts(NamedTuple):
    calls: int
    spans: int
    items: int
    scores: int
    requests: int
    request_scores: int
    request_people: int
    review_answers: int


def erase(pool: Connections, names: Names, subject: str, *, at_ns: int) -> Erased:
    """Remove everything of a subject. Run it again after an error: what is done is done. Raises `SubjectTooShort`."""
    if len(subject.encode()) < LEAST_BYTES:
        raise SubjectTooShort(subject=subject, least=LEAST_BYTES)
    needles = spellings(subject)
    found: list[Hit] = []
    with scratch(
        pool, its_traces="trace PRIMARY KEY", its_items="run, idx, trial, PRIMARY KEY (run, idx, trial)",
        suspects=_NUMBERS, tainted=_NUMBERS, tainted_calls=_NUMBERS,
    ):  # fmt: skip
        _gather(pool, subject)
        marked = _Counts(*(_remove(pool, table, _THEIRS[table], {"subject": subject}) for table in _Counts._fields))
        _remove(pool, "review_items", _THEIRS["review_items"], {})
        _taint(pool, needles)
        more = _Counts(*(_remove_holding(pool, table, needles, found) for table in _Counts._fields))
        released = releases.erase(pool, needles)
        pool.rows("INSERT OR IGNORE INTO temp.suspects SELECT n FROM temp.tainted")
        swept = sweep(pool, older_than_minute=_LAST_MINUTE, suspects_only=True)
        scrubbed = _scrub(pool, needles)
        cased = cases.erase(pool, subject, needles)
        said = people.erase(pool, subject, needles)
        keyed = keys.erase(pool, subject, needles, at_ns=at_ns)
    names.forget()
    return Erased(
        calls=marked.calls + more.calls,
        spans=marked.spans + more.spans,
        items=marked.items + more.items,
        scores=marked.scores + more.scores + marked.request_scores + more.request_scores,
        requests=marked.requests + more.requests,
        cases=cased,
        answers=marked.review_answers + more.review_answers,
        feedback=said.feedback,
        events=said.events,
        links=said.links,
        keys=keyed,
        blobs=swept.blobs,
        scrubbed=scrubbed + released,
        found=tuple(found),
        found_count=sum(more),
        remains=_wipe(pool),
    )


def _gather(pool: Connections, subject: str) -> None:
    """Note the traces and the items that are the subject's."""
    for table in ("spans", "items"):
        pool.rows(
            f"INSERT OR IGNORE INTO temp.its_traces SELECT trace FROM main.{table} WHERE subject = ? AND trace != x''",
            (subject,),
        )
    pool.rows("INSERT OR IGNORE INTO temp.its_traces SELECT trace FROM main.requests WHERE user = ?", (subject,))
    pool.rows(
        "INSERT OR IGNORE INTO temp.its_items SELECT run, idx, trial FROM main.items WHERE subject = ?", (subject,)
    )
    pool.rows(
        "INSERT OR IGNORE INTO temp.its_items SELECT run, item, trial FROM main.spans WHERE subject = ? AND item >= 0",
        (subject,),
    )


def _remove(pool: Connections, table: str, condition: str, named: dict[str, object]) -> int:
    count = 0
    for window in windows(pool, table, step=_STEP):
        where = f"n BETWEEN {window.low} AND {window.high} AND {condition}"
        if not pool.row(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1", named):
            continue
        with pool.writing() as session:
            _suspect(session, table, where, named)
            count += delete(session, table, where, named)
    return count


def _suspect(session: Session, table: str, where: str, named: dict[str, object]) -> None:
    """Note the bodies that the rows refer to: they go too, unless others refer to them."""
    execute = session.connection.execute
    for column in REFERENCES.get(table, ()):
        execute(
            f"INSERT OR IGNORE INTO temp.suspects SELECT head({column}) FROM main.{table}"
            f" WHERE {where} AND {IS_NAME.format(column=column)}",
            named,
        )
    if table == "calls":
        heads = {(number,) for _, number in mentioned(session, where, named)}
        session.connection.executemany("INSERT OR IGNORE INTO temp.suspects VALUES (?)", heads)


def _taint(pool: Connections, needles: tuple[bytes, ...]) -> None:
    """Note the bodies that hold the words, then the calls whose records mention such a body."""
    session = pool.session()
    count = 0
    for d8, stored in bodies(pool):
        body = opened(session, *stored) or b""
        if any(needle in body for needle in needles):
            pool.rows(_TAINT, (d8,))
            count += 1
    if not count:
        return
    for window in windows(pool, "calls", step=_STEP):
        for n, number in mentioned(session, f"n BETWEEN {window.low} AND {window.high}", {}):
            if _is_tainted(pool, number):
                pool.rows("INSERT OR IGNORE INTO temp.tainted_calls VALUES (?)", (n,))


def _is_tainted(pool: Connections, number: int) -> bool:
    return pool.row("SELECT 1 FROM temp.tainted WHERE n = ?", (number,)) is not None


def _remove_holding(pool: Connections, table: str, needles: tuple[bytes, ...], found: list[Hit]) -> int:
    """Delete the rows that refer to a tainted body or hold the words themselves, and note them."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}
    conditions = [
        f"({IS_NAME.format(column=column)} AND head({column}) IN (SELECT n FROM temp.tainted))"
        for column in REFERENCES.get(table, ())
    ]
    if table == "calls":
        conditions.append("n IN (SELECT n FROM temp.tainted_calls)")
    for column in _WORDS[table]:
        conditions.extend(f"instr(CAST({column} AS BLOB), :{word}) > 0" for word in named)
    condition = f"({' OR '.join(conditions)})"
    count = 0
    for window in windows(pool, table, step=_STEP):
        shown = pool.rows(
            f"SELECT n, {_SHOWN_ID[table]} FROM {table} WHERE n BETWEEN {window.low} AND {window.high} AND {condition}",
            named,
        )
        if shown:
            hits = (Hit(table=table, id=unpacked(name) if isinstance(name, bytes) else str(name)) for _, name in shown)
            found.extend(itertools.islice(hits, max(0, _SHOWN - len(found))))
            where = f"n IN ({', '.join(str(row[0]) for row in shown)})"
            with pool.writing() as session:
                _suspect(session, table, where, {})
                count += delete(session, table, where, {})
    return count


def _scrub(pool: Connections, needles: tuple[bytes, ...]) -> int:
    """Take the words out of names and of how runs were started; the rows stay."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}

    def holds(column: str) -> str:
        return "(" + " OR ".join(f"instr(CAST({column} AS BLOB), :{word}) > 0" for word in named) + ")"

    count = 0
    with pool.writing() as session:
        execute = session.connection.execute
        count += execute(f"UPDATE names SET text = '(erased ' || id || ')' WHERE {holds('text')}", named).rowcount
        for column, without in (("dataset", "''"), ("summary", "x''"), ("meta", "x''"), ("target", "'(erased)'")):
            count += execute(f"UPDATE runs SET {column} = {without} WHERE {holds(column)}", named).rowcount
        for table in ("scorings", "reviews"):
            count += execute(f"UPDATE {table} SET said = x'7b7d' WHERE {holds('said')}", named).rowcount
    return count


def _wipe(pool: Connections) -> tuple[Path, ...]:
    """Write the file anew and empty the log; name what may still hold the words."""
    compact(pool)
    remains = [each for each in pool.path.parent.glob(f"{pool.path.name}.damaged*")]
    if not checkpoint(pool):
        remains.append(beside(pool.path)[1])
    return tuple(remains)

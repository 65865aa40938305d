"""Queues of items that people are asked about, and their answers. Knows nothing of what an answer means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.kernel.errors.evals_review import AmbiguousReview
from loomwork.store.rows import AnswerRow, ReviewItemRow, ReviewRow

if TYPE_CHECKING:
    from loomwork.kernel.clock import Clock
    from loomwork.store.sqlite.connections import Connections, Session
    from loomwork.store.sqlite.names import Names

_COLUMNS = "id, run, other, made_ns, touched_ns, said"
_NEWEST = "ORDER BY made_ns DESC, n DESC LIMIT ?"
_ITEM = "place, idx, trial, other_idx, other_trial"
_ANSWER = "place, reviewer, made_ns, revision, verdict, left_side, marks, comment, spent_ms"
_SHOWN = 5


class SqliteReviews:
    """The reviews of one database."""

    def __init__(self, pool: Connections, names: Names, clock: Clock) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock

    def make(self, row: ReviewRow, items: Sequence[ReviewItemRow]) -> None:
        """Write a new queue with its items, in one transaction."""
        run, other = self._names.number(row.run), self._names.number(row.other) if row.other else None
        values = (row.id, run, other, row.made_ns, row.touched_ns or row.made_ns, row.said)
        with self._pool.writing() as session:
            made = session.connection.execute(f"INSERT INTO reviews ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", values)
            session.connection.executemany(
                f"INSERT INTO review_items (review, {_ITEM}) VALUES (?, ?, ?, ?, ?, ?)",
                [(made.lastrowid, e.place, e.index, e.trial, e.other_index, e.other_trial) for e in items],
            )

    def get(self, review_id: str) -> ReviewRow | None:
        """Return a queue by id or by an unambiguous beginning of it; "last" is the newest. Raises `AmbiguousReview`."""
        if review_id == "last":
            return next(iter(self.list(limit=1)), None)
        exact = self._pool.row(f"SELECT {_COLUMNS} FROM reviews WHERE id = ?", (review_id,))
        if exact is not None or not review_id:
            return None if exact is None else self._review(exact)
        sql = f"SELECT {_COLUMNS} FROM reviews WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT {_SHOWN}"
        found = self._pool.rows(sql, (len(review_id), review_id))
        if len(found) > 1:
            raise AmbiguousReview(prefix=review_id, matches=", ".join(row[0] for row in found))
        return self._review(found[0]) if found else None

    def list(self, *, limit: int = 50) -> list[ReviewRow]:
        """Return the newest queues first."""
        return [self._review(row) for row in self._pool.rows(f"SELECT {_COLUMNS} FROM reviews {_NEWEST}", (limit,))]

    def items(self, review_id: str) -> Sequence[ReviewItemRow]:
        """Return what a queue asks about, by place."""
        sql = f"SELECT {_ITEM} FROM review_items WHERE review = (SELECT n FROM reviews WHERE id = ?) ORDER BY place"
        return [
            ReviewItemRow(**dict(zip(_ITEM_FIELDS, row, strict=True))) for row in self._pool.rows(sql, (review_id,))
        ]

    def answer(self, row: AnswerRow) -> AnswerRow | None:
        """Write an answer; return the one of the same reviewer and item whose place it takes."""
        reviewer = self._names.number(row.reviewer)
        marks = msgspec.json.encode(row.marks).decode()
        with self._pool.writing() as session:
            review = _number(session, row.review)
            if review is None:
                return None
            old = session.connection.execute(
                f"SELECT {_ANSWER} FROM review_answers WHERE review = ? AND place = ? AND reviewer = ?",
                (review, row.place, reviewer),
            ).fetchone()
            revision = row.revision if old is None else old[3] + 1
            values = (
                review, row.place, reviewer, row.made_ns, revision, row.verdict, row.left_side, marks, row.comment,
                row.spent_ms,
            )  # fmt: skip
            session.connection.execute(
                f"INSERT INTO review_answers (review, {_ANSWER}) VALUES ({', '.join('?' * 10)}) ON CONFLICT"
                " (review, place, reviewer) DO UPDATE SET made_ns = excluded.made_ns, revision = excluded.revision,"
                " verdict = excluded.verdict, left_side = excluded.left_side, marks = excluded.marks,"
                " comment = excluded.comment, spent_ms = excluded.spent_ms",
                values,
            )
            session.connection.execute("UPDATE reviews SET touched_ns = ? WHERE n = ?", (row.made_ns, review))
        return None if old is None else self._answer(row.review, old)

    def withdraw(self, review_id: str, reviewer: str) -> AnswerRow | None:
        """Remove a reviewer's last answer, and return it."""
        who = self._names.known(reviewer)
        with self._pool.writing() as session:
            last = session.connection.execute(
                f"SELECT {_ANSWER}, n FROM review_answers WHERE review = (SELECT n FROM reviews WHERE id = ?)"
                " AND reviewer = ? ORDER BY made_ns DESC, n DESC LIMIT 1",
                (review_id, who),
            ).fetchone()
            if last is not None:
                session.connection.execute("DELETE FROM review_answers WHERE n = ?", (last[-1],))
        return None if last is None else self._answer(review_id, last)

    def answers(self, review_id: str) -> Sequence[AnswerRow]:
        """Return all answers by place, then in the order in which reviewers first came."""
        sql = f"SELECT {_ANSWER} FROM review_answers WHERE review = (SELECT n FROM reviews WHERE id = ?)"
        rows = self._pool.rows(f"{sql} ORDER BY place, reviewer", (review_id,))
        return [self._answer(review_id, row) for row in rows]

    def end(self, review_id: str, reviewer: str) -> None:
        """Note that a reviewer has seen the result."""
        who, now = self._names.number(reviewer), self._clock.now_ns()
        with self._pool.writing() as session:
            review = _number(session, review_id)
            if review is not None:
                sql = "INSERT OR IGNORE INTO review_ends (review, reviewer, made_ns) VALUES (?, ?, ?)"
                session.connection.execute(sql, (review, who, now))

    def ended(self, review_id: str) -> frozenset[str]:
        """Return the reviewers who have seen the result."""
        sql = "SELECT reviewer FROM review_ends WHERE review = (SELECT n FROM reviews WHERE id = ?)"
        return frozenset(self._names.text(row[0]) for row in self._pool.rows(sql, (review_id,)))

    def _review(self, row: Any) -> ReviewRow:
        id_, run, other, made_ns, touched_ns, said = row
        return ReviewRow(
            id=id_,
            run=self._names.text(run),
            other="" if other is None else self._names.text(other),
            made_ns=made_ns,
            touched_ns=touched_ns,
            said=said,
        )

    def _answer(self, review: str, row: Any) -> AnswerRow:
        return AnswerRow(
            review=review,
            place=row[0],
            reviewer=self._names.text(row[1]),
            made_ns=row[2],
            revision=row[3],
            verdict=row[4],
            left_side=row[5],
            marks=msgspec.json.decode(row[6], type=dict[str, int]),
            comment=row[7],
            spent_ms=row[8],
        )


_ITEM_FIELDS = ReviewItemRow.__struct_fields__


def _number(session: Session, review: str) -> int | None:
    found = session.connection.execute("SELECT n FROM reviews WHERE id = ?", (review,)).fetchone()
    return None if found is None else found[0]

"""Budgets in SQLite: leases are granted under the write lock, so that spent and leased never exceed a budget.

Knows nothing of calls or prices.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.store.keys import BudgetRow, Granted, Lease, Spending
from loomwork.store.liveness import identity, is_gone
from loomwork.store.sqlite.keys import CHANGED
from loomwork.store.sqlite.ledger import Ledger, forget, read

if TYPE_CHECKING:
    from loomwork.kernel.clock import Clock
    from loomwork.store.sqlite.connections import Connections, Session

_COLUMNS = "n, holder, unit, period, most"
_SHARE = 8
"""A lease takes at most this part of what is left, unless the call needs more."""
_SPEND = (
    "INSERT INTO budget_spends (budget, start, spent) VALUES (?, ?, ?)"
    " ON CONFLICT (budget, start) DO UPDATE SET spent = spent + excluded.spent"
)
_OPEN = "SELECT n, amount, folded, pid, process, ledger, slot FROM budget_leases WHERE budget = ? AND start = ?"


class SqliteLease:
    """One row of leases, and its place in this process's ledger."""

    __slots__ = ("_ledger", "amount", "budget", "folded", "n", "slot", "start")

    def __init__(self, n: int, budget: int, start: str, amount: int, place: tuple[Ledger, int]) -> None:
        self.n = n
        self.budget = budget
        self.start = start
        self.amount = amount
        self.folded = 0
        self._ledger, self.slot = place

    def note(self, spent: int) -> None:
        """Note how much of it is spent in all."""
        self._ledger.note(self.slot, spent)

    def end(self) -> None:
        """Let the slot be taken again."""
        self._ledger.give_back(self.slot)


class _Held(NamedTuple):
    spent: int
    held: int
    mine: int


_LINK = "link:"
"""Held by links: read with the link, at each request; no key has changed then."""


class SqliteBudgets:
    """The budgets of one database."""

    def __init__(self, pool: Connections, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._folder = pool.path.with_name(f"{pool.path.name}.leases")
        self._ledger: Ledger | None = None
        self._lock = threading.Lock()

    def set(self, row: BudgetRow) -> BudgetRow:
        """Write or replace a holder's budget of a unit and period; return it with its number."""
        with self._pool.writing() as session:
            session.connection.execute(
                "INSERT INTO budgets (holder, unit, period, most) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (holder, unit, period) DO UPDATE SET most = excluded.most",
                (row.holder, row.unit, row.period, row.most),
            )
            if not row.holder.startswith(_LINK):
                session.connection.execute(CHANGED)
            found = session.connection.execute(
                f"SELECT {_COLUMNS} FROM budgets WHERE holder = ? AND unit = ? AND period = ?",
                (row.holder, row.unit, row.period),
            ).fetchone()
        return _budget(found)

    def drop(self, holder: str) -> int:
        """Remove a holder's budgets."""
        with self._pool.writing() as session:
            count = session.connection.execute("DELETE FROM budgets WHERE holder = ?", (holder,)).rowcount
            session.connection.execute(CHANGED)
        return count

    def list(self, holder: str = "") -> Sequence[BudgetRow]:
        """Return budgets, of one holder or of all."""
        where, asked = ("WHERE holder = ?", (holder,)) if holder else ("", ())
        return [_budget(row) for row in self._pool.rows(f"SELECT {_COLUMNS} FROM budgets {where} ORDER BY n", asked)]

    def spending(self, budget: int, start: str) -> Spending:
        """Return how far a budget is spent in the period that began then; what ledgers tell counts as spent."""
        settled = self._pool.row("SELECT spent FROM budget_spends WHERE budget = ? AND start = ?", (budget, start))
        spent, held = settled[0] if settled else 0, 0
        for _, amount, folded, _, _, ledger, slot in self._pool.rows(_OPEN, (budget, start)):
            noted = max(folded, read(self._folder, ledger, slot) or 0)
            spent += noted - folded
            held += max(0, amount - noted)
        return Spending(spent, held)

    def lease(self, budget: int, start: str, *, least: int, most: int, into: Lease | None = None) -> Granted:
        """Lease between `least` and `most` of what is left, in one transaction."""
        with self._lock, self._pool.writing() as session:
            self._reclaim(session, budget, start)
            cap = session.connection.execute("SELECT most FROM budgets WHERE n = ?", (budget,)).fetchone()
            held = self._held(session, budget, start, into)
            left = (cap[0] if cap else 0) - held.spent - held.held
            if left < least:
                sql = "UPDATE budgets SET wanted_ns = ? WHERE n = ?"
                session.connection.execute(sql, (self._clock.now_ns(), budget))
                return Granted(None, 0, held.held - held.mine)
            amount = max(least, min(most, left // _SHARE))
            if isinstance(into, SqliteLease):
                sql = "UPDATE budget_leases SET amount = amount + ? WHERE n = ?"
                if session.connection.execute(sql, (amount, into.n)).rowcount:
                    into.amount += amount
                    return Granted(into, amount, held.held - held.mine)
            return Granted(self._begin(session, budget, start, amount), amount, held.held - held.mine)

    def fold(self, lease: Lease, *, spent: int, returned: int, ends: bool = False) -> None:
        """Settle what was spent of a lease in all, and give so much of the rest back to the budget."""
        if not isinstance(lease, SqliteLease):
            return
        with self._lock:
            with self._pool.writing() as session:
                execute = session.connection.execute
                if spent != lease.folded:
                    execute(_SPEND, (lease.budget, lease.start, spent - lease.folded))
                if ends:
                    execute("DELETE FROM budget_leases WHERE n = ?", (lease.n,))
                else:
                    sql = "UPDATE budget_leases SET amount = amount - ?, folded = ? WHERE n = ?"
                    execute(sql, (returned, spent, lease.n))
            lease.amount -= returned
            lease.folded = spent
            if ends:
                lease.end()

    def wanted(self, *, since_ns: int) -> frozenset[int]:
        """Return the budgets of which somebody asked for more than was left, since then."""
        return frozenset(n for (n,) in self._pool.rows("SELECT n FROM budgets WHERE wanted_ns > ?", (since_ns,)))

    def close(self) -> None:
        """Forget this process's ledger, unless a lease that was not folded still needs it."""
        ledger, self._ledger = self._ledger, None
        if ledger is not None and ledger.process == os.getpid():
            ledger.close()

    def _begin(self, session: Session, budget: int, start: str, amount: int) -> SqliteLease:
        ledger = self._own_ledger()
        slot = ledger.take()
        pid = os.getpid()
        made = session.connection.execute(
            "INSERT INTO budget_leases (budget, start, amount, pid, process, ledger, slot)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (budget, start, amount, pid, identity(pid), ledger.name, slot),
        )
        return SqliteLease(made.lastrowid or 0, budget, start, amount, (ledger, slot))

    def _own_ledger(self) -> Ledger:
        if self._ledger is None or self._ledger.process != os.getpid():
            self._ledger = Ledger(self._folder)
        return self._ledger

    def _held(self, session: Session, budget: int, start: str, into: Lease | None) -> _Held:
        execute = session.connection.execute
        found = execute("SELECT spent FROM budget_spends WHERE budget = ? AND start = ?", (budget, start)).fetchone()
        spent, held, mine = found[0] if found else 0, 0, 0
        own = into.n if isinstance(into, SqliteLease) else 0
        for n, amount, folded, *_ in execute(_OPEN, (budget, start)).fetchall():
            rest = max(0, amount - folded)
            held += rest
            mine += rest if n == own else 0
        return _Held(spent, held, mine)

    def _reclaim(self, session: Session, budget: int, start: str) -> None:
        """Settle what processes that have ended had spent of their leases, and take the rest back."""
        execute = session.connection.execute
        for n, amount, folded, pid, process, ledger, slot in execute(_OPEN, (budget, start)).fetchall():
            if not is_gone(pid, process):
                continue
            noted = read(self._folder, ledger, slot) if _boot(process) == _boot(identity(os.getpid())) else None
            spent = amount if noted is None else max(folded, noted)  # what nobody knows counts as spent
            if spent > folded:
                execute(_SPEND, (budget, start, spent - folded))
            execute("DELETE FROM budget_leases WHERE n = ?", (n,))
            if execute("SELECT 1 FROM budget_leases WHERE ledger = ? LIMIT 1", (ledger,)).fetchone() is None:
                forget(self._folder, ledger)


def _boot(process: str) -> str:
    parts = process.split(" ")
    return parts[1] if len(parts) > 1 else ""


def _budget(row: Any) -> BudgetRow:
    n, holder, unit, period, most = row
    return BudgetRow(n=n, holder=holder, unit=unit, period=period, most=most)

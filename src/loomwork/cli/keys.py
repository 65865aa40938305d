"""What the commands about keys share: who does it, how a key is told, and the one time that its secret is."""

from __future__ import annotations

import getpass
import time
from typing import TYPE_CHECKING, Any, Literal

from loomwork.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.gateway.admission.making import By, Made
    from loomwork.store.keys import BudgetRow, KeyRow, SecretRow
    from loomwork.store.protocols import Store

State = Literal["active", "expired", "revoked"]


def by_me() -> By:
    """Return who sits at this shell, and the time."""
    from loomwork.gateway.admission.making import By

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return By(actor=f"shell:{user}", now_ns=time.time_ns())


def state(row: KeyRow, now_ns: int) -> State:
    """Return whether a key is good."""
    if row.revoked_ns is not None:
        return "revoked"
    return "expired" if row.expires_ns is not None and now_ns >= row.expires_ns else "active"


def told(session: Session, made: Made, **more: Any) -> None:
    """Show a key's secret, this once."""
    if session.as_json:
        session.give({"key": made.row.id, "secret": made.secret, **more})
        return
    session.page.print(made.secret)
    session.say("key.once", id=made.row.id)


def as_json(row: KeyRow, secrets: Sequence[SecretRow], budgets: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a key for programs; of its secrets the last characters and their times."""
    import msgspec

    fields: dict[str, Any] = {"owner": "", "groups": [], "models": [], "label": "", "limits": {}}
    kept = msgspec.to_builtins(row)
    told = [{"ending": each.ending, "made_ns": each.made_ns, "expires_ns": each.expires_ns} for each in secrets]
    return {**fields, **kept, "state": state(row, time.time_ns()), "secrets": told, "budgets": list(budgets)}


def spending(store: Store, budgets: Sequence[BudgetRow]) -> list[dict[str, Any]]:
    """Return budgets with how far they are spent."""
    from loomwork.gateway.admission.budgets import start_of
    from loomwork.gateway.admission.budgets import told as words

    found: list[dict[str, Any]] = []
    for each in budgets:
        now = store.budgets.spending(each.n, start_of(each.period, time.time_ns()))
        found.append(
            {
                "holder": each.holder, "budget": words(each), "unit": each.unit, "period": each.period,
                "most": each.most, "spent": now.spent, "held": now.held,
            }
        )  # fmt: skip
    return found


def amount(number: int, unit: str) -> str:
    """Return an amount of a budget for people."""
    from loomwork.gateway.admission.budgets import TOKENS
    from loomwork.kernel.usage import Money

    return f"{number} {TOKENS}" if unit == TOKENS else str(Money(number, unit))

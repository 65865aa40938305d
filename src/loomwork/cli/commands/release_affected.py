"""`loomwork release affected`: who had to do with a release or an incident."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import moment as shown
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.store.rows import RequestRow

_SHOWN = 20


@command
def affected(
    session: Session,
    release: Annotated[str, typer.Argument(help="option.release", metavar="[RELEASE]")] = "",
    since: Annotated[str, typer.Option("--since", help="option.affected_since", metavar="2h")] = "",
    until: Annotated[str, typer.Option("--until", help="option.affected_until", metavar="1h")] = "",
    where: Annotated[str, typer.Option("--where", help="option.affected_where", metavar="FILTER")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="option.affected_out", metavar="FILE.jsonl")] = None,
) -> int:
    """List the traces and the users of a release, of a stretch of time, or of both."""
    from msgspec import structs

    from loomwork.evals.data.traffic import conditions, moment, requests
    from loomwork.workspace.releasing import find

    now = time.time_ns()
    with session.open_store() as store:
        asked = conditions(where, now_ns=now)
        if release:
            asked = structs.replace(asked, release=find(store, release).id)
        if since:
            asked = structs.replace(asked, since_ns=moment(since, now_ns=now))
        if until:
            asked = structs.replace(asked, until_ns=moment(until, now_ns=now))
        rows = list(requests(store, asked))[::-1]
    if out is not None:
        out.write_text("".join(json.dumps(_row(each), ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    users = sorted({each.user for each in rows if each.user})
    if session.as_json:
        keys = sorted({each.key for each in rows if each.key})
        session.give({"requests": len(rows), "traces": [each.trace for each in rows], "users": users, "keys": keys})
        return 0
    nameless = sum(not each.user for each in rows)
    session.show("release.affected", requests=len(rows), users=len(users), nameless=nameless)
    if rows:
        words = session.words
        heads = [words(f"table.{name}") for name in ("trace", "when", "release", "user", "name", "error")]
        table = [
            (each.trace, shown(each.at_ns), each.release, each.user, each.served, each.error) for each in rows[-_SHOWN:]
        ]
        print_table(session.page, heads, table, grow=5)
        if len(rows) > _SHOWN:
            session.show("release.more_rows", count=len(rows) - _SHOWN)
    return 0


def _row(each: RequestRow) -> dict[str, Any]:
    return {
        "trace": each.trace, "at_ns": each.at_ns, "release": each.release, "served": each.served, "user": each.user,
        "key": each.key, "session": each.session, "status": each.status, "error": each.error or None,
    }  # fmt: skip

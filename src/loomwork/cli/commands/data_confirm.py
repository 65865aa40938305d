"""`loomwork data confirm`: a person looks over what was made: accept, edit or drop, one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.commands.run import rows_readable
from loomwork.cli.session import Session, command
from loomwork.evals.data.versions import Versions

if TYPE_CHECKING:
    from loomwork.evals.data.confirming import Decision
    from loomwork.evals.data.reading import Placed

_ACCEPT = ("y", "yes", "是", "好")
_EDIT = ("e", "edit", "改")
_DROP = ("n", "no", "否", "不")
_QUIT = ("q", "quit", "退")
_EDITED = ("question", "expected")
_LONGEST_QUOTE = 600

Ask = Callable[[str], str]
"""Shows a question and returns a line; raises `EOFError` where nobody answers any more."""


@command
def confirm(
    session: Session, file: Annotated[Path, typer.Argument(help="option.data_file", metavar="FILE.jsonl")]
) -> int:
    """Accept, edit or drop made rows one by one."""
    from loomwork.evals.data.confirming import count_drafts, drafts_of, settle

    rows_readable(file)
    if not session.asks:
        counted = count_drafts(file)
        if session.as_json:
            session.give({"file": str(file), "rows": counted.rows, "drafts": counted.drafts})
        else:
            session.show("data.drafts_of", rows=counted.rows, drafts=counted.drafts)
        return 0
    drafts = drafts_of(file)
    decisions: dict[int, Decision | Mapping[str, Any]] = {}
    try:
        for number, each in enumerate(drafts, start=1):
            decision = decided(session, each, f"{number}/{len(drafts)}", _ask(session))
            if decision == "quit":
                break
            decisions[each.line] = decision
    except (EOFError, KeyboardInterrupt):
        session.say("data.stopped")
    versions = Versions(session.folder)
    versions.keep(file)
    left = settle(file, decisions)
    versions.keep(file, how="confirm")
    session.show("data.confirmed", decided=len(decisions), rows=left.rows, drafts=left.drafts)
    return 0


def decided(session: Session, draft: Placed, place: str, ask: Ask) -> Any:
    """Return what a person decides on one draft: accept, drop, the changes, or quit."""
    _show(session, draft, place)
    while True:
        said = ask(session.words("data.ask")).strip().lower()
        if said in _ACCEPT:
            return "accept"
        if said in _DROP:
            return "drop"
        if said in _QUIT:
            return "quit"
        if said in _EDIT:
            return {key: _edited(draft.row[key], key, ask) for key in _EDITED if key in draft.row}


def _edited(value: Any, key: str, ask: Ask) -> Any:
    """Return what a person writes; nothing leaves it as it is."""
    return ask(f"{key} [{value}]: ").strip() or value


def _show(session: Session, draft: Placed, place: str) -> None:
    page = session.console
    page.print(f"\n{place}  {draft.row.get('question', '')}", style="bold")
    for each in draft.row.get("passages") or ():
        quote = " ".join(str(each.get("quote", "")).split())[:_LONGEST_QUOTE]
        page.print(f"  {each.get('doc', '')}:{each.get('start', '')}-{each.get('end', '')}", style="dim")
        page.print(f"  “{quote}”", style="dim")
    page.print(f"  → {draft.row.get('expected', '')}")


def _ask(session: Session) -> Ask:
    def ask(said: str) -> str:
        session.console.print(said, end=" ")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line

    return ask

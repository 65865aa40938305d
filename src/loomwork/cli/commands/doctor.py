"""`loomwork doctor`: what is wrong with the project and what to do about it; repairs the store when asked."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli import checkup
from loomwork.cli.asking import catalog_of
from loomwork.cli.checkup import Check
from loomwork.cli.checkup_knowledge import knowledge
from loomwork.cli.paper import Style
from loomwork.cli.session import Session, command
from loomwork.telling.jsonable import jsonable
from loomwork.telling.words import cells, padded

if TYPE_CHECKING:
    from loomwork.store.reports import Repaired

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}
_STYLES: dict[str, Style] = {"ok": "green", "warning": "yellow", "error": "red"}
_SUBJECTS = ("python", "packages", "project", "settings", "store", "prompts", "models", "knowledge")


@command
def doctor(
    session: Session,
    repair: Annotated[bool, typer.Option("--repair", help="option.repair")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="option.quick")] = False,
) -> int:
    """Check everything that a run needs; spend nothing."""
    from loomwork.prompts.locating import PROJECT_FILE

    words, folder = session.words, session.folder
    checks = [*checkup.machine(words), *checkup.project(words, folder, PROJECT_FILE)]
    settings, found = checkup.settings_of(words, folder)
    checks += found
    repaired, found = _store(session, mend=repair, quick=quick)
    checks += found
    checks += checkup.prompts(words, folder)
    if settings is not None:
        checks += asyncio.run(_models(session))
        checks += knowledge(words, folder, settings.knowledge, catalog_of(session))
    well = all(each.status != "error" for each in checks)
    if session.as_json:
        session.give({"ok": well, "checks": [jsonable(each) for each in checks], "repaired": jsonable(repaired)})
    else:
        _show(session, checks, repaired)
    return 0 if well else 1


def _store(session: Session, *, mend: bool, quick: bool) -> tuple[list[Repaired], list[Check]]:
    from loomwork.store.doctor import repair

    url = session.store_address
    findings, checks = checkup.store(session.words, url, depth="quick" if quick else "full")
    if not mend or not findings:
        return [], checks
    done = repair(url, findings)
    return done, checkup.store(session.words, url, depth="full")[1]


async def _models(session: Session) -> list[Check]:
    return [each async for each in checkup.models(session.words, catalog_of(session), os.environ)]


def _show(session: Session, checks: list[Check], repaired: list[Repaired]) -> None:
    words, page = session.words, session.page
    width = max(cells(words(f"doctor.subject.{each}")) for each in _SUBJECTS) + 2
    for each in checks:
        mark = page.styled(_MARKS[each.status], _STYLES[each.status])
        page.print(f"{mark} {padded(words(f'doctor.subject.{each.subject}'), width)}{each.what}")
        if each.todo and each.status != "ok":
            page.print(f"  {words('error.todo')} {each.todo}")
    for done in repaired:
        kept = ", ".join(map(str, done.kept))
        session.show("doctor.repaired", kind=done.kind, count=done.count, kept=kept or "-")
    wrong = sum(each.status == "error" for each in checks)
    warned = sum(each.status == "warning" for each in checks)
    session.show("doctor.end" if wrong or warned else "doctor.well", wrong=wrong, warned=warned)

"""`loomwork prompt list|show|diff|history`: the project's prompts, their versions and what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.figures import moment, one_line
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from loomwork.prompts.history import Version

VERSION = 12
"""How much of a version's hash is shown."""


@command
def list_all(session: Session) -> int:
    """List the prompts of the project."""
    from loomwork.prompts.library import list_prompts

    found = list_prompts(session.folder)
    if session.as_json:
        session.give({"prompts": jsonable(found)})
    elif not found:
        session.show("prompt.none")
    else:
        heads = [session.words(f"table.{name}") for name in ("prompt", "version", "variables", "description")]
        rows = [
            (each.name, each.version[:VERSION], ", ".join(each.variables), one_line(each.error or each.description))
            for each in found
        ]
        print_table(session.page, heads, rows, grow=3)
    return 1 if any(each.error for each in found) else 0


@command
def show(session: Session, name: Annotated[str, typer.Argument(help="option.prompt", metavar="NAME[@VERSION]")]) -> int:
    """Show one prompt, taken apart."""
    from loomwork.prompts.library import show as taken_apart

    found = taken_apart(session.folder, name, kept=_kept(session))
    if session.as_json:
        session.give(jsonable(found))
        return 0
    words, page = session.words, session.page
    page.print(f"{found.name}  {found.version[:VERSION]}  {found.path}", style="bold")
    for key, text in (
        ("prompt.description", found.description),
        ("prompt.needed", ", ".join(found.needed)),
        ("prompt.defaults", ", ".join(f"{key}={value!r}" for key, value in found.defaults.items())),
        ("prompt.params", ", ".join(f"{key}={value!r}" for key, value in found.params.items())),
        ("prompt.examples", len(found.examples) or ""),
    ):
        if text:
            page.print(f"{words(key)} {text}")
    for role, text in found.sections:
        page.print(f"\n## {role}", style="bold")
        page.print(text.strip())
    return 0


@command
def diff(
    session: Session,
    before: Annotated[str, typer.Argument(help="option.prompt_before", metavar="NAME[@VERSION]")],
    after: Annotated[str | None, typer.Argument(help="option.prompt_after", metavar="NAME[@VERSION]")] = None,
) -> int:
    """Compare two versions word by word."""
    from loomwork.prompts.library import AT
    from loomwork.prompts.library import diff as compared

    later = after or before.partition(AT)[0]
    if after is None and AT not in before:
        before = _version_before(session, before)
    changes = compared(session.folder, before, later, kept=_kept(session))
    if session.as_json:
        session.give({"before": before, "after": later, "changes": jsonable(changes)})
        return 0
    if before == later:
        session.show("prompt.only_one", name=later)
        return 0
    if all(change.op == "same" for change in changes):
        session.show("prompt.same")
        return 0
    page = session.page
    page.print(f"{before} → {later}", style="bold")
    for change in changes:
        match change.op:
            case "same":
                page.print(change.text, end="")
            case "removed":
                page.print(f"[-{change.text}-]", style="red", end="")
            case "added":
                page.print(f"{{+{change.text}+}}", style="green", end="")
    page.print()
    return 0


def _kept(session: Session) -> Callable[[Path], Iterable[tuple[str, str]]]:
    """Return what reads a prompt's earlier texts out of the store, which is opened only when it is asked."""

    def texts(path: Path) -> Iterator[tuple[str, str]]:
        from loomwork.prompts.kept import kept_texts

        with session.open_store() as store:
            for kept in kept_texts(path, project=session.folder, store=store):
                yield kept.version, kept.text

    return texts


def _version_before(session: Session, name: str) -> str:
    """Return `name@version` of the last version but the present one; the name alone where there is none."""
    from loomwork.prompts.history import history as versions
    from loomwork.prompts.library import AT, find_prompt

    path = find_prompt(session.folder, name)
    with session.open_store() as store:
        found = versions(path, project=session.folder, store=store)
    earlier = next((each.version for each in found if not each.is_current), "")
    return f"{name}{AT}{earlier[:VERSION]}" if earlier else name


@command
def history(session: Session, name: Annotated[str, typer.Argument(help="option.prompt", metavar="NAME")]) -> int:
    """Show which run used which version, with what result."""
    from loomwork.prompts.history import history as uses
    from loomwork.prompts.library import find_prompt

    path = find_prompt(session.folder, name)
    with session.open_store() as store:
        found = uses(path, project=session.folder, store=store)
    if session.as_json:
        session.give({"prompt": name, "versions": jsonable(found)})
        return 0
    heads = [
        session.words(f"table.{key}") for key in ("version", "run", "when", "calls", "ok_items", "failed_items", "what")
    ]
    print_table(session.page, heads, [row for each in found for row in _rows(session, each)], right=(3, 4, 5), grow=6)
    return 0


def _rows(session: Session, version: Version) -> list[tuple[Any, ...]]:
    """Return a line for each run and for each commit of a version, newest first."""
    mark = session.words("prompt.current") if version.is_current else ""
    name = version.version[:VERSION]
    lines: list[tuple[int, tuple[Any, ...]]] = [
        (
            use.started_ns,
            (
                name,
                use.run,
                moment(use.started_ns),
                use.calls,
                use.ok_items,
                use.failed_items or "",
                f"{mark} {use.target}".strip(),
            ),
        )
        for use in version.uses
    ]
    lines += [
        (
            commit.time_ns,
            (
                name,
                f"git {commit.revision[:8]}",
                moment(commit.time_ns),
                "",
                "",
                "",
                f"{mark} {commit.subject}".strip(),
            ),
        )
        for commit in version.commits
    ]
    lines.sort(key=lambda line: -line[0])
    return [line for _, line in lines] or [
        (name, "", "", "", "", "", f"{mark} {session.words('prompt.unused')}".strip())
    ]

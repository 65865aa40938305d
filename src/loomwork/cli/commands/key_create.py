"""`loomwork key create`: make an API key and show its secret, this once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.keys import by_me, told
from loomwork.cli.session import Session, command
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.phrases import Nothing, nearest

if TYPE_CHECKING:
    from loomwork.store.keys import KeyRow
    from loomwork.workspace.settings import Settings


@command
def create(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.key_name")] = "",
    owner: Annotated[str, typer.Option("--owner", help="option.key_owner", metavar="PERSON")] = "",
    group: Annotated[list[str] | None, typer.Option("--group", help="option.key_group", metavar="GROUP")] = None,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="option.key_scope", metavar="SCOPE")] = None,
    model: Annotated[list[str] | None, typer.Option("--model", help="option.key_model", metavar="NAME")] = None,
    label: Annotated[str, typer.Option("--label", help="option.key_label", metavar="LABEL")] = "",
    limit: Annotated[list[str] | None, typer.Option("--limit", help="option.key_limit", metavar="WHAT=N")] = None,
    budget: Annotated[list[str] | None, typer.Option("--budget", help="option.key_budget", metavar="5USD/day")] = None,
    owner_budget: Annotated[
        list[str] | None, typer.Option("--owner-budget", help="option.key_owner_budget", metavar="50USD/month")
    ] = None,
    allow_unknown_price: Annotated[
        bool, typer.Option("--allow-unknown-price", help="option.key_unknown_price")
    ] = False,
    expires: Annotated[str | None, typer.Option("--expires", help="option.key_expires", metavar="90d")] = None,
) -> int:
    """Make an API key."""
    from loomwork.gateway.admission.keys import USUAL
    from loomwork.gateway.admission.making import Wanted
    from loomwork.gateway.admission.making import create as make

    wanted = Wanted(
        name=name, owner=owner, groups=group or (), scopes=scope or USUAL, models=model or (), label=label,
        limits=limit or (), budgets=budget or (), owner_budgets=owner_budget or (),
        unknown_price=allow_unknown_price, expires_s=parse_seconds(expires),
    )  # fmt: skip
    with session.open(entering="never") as workspace:
        made = make(workspace.store, wanted, by_me())
        unknown = _unknown(workspace.settings, made.row)
    told(session, made, name=made.row.name, scopes=list(made.row.scopes), expires_ns=made.row.expires_ns)
    for each, known in unknown:
        session.say("key.unknown", name=each, near=nearest(each, known), known=", ".join(known) or Nothing())
    return 0


def _unknown(settings: Settings, row: KeyRow) -> list[tuple[str, list[str]]]:
    """Return what a key is for and nothing of the project is called, with what there is."""
    models = [*settings.models, *settings.gateway.routes]
    theirs = {str(table.get("model")) for table in settings.models.values()}
    known = [*models, *settings.serve]
    found = [(name, known) for name in row.models if not _is_among(name, [*theirs, *known])]
    steps = [f"step:{name}" for name in settings.serve]
    named = [scope for scope in row.scopes if scope.startswith("step:") and scope != "step:*"]
    return [*found, *((scope, steps) for scope in named if scope not in steps)]


def _is_among(name: str, known: list[str]) -> bool:
    """Say whether an entry of an allow-list, which may be the beginning of names (`gpt-*`), is for something."""
    if name.endswith("*"):
        return any(each.startswith(name[:-1]) for each in known)
    return name in known

"""`loomwork data split`: parts that no row and no group is in twice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loomwork.cli.commands.data_files import force, given, require_keys, show_written, write
from loomwork.cli.session import Session, command
from loomwork.evals.data.splitting import Splitter
from loomwork.evals.data.writing import SUFFIX, check_free
from loomwork.kernel.errors.evals_data import DataNotJsonl, DataThere, PartThere, SharesUnfit

_OFF = 0.02
"""From here on it is said how far a part is from the share that was asked for."""


@command
def split(
    session: Session,
    file: Annotated[str, typer.Argument(help="option.data_version", metavar="FILE.jsonl[@VERSION]")],
    parts: Annotated[list[str], typer.Option("--part", help="option.part", metavar="NAME=SHARE")],
    group: Annotated[list[str] | None, typer.Option("--group", help="option.by_group", metavar="KEY")] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="option.split_key", metavar="KEY")] = None,
    seed: Annotated[int, typer.Option("--seed", help="option.seed")] = 0,
    forced: Annotated[bool, typer.Option("--force", help="option.force")] = False,
) -> int:
    """Divide a dataset into parts by group or by hash."""
    data = given(session, file)
    shares = _shares(parts)
    paths = {name: _path(data.path, name) for name in shares}
    rows = [each.row for each in data.rows()]
    require_keys(data.label, rows, [*(group or ()), *(key or ())])
    splitter = Splitter(list(shares.values()), keys=key or (), group=group or (), seed=seed)
    for path in paths.values():
        try:
            check_free(path, force(forced))
        except DataThere:
            raise PartThere(path=path) from None
    splitter.meet(rows)
    places = [splitter.part(row) for row in rows]
    written = [
        write(
            session,
            path,
            (row for row, place in zip(rows, places, strict=True) if place == number),
            existing=force(forced),
            how=f"split {data.path.name} {' '.join(parts)} seed={seed}",
        )
        for number, path in enumerate(paths.values())
    ]
    wanted = [share / sum(shares.values()) for share in shares.values()]
    if session.as_json:
        told = [
            {"name": name, "wanted": part, **each.as_json()}
            for name, part, each in zip(paths, wanted, written, strict=True)
        ]
        session.give({"file": data.label, "version": data.version, "rows": len(rows), "parts": told})
    else:
        for each, part in zip(written, wanted, strict=True):
            show_written(session, each)
            share = each.rows / len(rows) if rows else part
            if abs(share - part) > _OFF:
                session.show("data.share", path=each.path, share=f"{share:.0%}", wanted=f"{part:.0%}")
    return 0


def _shares(parts: list[str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for each in parts:
        name, _, share = each.partition("=")
        try:
            shares[name] = float(share or "1")
        except ValueError:
            raise SharesUnfit(detail=each) from None
    if len(shares) < len(parts):
        raise SharesUnfit(detail=" ".join(parts))
    return shares


def _path(path: Path, part: str) -> Path:
    """Return where a part goes: beside the whole."""
    name = path.name
    for ending in (".gz", ".xz", SUFFIX):
        name = name.removesuffix(ending)
    if not part or "/" in part:
        raise DataNotJsonl(path=part)
    return path.with_name(f"{name}.{part}{SUFFIX}")

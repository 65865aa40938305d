"""`loomwork release promote|rollback`: have a running server serve another release, without dropping a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.releases import promote as promoted
from loomwork.cli.session import Session, command
from loomwork.cli.supervising import the_server
from loomwork.kernel.errors.releases import BadShare

if TYPE_CHECKING:
    from loomwork.store.protocols import Store

_WHY = Annotated[str, typer.Option("--why", help="option.release_why", metavar="TEXT")]
_SERVER = Annotated[int | None, typer.Option("--server", help="option.release_server", metavar="PROCESS")]


@command
def promote(
    session: Session,
    release: Annotated[str, typer.Argument(help="option.release_or_now", metavar="[RELEASE]")] = "",
    share: Annotated[str, typer.Option("--share", help="option.release_share", metavar="5%")] = "100%",
    why: _WHY = "",
    server: _SERVER = None,
) -> int:
    """Have the running server serve a release: the project as it is now, or one of before."""
    wanted = _share(share)
    found = the_server(session.folder, server)
    with session.open_store() as store:
        name = _taken(session, store, release, why)
        answer = promoted(session, store, found, name, share=wanted, why=why)
    return _told(session, name, answer, wanted)


@command
def rollback(
    session: Session,
    release: Annotated[str, typer.Argument(help="option.release_or_before", metavar="[RELEASE]")] = "",
    why: _WHY = "",
    server: _SERVER = None,
) -> int:
    """Have the running server serve the release before again. A canary is taken back."""
    from loomwork.workspace.releasing import find, previous

    found = the_server(session.folder, server)
    with session.open_store() as store:
        now = found.ask(do="status")
        if not release and now["canary"]:
            name, share = str(now["canary"]), 0.0
        else:
            name, share = find(store, release or previous(store, now["release"])).id, 1.0
        answer = promoted(session, store, found, name, share=share, why=why)
    return _told(session, name, answer, share)


def _taken(session: Session, store: Store, release: str, why: str) -> str:
    """Return the release that is meant; the project as it is now is kept first."""
    import time

    from loomwork.workspace.releasing import find, keep, take
    from loomwork.workspace.settings import load_settings

    if release:
        return find(store, release).id
    load_settings(session.folder)  # what is wrong with them is said with the lines of the project's own file
    taken = take(session.folder)
    keep(store, taken, now_ns=time.time_ns(), note=why)
    return taken.id


def _share(text: str) -> float:
    """Return a share. Raises `BadShare`.

    >>> _share("5%"), _share("0.05"), _share("100%")
    (0.05, 0.05, 1.0)
    """
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise BadShare(given=text) from None
    if not 0 <= value <= 1:
        raise BadShare(given=text)
    return value


def _told(session: Session, release: str, answer: dict[str, Any], share: float) -> int:
    if session.as_json:
        told = {name: answer[name] for name in ("before", "release", "canary", "share", "warm")}
        session.give({**told, "promoted": release, "took_s": round(float(answer["took_s"]), 3)})
        return 0
    key = "release.canary" if 0 < share < 1 else "release.taken_back" if share == 0 else "release.promoted"
    session.show(
        key,
        release=release,
        before=answer["before"],
        share=f"{share:.4%}".rstrip("0%").rstrip(".") + "%",
        seconds=f"{answer['took_s']:.2f}",
    )
    return 0

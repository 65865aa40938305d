"""`loomwork serve`: models, routes and steps behind the APIs that applications speak already."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.supervising import hand_over, ordered, sockets_of

if TYPE_CHECKING:
    import socket

    from loomwork.gateway.releases.child import Order
    from loomwork.workspace.serving import Built

_INTERRUPTED = 130
_DRAIN_S = 35.0


@command
def serve(
    session: Session,
    host: Annotated[str | None, typer.Option("--host", help="option.serve_host")] = None,
    port: Annotated[int | None, typer.Option("--port", help="option.serve_port", min=0, max=65535)] = None,
    release: Annotated[str, typer.Option("--release", help="option.serve_release", metavar="RELEASE")] = "",
) -> int:
    """Serve this project's models and steps."""
    order = ordered()
    if order is not None:
        return _released(session, order, host)
    taken, sockets = _bound(session, host, port), sockets_of(session.folder)
    if sockets is not None:
        closed = session.words("serve.closed")
        hand_over(taken, sockets, release=_named(session, release), drain_s=_DRAIN_S, closed=closed)
    return _alone(session, taken)


def _bound(session: Session, host: str | None, port: int | None) -> socket.socket:
    from loomwork.workspace.listening import address, bind

    found = address(session.folder)
    if found is None:
        from loomwork.workspace.settings import load_settings

        settings = load_settings(session.folder, os.environ).gateway  # says what is wrong
        return bind(host or settings.host, settings.port if port is None else port)
    return bind(host or found.host, found.port if port is None else port)


def _named(session: Session, release: str) -> str:
    """Return the whole name of a release; `last` is the one that was promoted last, at first the project as it is."""
    if not release:
        return ""
    from loomwork.workspace.releasing import current, find

    with session.open_store() as store:
        return current(store) if release == "last" else find(store, release).id


def _released(session: Session, order: Order, host: str | None) -> int:
    """Be a serving process."""
    import msgspec

    from loomwork.workspace.listening import url_of
    from loomwork.workspace.releasing.process import listening_of, prepare, serve_release
    from loomwork.workspace.serving import build, configured

    taken = listening_of(order)
    store = session.store_address
    prepared = prepare(order, session.folder, store)
    with session.open_at(prepared.project, store_url=store, entering="never") as workspace:
        built = build(workspace, host=host or workspace.settings.gateway.host, release=lambda: prepared.release)

        def opened() -> None:
            if order.first:
                _say(session, built, url_of(taken))

        order = msgspec.structs.replace(order, release=prepared.release)
        serve_release(order, workspace, built, configured(workspace, built), opened=opened)
    return 0


def _alone(session: Session, taken: socket.socket) -> int:
    """Serve the project as it is in this process: where the system has no sockets in files."""
    from loomwork.workspace.serving import build
    from loomwork.workspace.serving import serve as serving

    with session.open(entering="never") as workspace:
        built = build(workspace, host=taken.getsockname()[0])
        try:
            interrupted = serving(workspace, taken, built, opened=lambda url: _say(session, built, url))
        finally:
            taken.close()
    session.say("serve.closed")
    return _INTERRUPTED if interrupted else 0


def _say(session: Session, built: Built, url: str) -> None:
    names = [each.name for each in built.gateway.serving.all]
    if session.as_json:
        session.give({"url": url, **built.gateway.about})
    session.say("serve.open", url=url)
    session.say("serve.served", names=", ".join(names))
    session.say("serve.try", url=url, name=names[0])

"""`loomwork serve`: models, routes and steps behind the APIs that applications speak already."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command
from loomwork.cli.supervising import hand_over, ordered, sockets_of, telling_why

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from loomwork.gateway.caching.warming import Report, Warming
    from loomwork.gateway.releases.child import Order
    from loomwork.kernel.errors.base import LoomworkError
    from loomwork.workspace.opening import Workspace
    from loomwork.workspace.serving import Built

_INTERRUPTED = 130
_DRAIN_S = 35.0
_MANY = 50


@command
def serve(
    session: Session,
    host: Annotated[str | None, typer.Option("--host", help="option.serve_host")] = None,
    port: Annotated[int | None, typer.Option("--port", help="option.serve_port", min=0, max=65535)] = None,
    release: Annotated[str, typer.Option("--release", help="option.serve_release", metavar="RELEASE")] = "",
    warm: Annotated[str, typer.Option("--warm", help="option.serve_warm", metavar="FILE|traces[:N]")] = "",
) -> int:
    """Serve this project's models and steps."""
    order = ordered()
    if warm and (order is None or order.first):
        _check(warm)
    if order is not None:
        with telling_why(order, session.words):
            return _released(session, order, host, warm)
    _check_project(session)
    taken, sockets = _bound(session, host, port), sockets_of(session.folder)
    if sockets is not None:
        closed = session.words("serve.closed")
        hand_over(taken, sockets, release=_named(session, release), drain_s=_DRAIN_S, closed=closed)
    return _alone(session, taken, warm)


def _check(warm: str) -> None:
    from loomwork.workspace.warming import check

    check(warm)


def _check_project(session: Session) -> None:
    """Refuse a folder without a project before anything is made there. Raises `NoProjectToServe`."""
    from loomwork.kernel.errors.gateway import NoProjectToServe
    from loomwork.prompts.locating import PROJECT_FILE
    from loomwork.workspace.environment import overrides

    by_variable = any(each.names[0] in ("models", "serve") for each in overrides(os.environ))
    if not by_variable and not (session.folder / PROJECT_FILE).is_file():
        raise NoProjectToServe(folder=session.folder)


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


def _released(session: Session, order: Order, host: str | None, warm: str) -> int:
    """Be a serving process."""
    from pathlib import Path

    import msgspec

    from loomwork.workspace.listening import url_of
    from loomwork.workspace.releasing.process import listening_of, prepare, serve_release
    from loomwork.workspace.serving import build, configured

    taken, started_in = listening_of(order), Path.cwd()
    store = session.store_address
    prepared = prepare(order, session.folder, store)
    with session.open_at(prepared.project, store_url=store, entering="never") as workspace:
        built = build(
            workspace,
            host=host or workspace.settings.gateway.host,
            release=lambda: prepared.release,
            warming=_warming(session, workspace, warm, started_in),
            speaks=_speaks(session),
        )

        def opened() -> None:
            if order.first:
                _say(session, built, url_of(taken))

        order = msgspec.structs.replace(order, release=prepared.release)
        serve_release(order, workspace, built, configured(workspace, built), opened=opened)
    return 0


def _alone(session: Session, taken: socket.socket, warm: str) -> int:
    """Serve the project as it is in this process: where the system has no sockets in files."""
    from pathlib import Path

    from loomwork.workspace.serving import build
    from loomwork.workspace.serving import serve as serving

    with session.open(entering="never") as workspace:
        warming = _warming(session, workspace, warm, Path.cwd())
        built = build(workspace, host=taken.getsockname()[0], warming=warming, speaks=_speaks(session))
        try:
            interrupted = serving(workspace, taken, built, opened=lambda url: _say(session, built, url))
        finally:
            taken.close()
    session.say("serve.closed")
    return _INTERRUPTED if interrupted else 0


def _speaks(session: Session) -> Callable[[str], Callable[[LoomworkError], str]]:
    """Return the words of a language, or of this shell's where none is named."""
    from loomwork.telling.words import Words

    return lambda language: Words("zh" if language == "zh" else "en").failure if language else session.words.failure


def _warming(session: Session, workspace: Workspace, warm: str, started_in: Path) -> Warming | None:
    if not warm:
        return None
    from loomwork.gateway.caching.warming import count_of
    from loomwork.workspace.warming import warming_of

    of_traces = count_of(warm) is not None
    text = warm if of_traces else str(started_in / warm)
    return warming_of(workspace, text, told=lambda report: _tell(session, report, of_traces=of_traces))


def _tell(session: Session, report: Report, *, of_traces: bool) -> None:
    """Say how far the answers made ahead have come: at the start, at each tenth of many, and at the end what failed."""
    done, asked = report.done, report.asked
    if not done:
        session.say("serve.warming" if asked else "serve.warm_none", count=asked)
        return
    if done < asked:
        if asked >= _MANY and done * 10 // asked != (done - 1) * 10 // asked:
            session.say("serve.warming_so_far", done=done, asked=asked)
        return
    for failed in report.failed:
        key = "serve.warm_failed_trace" if of_traces else "serve.warm_failed_line"
        what, todo = session.words.error(failed.error)
        problem = f"{what}: {todo}" if todo else what
        if failed.where:
            session.say(key, where=failed.where, problem=problem)
        else:
            session.console.print(problem)
    cost = ", ".join(str(money) for money in report.cost.amounts if money.micros)
    session.say("serve.warmed_at" if cost else "serve.warmed", answered=report.answered, asked=asked, cost=cost)


def _say(session: Session, built: Built, url: str) -> None:
    names = [each.name for each in built.gateway.serving.all]
    if session.as_json:
        session.give({"url": url, **built.gateway.about})
    session.say("serve.open", url=url)
    session.say("serve.served", names=", ".join(names))
    session.say("serve.try", url=url, name=names[0])
    for mistake in built.mistakes:
        what, todo = session.words.error(mistake)
        session.console.print(f"{what}: {todo}")
    lacking = built.lacking()
    for base in built.lacking.bases:
        users = ", ".join(name for name, bases in lacking.items() if base in bases)
        session.say("serve.lacks" if users else "serve.lacks_base", base=base, served=users)

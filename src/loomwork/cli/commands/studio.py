"""`loomwork studio`: the page that shows every sample, every step, every call."""

from __future__ import annotations

import os
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.session import Session, command

if TYPE_CHECKING:
    from loomwork.studio.safety import Door


@command
def studio(
    session: Session,
    port: Annotated[int | None, typer.Option("--port", help="option.port", min=0, max=65535)] = None,
    host: Annotated[str, typer.Option("--host", help="option.host")] = "127.0.0.1",
    name: Annotated[list[str] | None, typer.Option("--name", help="option.name")] = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="option.open")] = True,
) -> int:
    """Open the studio of this project."""
    from loomwork.studio.serving import Listening, serve

    def opened(door: Door) -> None:
        address = door.own + (f"/?token={door.token}" if door.token else "")
        if session.as_json:
            session.give({"url": address})
        session.say("studio.open", url=address)
        _say_of_settings(session)
        if open_ and not session.as_json and _has_screen():
            webbrowser.open(address)

    listening = Listening(
        host=host, port=port, names=tuple(name or ()), token=os.environ.get("LOOMWORK_STUDIO_TOKEN", "")
    )
    serve(session.folder, session.store_address, listening, opened=opened)
    session.say("studio.closed")
    return 0


def _say_of_settings(session: Session) -> None:
    """Say what is wrong with the settings: the studio opens all the same, and its pages say it too."""
    from loomwork.kernel.errors.base import LoomworkError
    from loomwork.workspace.settings import load_settings

    try:
        load_settings(session.folder)
    except LoomworkError as error:
        session.console.print(session.words.complaint(error))


def _has_screen() -> bool:
    return os.name == "nt" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "__CFBundleIdentifier")
    )

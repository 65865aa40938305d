"""`loomwork serve`: models, routes and steps behind the APIs that applications speak already."""

from __future__ import annotations

from typing import Annotated

import typer

from loomwork.cli.session import Session, command

_INTERRUPTED = 130


@command
def serve(
    session: Session,
    host: Annotated[str | None, typer.Option("--host", help="option.serve_host")] = None,
    port: Annotated[int | None, typer.Option("--port", help="option.serve_port", min=0, max=65535)] = None,
) -> int:
    """Serve this project's models and steps."""
    from loomwork.workspace.serving import bind, build
    from loomwork.workspace.serving import serve as serving

    with session.open(entering="never") as workspace:
        settings = workspace.settings.gateway
        address = host or settings.host
        built = build(workspace, host=address)
        taken = bind(address, settings.port if port is None else port)

        def opened(url: str) -> None:
            names = [each.name for each in built.gateway.serving.all]
            if session.as_json:
                session.give({"url": url, **built.gateway.about})
            session.say("serve.open", url=url)
            session.say("serve.served", names=", ".join(names))
            session.say("serve.try", url=url, name=names[0])

        try:
            interrupted = serving(workspace, taken, built, opened=opened)
        finally:
            taken.close()
    session.say("serve.closed")
    return _INTERRUPTED if interrupted else 0

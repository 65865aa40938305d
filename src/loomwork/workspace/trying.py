"""Try pages, feedback and events of an open workspace: questions go through its gateway, what people say to its store.

Knows which parts go together, no HTTP.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from loomwork.kernel.errors.knowledge_base import UnknownKnowledge

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from loomwork.gateway.gateway import Gateway
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.store.rows import RequestRow
    from loomwork.workspace.opening import Workspace


def people_routes(workspace: Workspace, gateway: Gateway) -> Sequence[BaseRoute]:
    """Return the addresses for people: /try/NAME, /v1/feedback, /v1/events."""
    from loomwork.gateway.trying.live import Doors, Live
    from loomwork.gateway.trying.owners import Owners
    from loomwork.gateway.trying.routes import Trying, routes
    from loomwork.gateway.trying.signing import Signing

    def bases() -> Iterator[KnowledgeBase]:
        for name in workspace.knowledge.names:
            with contextlib.suppress(UnknownKnowledge):
                yield workspace.knowledge.base(name)

    def request_of(trace: str) -> RequestRow | None:
        requests = workspace.store.requests
        found = requests.get(trace)
        if found is None:  # it may be on its way to the store
            requests.flush()
            found = requests.get(trace)
        return found

    doors = Doors(gateway)
    clock = workspace.runtime.clock
    takes = {name: table.input for name, table in workspace.settings.serve.items()}
    return routes(
        Trying(
            store=workspace.store,
            serves=Live(gateway, takes=takes, bases=bases),
            guards=doors,
            signing=Signing(workspace.store.links, clock, is_open=doors.is_open),
            owners=Owners(request_of),
            clock=clock,
            settled=workspace.runtime.recorder.flush,
        )
    )


__all__ = ["people_routes"]

"""Try pages, feedback and events of an open workspace: questions go through its gateway, what people say to its store.

Knows which parts go together, no HTTP.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from loomwork.kernel.errors.knowledge_base import UnknownKnowledge
from loomwork.workspace.watching import Speaks, in_english

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from loomwork.gateway.gateway import Gateway
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.store.rows import RequestRow
    from loomwork.workspace.opening import Workspace


def people_routes(workspace: Workspace, gateway: Gateway, speaks: Speaks = in_english) -> Sequence[BaseRoute]:
    """Return the addresses for people: /try/NAME, /v1/feedback, /v1/events. Raises `NoSuchTryField`."""
    from loomwork.gateway.trying.cards import check_fields
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
    tables = workspace.settings.serve
    for name, table in tables.items():
        check_fields(name, gateway.serving.named(name).function[0], table.fields)

    def settled() -> None:
        workspace.runtime.recorder.flush()
        workspace.store.requests.flush()

    return routes(
        Trying(
            store=workspace.store,
            serves=Live(gateway, tables=tables, bases=bases),
            guards=doors,
            signing=Signing(workspace.store.links, workspace.store.budgets, clock, is_open=doors.is_open),
            owners=Owners(request_of),
            clock=clock,
            settled=settled,
            speaks=speaks,
        )
    )


__all__ = ["people_routes"]

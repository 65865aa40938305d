"""Everything a step call needs, put together once: store, recorder, behaviours, observer, clock, services.

The workspace makes it. Knows how the parts fit, not what a call does with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from loomwork.flow.behaviour import Behaviours, Project
from loomwork.flow.context import Frame, Scope
from loomwork.flow.engine import Engine
from loomwork.flow.keys import Keys
from loomwork.flow.lookup import Lookup
from loomwork.flow.observe import Observer
from loomwork.flow.step import Step
from loomwork.flow.switches import Switches
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.ids import Ids
from loomwork.store.protocols import Store
from loomwork.trace.feed import Silent
from loomwork.trace.recorder import Recorder

SEMANTICS = 1
"""Raised only when results of unchanged applications could differ between versions of loomwork."""


class Runtime:
    """The live parts behind step calls. Close it when done."""

    def __init__(
        self,
        *,
        project: Project,
        store: Store,
        recorder: Recorder,
        observer: Observer,
        services: Mapping[str, Any],
        builtins: Iterable[Step[..., Any]] = (),
        clock: Clock | None = None,
        ids: Ids | None = None,
        secrets: tuple[str, ...] = (),
        live: Silent | None = None,
        warn: Callable[[str, Mapping[str, object]], None] = lambda _key, _fields: None,
    ) -> None:
        self.project = project
        self.store = store
        self.recorder = recorder
        self.observer = observer
        self.services = services
        self.clock: Clock = clock or SystemClock()
        self.ids = ids or Ids()
        self.secrets = tuple(secret.encode() for secret in secrets if secret)
        self.live = live or Silent()
        """Told of bodies that begin and end, and of text as it comes."""
        self.warn = warn
        self.behaviours = Behaviours(project, semantics=SEMANTICS)
        self.keys = Keys(self.behaviours, services, builtins)
        self.switches = Switches()
        """What is off at the moment; nothing but in a server."""
        self.lookup = Lookup(store, self.keys, self.clock, observer.holds, self.switches)
        self.engine = Engine(self)

    def call(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call a step from `frame`."""
        return self.engine.call(step, frame, args, kwargs)

    def root(self, scope: Scope | None = None) -> Frame:
        """Return a frame in which calls can be made: the bottom of a chain.

        Without a scope it is a session by hand with a run of its own: what touches the outside is not carried over
        from one session to the next.
        """
        return Frame(self, scope or Scope(run=self.ids.run_id()))

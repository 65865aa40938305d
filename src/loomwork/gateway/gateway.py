"""The live parts of a gateway, put together once by the workspace. Knows no request and no API."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from loomwork.flow.runtime import Runtime
from loomwork.gateway.caching.exact import Exact
from loomwork.gateway.caching.spellings import Spellings
from loomwork.gateway.caching.warm import Warm
from loomwork.gateway.door import Admits, Coalesces, Notes, OpenDoor, TakesRequests
from loomwork.gateway.failures import Failures
from loomwork.gateway.serving.calling import Calling
from loomwork.gateway.serving.served import Serving
from loomwork.gateway.settings import GatewayTable
from loomwork.kernel.clock import Clock
from loomwork.kernel.messages import Response
from loomwork.kernel.principals import Principal
from loomwork.store.rows import RequestRow

Lacking = Callable[[], Mapping[str, Sequence[str]]]
Quote = Callable[[str, str, Principal], Awaitable[Response | None]]


class Gateway:
    """What answers requests.

    Args:
        runtime: Of the open workspace.
        serving: What is served.
        settings: Of [gateway].
        admission: Who is let in; everybody if None.
        notes: Where requests are noted; in memory if None.
        coalescing: Makes what several ask for at once a single time; every request is made if None.
        quote: Answers out of a knowledge base's documents without a model: (base, question, who asks); None where they
            do not tell.
        release: Says which release answers now.
        run: Under which run calls are kept; one of its own if empty.
    """

    def __init__(
        self,
        runtime: Runtime,
        serving: Serving,
        settings: GatewayTable,
        *,
        admission: Admits | None = None,
        notes: TakesRequests | None = None,
        coalescing: Coalesces | None = None,
        quote: Quote | None = None,
        release: Callable[[], str] = lambda: "",
        run: str = "",
    ) -> None:
        self.runtime = runtime
        self.serving = serving
        self.settings = settings
        self.admission: Admits = admission or OpenDoor()
        self.notes: TakesRequests = notes or Notes()
        self.coalescing = coalescing
        self.quote = quote
        self.release = release
        self.calling = Calling(runtime, run or runtime.ids.run_id())
        self.cache = Exact(settings.cache_bytes)
        self.warm = Warm(settings.cache_bytes)
        """Answers that were made ahead."""
        self.stale = Exact(settings.cache_bytes // 4)
        """Answers for the time when there is none."""
        self.spellings: Spellings[Any] = Spellings()
        self.open = 0
        """Requests in progress."""
        self.clock: Clock = runtime.clock
        self.failures = Failures(runtime.clock)
        self.deadlines = settings.deadlines
        self.body_limit = settings.largest_body
        self.stopping = False
        self.ready = True
        self.lacking: Lacking = dict
        """Says which served steps have nothing to look things up in, and what that is called."""

    def note(self, row: RequestRow) -> None:
        """Note a request that has ended."""
        self.notes.write((row,))

    @property
    def unready(self) -> str:
        """Why no request should come; empty where they may."""
        if not self.ready or self.stopping:
            return "stopping" if self.stopping else "starting"
        lacking = self.lacking()
        served = self.serving.all
        if lacking and all(each.name in lacking for each in served):
            return "no index: " + ", ".join(sorted({base for bases in lacking.values() for base in bases}))
        return ""

    @property
    def about(self) -> dict[str, Any]:
        """What the server says of itself."""
        return {"release": self.release(), "served": [each.name for each in self.serving.all]}

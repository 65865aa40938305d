"""The monitor of a serving process: loops beside the server, `/metrics`, and where rows of requests go through.

Knows no gateway: it is handed to one as something to run beside it, a route, and a taker of rows.
"""

import asyncio
import logging
import random
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from loomwork.flow.context import current_frame
from loomwork.kernel.clock import Clock
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.monitor import MetricsNotSent
from loomwork.kernel.errors.store import StoreError
from loomwork.kernel.errors.trace import SpansNotSent
from loomwork.kernel.usage import Money
from loomwork.monitor import exposition, logs, otlp
from loomwork.monitor.alerts import Watcher
from loomwork.monitor.alerts.telling import Teller, Words
from loomwork.monitor.logs import Told
from loomwork.monitor.meters import Meters
from loomwork.monitor.process import Gpus, Processor, open_files, packed, rss_bytes
from loomwork.monitor.sampling import Keeping
from loomwork.monitor.settings import AlertTable, MonitorTable, rule_of
from loomwork.monitor.thinning import thin
from loomwork.store.protocols import Store
from loomwork.store.requests import ProcessSample

if TYPE_CHECKING:
    from starlette.routing import Route

log = logging.getLogger("loomwork.monitor")
SAMPLE_S = 10.0
LAG_S = 0.5
THIN_S = 600.0
SCORE_S = 30.0
_NS = 1e9


class Monitor:
    """Watches one serving process.

    Args:
        store: Where requests are and alerts are kept.
        settings: [monitor].
        alerts: [alerts.NAME].
        clock: Every loop waits on it.
        environ: Where secrets are.
        pid: Of this process.
        words: What people read of alerts; the default is English.
        score: Scores what was answered since the last time (`scoring.Scoring.once`).

    Raises:
        AddressMissing: An alert tells by a way that is not set.
    """

    def __init__(
        self,
        store: Store,
        settings: MonitorTable,
        alerts: Mapping[str, AlertTable],
        *,
        clock: Clock,
        environ: Mapping[str, str],
        pid: int = 0,
        words: Words = str,
        score: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._score = score
        self._store = store
        self._settings = settings
        self._clock = clock
        self._pid = pid
        self.meters = Meters(Told(store.requests) if settings.logs == "json" else store.requests)
        self._words = words
        self._teller = Teller(settings, alerts, environ=environ, clock=clock, words=words)
        self._rules = [rule_of(name, table) for name, table in alerts.items()]
        self._lag_ns = 0
        self._processor = Processor()
        self._gpus = Gpus()
        self._began_ns = clock.now_ns()
        self.open: Callable[[], int] = int
        """Says how many requests are in progress."""

    @property
    def notes(self) -> Meters:
        """Where the gateway's rows go: counted here, then to the store."""
        return self.meters

    def routes(self) -> "list[Route]":
        """Return `/metrics`."""
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route

        async def metrics(request: Request) -> Response:
            form = exposition.chosen(request.headers.get("accept", ""))
            media = exposition.OPENMETRICS if form == "openmetrics" else exposition.TEXT
            return Response(self.exposed(form), headers={"content-type": media})

        return [Route("/metrics", metrics)]

    def exposed(self, form: exposition.Format = "text") -> str:
        """Return everything as Prometheus reads it."""
        gauges = [
            exposition.Gauge("loomwork_requests_open", "Requests in progress.", self.open()),
            exposition.Gauge("loomwork_process_resident_bytes", "Memory in use.", rss_bytes()),
            exposition.Gauge("loomwork_process_open_files", "Open files and sockets.", open_files()),
            exposition.Gauge("loomwork_event_loop_lag_seconds", "How late the event loop woke.", self._lag_ns / _NS),
        ]
        return exposition.exposed(self.meters.counters, self.meters.histograms, gauges, form=form)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run the loops for a block."""
        async with AsyncExitStack() as stack:
            as_json = self._settings.logs == "json"
            logged = logs.as_json(sys.stderr, _trace) if as_json else logs.as_lines(sys.stderr, self._words)
            stack.enter_context(logged)
            loops = [self._every(LAG_S, self._feel), self._every(SAMPLE_S, self._sample)]
            if self._rules:
                watcher = await asyncio.to_thread(Watcher, self._rules, self._store.requests, self._store.watched)
                loops.append(self._every(_seconds(self._settings.look), lambda: self._look(watcher)))
            if self._settings.sample < 1:
                loops.append(self._every(THIN_S, self._thin))
            if self._score is not None:
                loops.append(self._every(SCORE_S, self._score))
            if self._settings.otlp:
                loops.append(self._every(_seconds(self._settings.otlp_every), await self._pushing(stack)))
            await self._word(ended=False)
            tasks = [asyncio.ensure_future(loop) for loop in loops]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._word(ended=True)

    async def _word(self, *, ended: bool) -> None:
        """Say that the process is there, or that it goes; a store that cannot take it stops nothing."""
        try:
            await self._sample(ended=ended)
        except StoreError as error:
            log.warning("%s", error)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        """Do something again and again; what fails is logged once until it goes well, and tried the next time."""
        is_failing = False
        while True:
            before = self._clock.monotonic()
            await self._clock.sleep(seconds)
            self._late_ns = round((self._clock.monotonic() - before - seconds) * _NS)
            try:
                await work()
                is_failing = False
            except Exception as error:  # whatever it is: the server goes on, and so does the next look
                if not is_failing:
                    log.warning("%s", error)
                is_failing = True

    _late_ns = 0

    async def _feel(self) -> None:
        self._lag_ns = max(self._lag_ns, self._late_ns)

    async def _sample(self, *, ended: bool = False) -> None:
        lag, self._lag_ns = self._lag_ns, 0
        row = ProcessSample(
            at_ns=self._clock.now_ns(),
            pid=self._pid,
            cpu=self._processor.used(),
            rss=rss_bytes(),
            fds=open_files(),
            lag_ns=max(0, lag),
            gpus=packed(self._gpus.read()),
            ended=ended,
        )
        await asyncio.to_thread(self._store.watched.sample, row)

    async def _look(self, watcher: Watcher) -> None:
        changes = await asyncio.to_thread(self._looked, watcher)
        if changes:
            await self._teller.tell(changes)

    def _looked(self, watcher: Watcher) -> Any:
        self._store.requests.flush()
        return watcher.look(self._clock.now_ns())

    async def _thin(self) -> None:
        table = self._settings
        costly = Money.parse(table.costly)
        keeping = Keeping(
            share=table.sample,
            slow_ns=round(_seconds(table.slow) * _NS),
            costly_micros=costly.micros,
            currency=costly.currency,
        )
        until_ns = self._clock.now_ns() - round(_seconds(table.whole) * _NS)
        await asyncio.to_thread(thin, self._store, keeping, until_ns=until_ns)

    async def _pushing(self, stack: AsyncExitStack) -> Callable[[], Awaitable[None]]:
        import aiohttp

        from loomwork.trace.otlp.http import Sender

        session = await stack.enter_async_context(aiohttp.ClientSession())
        base = self._settings.otlp.rstrip("/")
        senders = [
            Sender(session, f"{base}/v1/{kind}", encoding="json", clock=self._clock, chance=random.random)
            for kind in ("metrics", "traces")
        ]

        async def push() -> None:
            try:
                now_ns = self._clock.now_ns()
                meters = self.meters
                batch = otlp.metrics(meters.counters, meters.histograms, since_ns=self._began_ns, now_ns=now_ns)
                await senders[0].send([batch])
                await otlp.push_traces(self._store, senders[1])
            except SpansNotSent as error:
                raise MetricsNotSent(reason=str(error.fields["reason"])) from error

        return push


def _trace() -> str:
    frame = current_frame()
    return "" if frame is None else frame.trace or ""


def _seconds(text: str) -> float:
    return parse_seconds(text) or 0.0

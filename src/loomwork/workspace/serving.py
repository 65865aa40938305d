"""`loomwork serve`: an open workspace becomes a server. Knows every part of the gateway, no API and no word for people.

The parts are put together by `build`; `serve` binds, says that it is ready, and ends cleanly: what is in progress is
finished, nothing new is begun.
"""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING, Any

from loomwork.flow.step import Step
from loomwork.flow.targets import load_target
from loomwork.gateway.admission import Admission, Upstreams, read_default_limits
from loomwork.gateway.admission.coalescing import Coalescing
from loomwork.gateway.app import App
from loomwork.gateway.caching.warming import Warming
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.listing import guarded
from loomwork.gateway.serving.served import Serving
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.flow import UnknownTarget
from loomwork.kernel.errors.gateway import NoServedStep, NothingToServe
from loomwork.workspace.lacking import Lacking
from loomwork.workspace.listening import BACKLOG, is_loopback, url_of
from loomwork.workspace.mistakes import check, mistakes
from loomwork.workspace.opening import Workspace
from loomwork.workspace.quoting import quoting
from loomwork.workspace.trying import people_routes
from loomwork.workspace.watching import Speaks, in_english, monitor_of

if TYPE_CHECKING:
    import uvicorn
    from starlette.routing import BaseRoute

_THREADS = 64
_COLLECT = (20_000, 20, 20)
"""When cycles are looked for: a request makes hundreds of objects and hardly a cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A gateway ready to be served."""

    gateway: Gateway
    app: App
    admission: Admission
    lacking: Lacking
    """Says which knowledge bases have no index."""
    mistakes: tuple[LoomworkError, ...]
    """What will fail when it is asked for."""


def build(
    workspace: Workspace,
    *,
    host: str = "127.0.0.1",
    release: Callable[[], str] = lambda: "",
    run: str = "",
    routes: Callable[[Gateway], Sequence["BaseRoute"]] = lambda _gateway: (),
    beside: Sequence[AbstractAsyncContextManager[object]] = (),
    warming: Warming | None = None,
    speaks: Speaks = in_english,
) -> Built:
    """Put a gateway together.

    Args:
        workspace: Open, for as long as the gateway is used.
        host: Where it will listen: keys are needed wherever others than this machine reach it.
        release: Says which release answers.
        run: Under which run calls are kept.
        routes: Further addresses.
        beside: What is to run as long as the server does.
        warming: Makes answers ahead.
        speaks: The words of a language, for what alerts say.

    Raises:
        NothingToServe: neither a model nor a step is configured.
        ServedTwice, WrongServedStep, NoServedStep, DegradeModelUnknown, NoSuchTryField: a [serve.NAME] table
            does not hold.
    """
    settings = workspace.settings
    if not settings.models and not settings.serve:
        raise NothingToServe
    steps = {name: (table, _step(workspace, name, table.step)) for name, table in settings.serve.items()}
    admission = Admission(
        workspace.store,
        clock=workspace.runtime.clock,
        requires_key=not is_loopback(host),
        limits=read_default_limits(settings.gateway.limits),
        at_once=settings.gateway.concurrency,
        queue=settings.gateway.queue,
    )
    upstreams = Upstreams(clock=workspace.runtime.clock)
    workspace.models.guard(upstreams.around, may_retry=upstreams.budget.may_retry)
    workspace.models.gather(settings.gateway.gather_ms / 1000)
    monitor = monitor_of(workspace, speaks)
    serving = Serving(workspace.models, steps)
    check(serving)
    gateway = Gateway(
        workspace.runtime,
        serving,
        settings.gateway,
        admission=admission,
        coalescing=Coalescing(),
        quote=quoting(workspace, steps),
        notes=monitor.notes,
        release=release,
        run=run,
    )
    monitor.open = lambda: gateway.open
    lacking = gateway.lacking = Lacking(workspace, steps)
    ahead = () if warming is None else (warming.running(gateway),)
    metrics = [guarded(gateway, each) for each in monitor.routes()]
    people = people_routes(workspace, gateway, speaks)
    running = (admission, monitor.running(), _running(workspace, settings.gateway.concurrency), *ahead, *beside)
    return Built(
        gateway=gateway,
        app=App(gateway, routes=(*people, *metrics, *routes(gateway)), beside=running),
        admission=admission,
        lacking=lacking,
        mistakes=mistakes(serving, workspace.models),
    )


def _step(workspace: Workspace, name: str, target: str) -> Step[..., Any]:
    try:
        return load_target(target, workspace.runtime.project)
    except UnknownTarget as error:
        raise NoServedStep(name=name, problem=error) from None


def configured(workspace: Workspace, built: Built) -> "uvicorn.Config":
    """Return how HTTP is spoken."""
    import uvicorn

    return uvicorn.Config(
        built.app,
        loop="uvloop" if find_spec("uvloop") is not None else "asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        http=_parser(),
        ws="none",
        timeout_graceful_shutdown=max(1, round(workspace.settings.gateway.drain_s)),
        timeout_keep_alive=75,
        backlog=BACKLOG,
        lifespan="on",
    )


def serve(workspace: Workspace, taken: socket.socket, built: Built, *, opened: Callable[[str], None]) -> bool:
    """Serve until told to stop (Ctrl-C, SIGTERM); what is in progress then is finished first. Say if it was Ctrl-C.

    Args:
        workspace: Open.
        taken: What to listen on, from `listening.bind`.
        built: From `build`.
        opened: Told the address when requests are answered.
    """
    config = configured(workspace, built)
    server = _server()(config)
    server.begun = lambda: opened(url_of(taken))
    server.told = lambda: setattr(built.gateway, "stopping", True)
    gc.collect()
    gc.freeze()  # what is there by now stays to the end
    with asyncio.Runner(loop_factory=_loops()) as runner:
        runner.run(server.serve(sockets=[taken]))
    return server.interrupted


@asynccontextmanager
async def _running(workspace: Workspace, threads: int) -> AsyncGenerator[None]:
    """What a server needs of its event loop: threads for steps that are plain functions, connections to close."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(min(threads, _THREADS), thread_name_prefix="loomwork-steps"))
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        await workspace.models.close()


def _parser() -> Any:
    if find_spec("httptools") is None:
        return "h11"
    from loomwork.workspace.gathering import Protocol

    return Protocol


def _loops() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _server() -> type[Any]:
    import uvicorn

    class Server(uvicorn.Server):
        begun: Callable[[], None]
        told: Callable[[], None]
        interrupted = False

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                self.begun()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            """End when told to, without raising the signal once more: what is left to write must still be written."""
            del frame
            self.told()
            self.interrupted = sig == signal.SIGINT
            self.force_exit = self.should_exit and self.interrupted
            self.should_exit = True

    return Server

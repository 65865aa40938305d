"""A gateway on a real socket, with a double of a provider behind it, both in a thread of their own."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from loomwork.gateway.admission.making import By, Wanted, create
from loomwork.gateway.door import Notes
from loomwork.store.rows import RequestRow
from loomwork.testing.double import Double
from loomwork.testing.replies import Script
from loomwork.workspace import Workspace
from loomwork.workspace.listening import bind, url_of
from loomwork.workspace.serving import Built, build, configured
from loomwork.workspace.serving import _server as server_class

MODELS = """
[models.smart]
driver = "openai"
model = "gpt-smart"
base_url = "{url}"
retries = 0
price = {{ input = 1.0, output = 2.0 }}

[models.exact]
driver = "openai"
model = "gpt-exact"
base_url = "{url}"
temperature = 0
retries = 0
price = {{ input = 1.0, output = 2.0 }}

[models.claude]
driver = "anthropic"
model = "claude-double"
base_url = "{url}"
retries = 0
"""


class Noted(Notes):
    """Rows of requests, which can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def write(self, rows: Iterable[RequestRow]) -> None:
        with self._news:
            super().write(rows)
            self._news.notify_all()

    def until(self, count: int) -> list[RequestRow]:
        """The rows, when there are so many."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.rows) >= count, timeout=10), f"{len(self.rows)} rows"
            return self.rows


class Running:
    """What a test sees of it."""

    def __init__(
        self, built: Built, double: Double, url: str, workspace: Workspace, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.built = built
        self.gateway = built.gateway
        self.double = double
        self.url = url
        self.workspace = workspace
        self.loop = loop
        self.notes = Noted()
        self.gateway.notes = self.notes

    @property
    def v1(self) -> str:
        return f"{self.url}/v1"

    @property
    def rows(self) -> list[RequestRow]:
        return self.notes.rows

    def key(self, **wanted: Any) -> str:
        """Make a key; return its secret."""
        made = create(self.workspace.store, Wanted(**wanted), By(actor="test", now_ns=time.time_ns()))
        self.built.admission.ring.refresh()
        return made.secret

    def spans(self, trace: str) -> list[Any]:
        """The spans of a trace."""
        self.workspace.runtime.recorder.flush()
        return self.workspace.store.traces.spans(trace, limit=100)


@contextmanager
def running(
    folder: Path,
    toml: str = "",
    *,
    app: str = "",
    script: Script | None = None,
    models: str = MODELS,
    port: int = 0,
    changed: Callable[[Built], None] = lambda _built: None,
) -> Generator[Running]:
    """Serve the project that `models`, `toml` and `app` make in `folder`."""
    begun, ends = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    def serve() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(
                _serve(
                    found,
                    begun,
                    ends,
                    Double(script, port=port),
                    lambda url: _project(folder, models.format(url=url) + toml, app),
                    changed,
                )
            )

    thread = threading.Thread(target=serve, name="gateway")
    thread.start()
    try:
        assert begun.wait(20)
        if "error" in found:
            raise found["error"]
        yield found["running"]
    finally:
        ends.set()
        thread.join(20)
        if "workspace" in found:
            found["workspace"].close()


def _project(folder: Path, toml: str, app: str) -> Workspace:
    (folder / "loomwork.toml").write_text(toml, encoding="utf-8")
    if app:
        (folder / "app.py").write_text(app, encoding="utf-8")
    return Workspace.open(folder, entering="never", environ={})


async def _serve(
    found: dict[str, Any],
    begun: threading.Event,
    ends: threading.Event,
    doubled: Double,
    project: Callable[[str], Workspace],
    changed: Callable[[Built], None],
) -> None:
    async with doubled as double:
        try:
            workspace = found["workspace"] = project(double.url)
            built = build(workspace)
            changed(built)
        except BaseException as error:
            found["error"] = error
            begun.set()
            return
        taken = bind("127.0.0.1", 0)
        server = server_class()(configured(workspace, built))

        def opened() -> None:
            found["running"] = Running(built, double, url_of(taken), workspace, asyncio.get_running_loop())
            begun.set()

        server.begun = opened
        task = asyncio.create_task(server.serve(sockets=[taken]))
        await asyncio.to_thread(ends.wait)
        server.should_exit = True
        await task
        taken.close()

"""A whole gateway in this process, asked through its ASGI interface. No sockets: the double's words come as they are.

Two kinds of doubles stand behind it: the shipped `scripted` driver, and the drivers of real APIs over a transport that
answers each request with the words that the shipped double has for it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from starlette.routing import Router

from loomwork.models.drivers.scripted.instance import NoInstance
from loomwork.models.wire.http import Call
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.replies import Script, reply, vector
from loomwork.workspace import Workspace
from loomwork.workspace.serving import Built, build

T = TypeVar("T")
SETTINGS = """
[gateway]
body_limit = "1MiB"

[models.smart]
driver = "scripted"

[models.exact]
driver = "scripted"
temperature = 0

[models.wired]
driver = "openai"
model = "gpt-double"
base_url = "http://double.test/v1"
retries = 0
price = { input = 1.0, output = 2.0 }

[models.claude]
driver = "anthropic"
model = "claude-double"
base_url = "http://double.test/v1"
retries = 0

[models.routed]
route = "fallback"
models = ["wired", "claude"]

[serve.plain]
step = "app:plain"

[serve.typed]
step = "app:typed"
input = "json"

[serve.pieces]
step = "app:pieces"

[serve.turns]
step = "app:turns"
input = "conversation"
"""
APP = '''
from typing import Literal
from loomwork import model, step

@step
async def plain(question: str, tone: str = "plain") -> str:
    """Answer a question."""
    return tone + await model("smart").ask("Say: {{ question }}", question=question)

@step
def typed(count: int, share: float = 0.5, kind: Literal["a", "b"] = "a", names: list[str] = [], more: dict = {}):
    """Give back what was given."""
    return {"count": count, "share": share, "kind": kind, "names": names, "more": more}

@step
async def pieces(question: str):
    """Give back word by word."""
    for word in question.split():
        yield word

@step
async def turns(conversation: list[dict]) -> str:
    """Count turns."""
    return str(len(conversation))
'''


class Got(NamedTuple):
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def is_stream(self) -> bool:
        """Whether it came as events."""
        return self.headers["content-type"].startswith("text/event-stream")


def answered(_number: int, call: Call) -> Canned:
    """What the shipped double says to a request."""
    body = json.loads(call.body)
    path = urlsplit(call.url).path
    if path.endswith("/embeddings"):
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        rows = [{"object": "embedding", "index": n, "embedding": vector(text, 8)} for n, text in enumerate(texts)]
        return _whole({"object": "list", "data": rows, "model": "double", "usage": {"prompt_tokens": 3}})
    try:
        said = reply(Script(), path, body)
    except NoInstance as error:
        return Canned(status=400, body=(json.dumps({"error": {"message": str(error)}}).encode(),))
    if path.endswith("/messages"):
        if body.get("stream"):
            return Canned.events(*wording.anthropic_events("m", said, chunk=8))
        return _whole(wording.anthropic_whole("m", said))
    if body.get("stream"):
        return Canned.events(*wording.openai_events("m", said, chunk=8, usage=True))
    return _whole(wording.openai_whole("m", said))


def _whole(body: Any) -> Canned:
    return Canned(body=(json.dumps(body).encode(),))


class Inside:
    """An open gateway and the loop that it lives on."""

    def __init__(self, runner: asyncio.Runner, workspace: Workspace, built: Built, transport: CannedTransport) -> None:
        self._runner = runner
        self.workspace = workspace
        self.built = built
        self.transport = transport

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the gateway's loop."""
        return self._runner.run(work)

    def ask(
        self, path: str, raw: bytes = b"", *, method: str = "POST", headers: Mapping[str, str | bytes] | None = None
    ) -> Got:
        """Send one request and return its whole answer."""
        return self.run(self.asking(path, raw, method=method, headers=headers))

    async def asking(
        self, path: str, raw: bytes = b"", *, method: str = "POST", headers: Mapping[str, str | bytes] | None = None
    ) -> Got:
        """The same on the loop itself."""
        return await asked(self.built.app, path, raw, method=method, headers=headers)


async def asked(
    app: Callable[[Any, Any, Any], Awaitable[None]],
    path: str,
    raw: bytes = b"",
    *,
    method: str = "POST",
    headers: Mapping[str, str | bytes] | None = None,
) -> Got:
    """Send one request to an ASGI application."""
    path, _, query = path.partition("?")
    given = {"host": "127.0.0.1", "content-type": "application/json", **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode("utf-8", "replace"), "root_path": "",
        "query_string": query.encode("latin-1", "replace"), "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
        "headers": [(k.lower().encode(), v if isinstance(v, bytes) else v.encode()) for k, v in given.items()],
    }  # fmt: skip
    asks = iter([{"type": "http.request", "body": raw, "more_body": False}])
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        first = next(asks, None)
        return first if first is not None else await asyncio.get_running_loop().create_future()

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert [each["type"] for each in said].count("http.response.start") == 1
    assert not said[-1].get("more_body"), "the answer has no end"
    head = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in said[0]["headers"]}
    return Got(said[0]["status"], head, b"".join(each.get("body", b"") for each in said[1:]))


@contextmanager
def inside(
    folder: Path, *, settings: str = SETTINGS, app: str = APP, environ: Mapping[str, str] | None = None
) -> Generator[Inside]:
    """Open a gateway and keep it running on a loop of its own."""
    (folder / "loomwork.toml").write_text(settings, encoding="utf-8")
    (folder / "app.py").write_text(app, encoding="utf-8")
    workspace = Workspace.open(folder, entering="never", environ=environ or {})
    transport = CannedTransport(answered)
    workspace.models._transport = transport
    with asyncio.Runner() as runner:
        built = build(workspace)
        living = _living(built)
        runner.run(_enter(living))
        try:
            yield Inside(runner, workspace, built, transport)
        finally:
            runner.run(_leave(living))
            workspace.close()


def _living(built: Built) -> AbstractAsyncContextManager[Any]:
    cold: Any = built.app._cold
    router: Router = cold.router
    return router.lifespan_context(cold)


async def _enter(living: AbstractAsyncContextManager[Any]) -> None:
    await living.__aenter__()


async def _leave(living: AbstractAsyncContextManager[Any]) -> None:
    await living.__aexit__(None, None, None)

"""A gateway in virtual time: three upstreams that fail by a seed, clients that come and go, and what became of each.

Nothing here waits for real and nothing here judges: the laws are in the tests. The whole application is driven through
its ASGI interface; only the transport (`CannedTransport`) and the clock are doubles.
"""

import asyncio
import functools
import gc
import json
import random
import shutil
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from loomwork.gateway.admission import Admission, Coalescing, Upstreams, making
from loomwork.gateway.admission.making import By, Made, Wanted
from loomwork.gateway.app import App
from loomwork.gateway.door import Notes
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.serving.served import Serving
from loomwork.kernel.clock import SystemClock
from loomwork.models.wire.http import Call
from loomwork.models.wrappers.retry import Backoff
from loomwork.store import open_store
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedReply, CannedTransport
from loomwork.testing.loop import LoopClock
from loomwork.testing.replies import Reply
from loomwork.workspace import Workspace, opening

Kind = Literal["429", "429 wait", "500", "refused", "hang", "drip", "truncated", "malformed"]
KINDS: tuple[Kind, ...] = ("429", "429 wait", "500", "refused", "hang", "drip", "truncated", "malformed")
NAMES = ("a", "b", "c")
TOTAL_S = 20.0
EPOCH_NS = 1_767_225_600_000_000_000
PRICE = 900
"""Micro-units of USD that every answer costs: 5 tokens in at 20 and 20 out at 40 USD for a million."""
SETTINGS = (
    """
[gateway]
total = "20s"
first_token = "10s"
next_token = "4s"
concurrency = 8
queue = 32
"""
    + "".join(
        f"""
[models.{name}]
driver = "openai"
model = "m-{name}"
base_url = "http://{name}.test/v1"
temperature = 0
timeout = 4
retries = 1
price = {{ input = 20.0, output = 40.0 }}
"""
        for name in NAMES
    )
    + """
[models.any]
route = "fallback"
models = ["a", "b", "c"]
"""
)


class Episode(Struct, frozen=True):
    """What an upstream suffers from for a while."""

    name: str
    kind: Kind
    begins: float
    ends: float
    share: float


class Client(Struct, frozen=True, kw_only=True):
    """One request to come."""

    n: int
    at: float
    question: str
    stream: bool
    key: Literal["rich", "poor"] = "rich"
    leaves_after: float | None = None


class Outcome(Struct, kw_only=True):
    """What became of a request."""

    client: Client
    began: float = 0.0
    ended: float = 0.0
    status: int = 0
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    is_complete: bool = False
    """It was said to be whole: 200 with a body, or a stream with its last event."""
    error: str = ""
    left_at: float | None = None


class Sent(Struct, kw_only=True):
    """One request that reached an upstream."""

    name: str
    question: str
    at: float
    kind: Kind | Literal["good"]
    closed_at: float | None = None


class JumpingClock(LoopClock):
    """A wall clock that is set while it runs."""

    def __init__(self) -> None:
        self.offset_ns = 0
        self._loop = asyncio.get_running_loop()

    def now_ns(self) -> int:
        """The loop's time and what the clock was set by; threads that write ask, too."""
        return EPOCH_NS + int(self._loop.time() * 1e9) + self.offset_ns

    def monotonic(self) -> float:
        """The loop's time."""
        return self._loop.time()


def answer_to(question: str) -> str:
    """The one right answer."""
    return f"The answer to {question}, told in some words so that it can be cut."


class Servers(CannedTransport):
    """Three upstreams; which request fails how follows from the seed alone."""

    def __init__(self, episodes: list[Episode], seed: int, slowness: float = 0.3) -> None:
        super().__init__(self._reply)
        self._episodes = episodes
        self._seed = seed
        self._slowness = slowness
        self.sent: list[Sent] = []

    async def send(self, call: Call, *, connect: float | None = None) -> CannedReply:
        """Note the request with its answer's end."""
        at = len(self.sent)
        try:
            reply = await super().send(call, connect=connect)
        except BaseException:
            self.sent[at].closed_at = asyncio.get_running_loop().time()
            raise
        sent, close = self.sent[at], reply.close

        def closed() -> None:
            if sent.closed_at is None:
                sent.closed_at = asyncio.get_running_loop().time()
            close()

        reply.close = closed
        return reply

    def _reply(self, number: int, call: Call) -> Canned:
        now = asyncio.get_running_loop().time()
        name = call.url.split("//")[1][0]
        body = json.loads(call.body)
        question = body["messages"][-1]["content"] if "messages" in body else ""
        rng = random.Random(f"{self._seed} {name} {number}")
        kind: Kind | Literal["good"] = "good"
        for each in self._episodes:
            if each.name == name and each.begins <= now < each.ends and rng.random() < each.share:
                kind = each.kind
        self.sent.append(Sent(name=name, question=question, at=now, kind=kind))
        return self._canned(kind, question, rng, stream=bool(body.get("stream")))

    def _canned(self, kind: str, question: str, rng: random.Random, *, stream: bool) -> Canned:
        said = Reply(digest="d", text=answer_to(question), input_tokens=5, output_tokens=20)
        slow = self._slowness * (0.5 + rng.random())
        if stream:
            events = list(wording.openai_events("m", said, chunk=30, usage=True))
            pieces: list[bytes | float] = [slow, *events]
        else:
            pieces = [slow, json.dumps(wording.openai_whole("m", said)).encode()]
        match kind:
            case "429":
                return Canned(status=429, headers={}, body=(b'{"error": {"message": "slow"}}',))
            case "429 wait":
                return Canned(status=429, headers={"retry-after": "2"}, body=(b"{}",))
            case "500":
                return Canned(status=500, headers={}, body=(b"oops",))
            case "refused":
                return Canned(connection="refused")
            case "hang":
                return Canned(wait=3600)
            case "drip":
                dripping = [part for piece in pieces[1:] for part in (5.0, piece)]
                return _as(stream, tuple(dripping))
            case "truncated":
                whole = b"".join(each for each in pieces if isinstance(each, bytes))
                return _as(stream, (slow, whole[: rng.randrange(len(whole) - 20)]), stop=rng.choice(("end", "break")))
            case "malformed":
                return _as(stream, (slow, b"data: {nonsense\n\n" if stream else b'{"half": '))
            case _:
                return _as(stream, tuple(pieces))


def _as(stream: bool, body: tuple[bytes | float, ...], stop: Any = "end") -> Canned:
    return Canned.events(*body, stop=stop) if stream else Canned(body=body, stop=stop)


class World:
    """An open gateway and what was asked of it."""

    def __init__(
        self, workspace: Workspace, servers: Servers, clock: JumpingClock, *, at_once: int, queue: int
    ) -> None:
        self.workspace = workspace
        self.servers = servers
        self.clock = clock
        self.notes = Notes()
        store = workspace.store
        by = By(actor="sim", now_ns=clock.now_ns())
        self.keys: dict[str, Made] = {
            "rich": making.create(store, Wanted(name="rich"), by),
            "poor": making.create(store, Wanted(name="poor", budgets=["0.004USD"]), by),
        }
        self.admission = Admission(store, clock=clock, at_once=at_once, queue=queue, elsewhere=_here)
        self.coalescing = Coalescing()
        self.upstreams = Upstreams(clock=clock)
        workspace.models.guard(self.upstreams.around, may_retry=self.upstreams.budget.may_retry)
        self.gateway = Gateway(
            workspace.runtime,
            Serving(workspace.models, {}),
            workspace.settings.gateway,
            admission=self.admission,
            coalescing=self.coalescing,
            notes=self.notes,
        )
        self.app = App(self.gateway)
        self.outcomes: list[Outcome] = []

    async def ask(self, client: Client) -> None:
        """Be one client: come, perhaps leave, take what is given."""
        await asyncio.sleep(client.at)
        loop = asyncio.get_running_loop()
        outcome = Outcome(client=client, began=loop.time())
        self.outcomes.append(outcome)
        data = bytearray()
        body = {"model": "any", "messages": [{"role": "user", "content": client.question}], "max_tokens": 20}
        if client.stream:
            body["stream"] = True
        asked = iter([json.dumps(body).encode()])

        async def receive() -> dict[str, Any]:
            first = next(asked, None)
            if first is not None:
                return {"type": "http.request", "body": first, "more_body": False}
            if client.leaves_after is None:
                await loop.create_future()
            await asyncio.sleep(max(0.0, outcome.began + (client.leaves_after or 0.0) - loop.time()))
            outcome.left_at = loop.time()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                outcome.status = message["status"]
                outcome.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                data.extend(message.get("body", b""))

        key = self.keys[client.key].secret
        await self.app(_scope(key), receive, send)
        outcome.ended = loop.time()
        _read(outcome, bytes(data))


def _scope(key: str) -> dict[str, Any]:
    return {
        "type": "http", "method": "POST", "path": "/v1/chat/completions", "query_string": b"",
        "headers": [(b"authorization", f"Bearer {key}".encode()), (b"content-type", b"application/json")],
    }  # fmt: skip


def _read(outcome: Outcome, data: bytes) -> None:
    if outcome.client.stream and outcome.status == 200:
        for line in data.decode().splitlines():
            if line == "data: [DONE]":
                outcome.is_complete = True
            elif line.startswith("data: "):
                said = json.loads(line.removeprefix("data: "))
                if "error" in said:
                    outcome.error = said["error"]["code"]
                for choice in said.get("choices", ()):
                    outcome.text += choice["delta"].get("content") or ""
        return
    said = json.loads(data) if data else {}
    if outcome.status == 200:
        outcome.is_complete = True
        outcome.text = said["choices"][0]["message"]["content"]
    elif "error" in said:
        outcome.error = said["error"]["code"]


async def _here(work: Callable[[], Any]) -> Any:
    """In the place of a thread: virtual time would not wait for one."""
    return work()


async def opened(
    folder: Path, seed: int, episodes: list[Episode], *, at_once: int = 8, queue: int = 32, slowness: float = 0.3
) -> World:
    """Open a gateway over upstreams that fail as told."""
    clock = JumpingClock()
    servers = Servers(episodes, seed, slowness)
    workspace = Workspace.open(
        folder, store_url=f"sqlite:///{_empty_store(folder, seed)}", entering="never", environ={}, clock=clock
    )
    workspace.models._transport = servers
    workspace.models._backoff = Backoff(random.Random(seed))
    return World(workspace, servers, clock, at_once=at_once, queue=queue)


def _empty_store(folder: Path, seed: int) -> Path:
    """A store of its own without a row in it: all but the first are copies of one, which spares making its tables."""
    empty, own = folder / "empty.db", folder / f"{seed}.db"
    if not empty.exists():
        open_store(f"sqlite:///{empty}", clock=SystemClock()).close()
    shutil.copyfile(empty, own)
    return own


@contextmanager
def many(folder: Path) -> Generator[Callable[[int], None]]:
    """Live many seeds one after the other at the cost of their requests: gives what removes a seed's store.

    What every seed shares is had once: the project with the files that it owns, the replaced functions, and all
    that was imported, which the garbage collector need not look at again.
    """

    def forget(seed: int) -> None:
        for left in folder.glob(f"{seed}.db*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    before = opening.Project
    opening.Project = functools.cache(before)
    with Workspace.open(folder, store_url="sqlite:///:memory:", entering="never", environ={}):
        gc.collect()
        gc.freeze()
        try:
            yield forget
        finally:
            gc.unfreeze()
            opening.Project = before


async def lived(world: World, clients: list[Client], *beside: Awaitable[None]) -> None:
    """Let all clients come and all that happens beside happen; then close."""
    async with world.admission:
        await asyncio.gather(*(world.ask(client) for client in clients), *beside)
    await world.coalescing.close()

"""The whole engine over servers that fail by a seed, in virtual time. Nothing here waits for real.

`Servers` decides what each request meets from (seed, round, request, attempt), so that a seed replays whatever the
order in which things happen. `World` opens the project again for each round, as new processes would.
"""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from loomwork.flow.running import Dataset, Progress, RunOptions, RunReport, run_dataset
from loomwork.flow.targets import load_target
from loomwork.kernel import codecs
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, TextDelta
from loomwork.models.catalog import Catalog
from loomwork.models.wire.http import Call
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.store.sqlite.packing import taken
from loomwork.store.sqlite.store import SqliteStore
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import run_virtual
from loomwork.testing.replies import Reply, Script, reply, request_digest
from loomwork.workspace import opening
from loomwork.workspace.opening import Workspace

Api = Literal["openai", "anthropic"]
APIS: tuple[Api, ...] = ("openai", "anthropic")
TIMEOUT_S = 30.0
ROWS = 5
EPOCH_NS = 1_767_225_600_000_000_000
APP = """
from pydantic import BaseModel

from loomwork import model, step
from loomwork.kernel.messages import Message, Request


class Verdict(BaseModel):
    label: str
    score: int


@step
async def say(text: str) -> str:
    return await model("fast").ask("Say: {{ text }}", text=text)


@step
async def tell(text: str):
    async for event in model("fast").stream(Request(messages=(Message.user("Tell: " + text),), max_tokens=99)):
        yield event


@step
async def judge(text: str) -> Verdict:
    return await model("fast").ask("Judge: {{ text }}", text=text, returns=Verdict)


@step
async def chain(text: str) -> dict[str, str]:
    said = await say(text)
    pieces = [event async for event in tell(said)]
    told = pieces[-1].response.text
    assert "".join(getattr(piece, "text", "") for piece in pieces[:-1]) == told
    verdict = await judge(told)
    return {"said": said, "told": told, "label": verdict.label, "score": str(verdict.score)}


@step
async def routed(text: str) -> str:
    return await model("either").ask("Route: {{ text }}", text=text)
"""
SETTINGS = """
[models.fast]
driver = "{api}"
model = "m"
base_url = "http://127.0.0.1:1/v1"
api_key_env = "SIM_KEY"
temperature = 0
max_tokens = 500
timeout = {timeout}
retries = {retries}
{more}

[models.other]
driver = "{api}"
model = "other"
base_url = "http://127.0.0.1:2/v1"
api_key_env = "SIM_KEY"
temperature = 0
max_tokens = 500
timeout = {timeout}
retries = 0

[models.either]
route = "fallback"
models = ["fast", "other"]
"""


class LoopTime:
    """A clock that tells the time of one virtual loop, to every thread."""

    def __init__(self, since_ns: int) -> None:
        import asyncio

        self._loop = asyncio.get_running_loop()
        self._sleep: Callable[[float], Any] = asyncio.sleep
        self._since_ns = since_ns

    def now_ns(self) -> int:
        """Nanoseconds since 1970."""
        return self._since_ns + int(self.monotonic() * 1e9)

    def monotonic(self) -> float:
        """Seconds since the loop began."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Wait on the loop."""
        await self._sleep(seconds)


class Servers:
    """Answers every request; `risk` of them go wrong."""

    def __init__(self, seed: int, *, dead: str = "") -> None:
        self.seed = seed
        self.risk = 0.0
        self.round = 0
        self.dead = dead
        """A part of the address of a server that refuses all."""
        self.instead: Callable[[dict[str, Any]], Canned | None] = lambda _body: None
        """Another reply to a request, for tests that say what goes wrong."""
        self.good: dict[str, Reply] = {}
        self.asked: list[str] = []
        self.sent = 0
        """Requests that left us, in this round."""
        self._tries: Counter[str] = Counter()
        self.transport = CannedTransport(self._next)

    def begin(self, *, risk: float) -> None:
        """Begin a round."""
        self.round += 1
        self.risk = risk
        self.asked = []
        self.sent = 0
        self._tries.clear()
        self.transport = CannedTransport(self._next)

    def _next(self, _number: int, call: Call) -> Canned:
        body: dict[str, Any] = msgspec.json.decode(call.body)
        digest = request_digest(call.url, body)
        self.asked.append(digest)
        self._tries[digest] += 1
        said = self.good[digest] = reply(Script(), call.url, body)
        rng = random.Random(f"{self.seed} {self.round} {digest} {self._tries[digest]}")
        canned = _fault(call, body, said, rng) if rng.random() < self.risk else _good(call, body, said)
        if self.dead and self.dead in call.url:
            canned = Canned(connection="refused")
        canned = self.instead(body) or canned
        self.sent += canned.connection != "refused"
        return canned


def _pieces(call: Call, body: dict[str, Any], said: Reply) -> list[bytes]:
    if "messages" in call.url.rsplit("/", 1)[-1]:
        if body.get("stream"):
            return list(wording.anthropic_events(body["model"], said, chunk=4))
        return [msgspec.json.encode(wording.anthropic_whole(body["model"], said))]
    if body.get("stream"):
        return list(wording.openai_events(body["model"], said, chunk=4, usage=True))
    return [msgspec.json.encode(wording.openai_whole(body["model"], said))]


def _canned(body: dict[str, Any], *pieces: bytes | float, stop: Any = "end") -> Canned:
    return Canned.events(*pieces, stop=stop) if body.get("stream") else Canned(body=pieces, stop=stop)


def _good(call: Call, body: dict[str, Any], said: Reply) -> Canned:
    return _canned(body, *_pieces(call, body, said))


def _fault(call: Call, body: dict[str, Any], said: Reply, rng: random.Random) -> Canned:
    """A reply that goes wrong in one of the ways that servers do."""
    pieces = _pieces(call, body, said)
    raw = b"".join(pieces)
    broken = bytearray(raw)
    broken[rng.randrange(len(raw))] = ord("\\")
    event = b'data: {"object": "other", "value": [1]}\n\ndata: [DONE]\n\n'
    drip: list[bytes | float] = []
    for start in range(0, len(raw), 40):
        drip += [rng.choice([0.5, 3.0, 9.0]), raw[start : start + 40]]
    return rng.choice(
        [
            Canned(status=429, headers={}, body=(b'{"error": {"message": "slow"}}',)),
            Canned(status=429, headers={"retry-after": rng.choice(["0", "1", "7", "50"])}, body=(b"{}",)),
            Canned(status=500, headers={}, body=(b"oops",)),
            Canned(status=529, headers={}, body=(b"",)),
            Canned(connection="refused"),
            Canned(connection="hung_up"),
            Canned(wait=3_600.0),
            _canned(body, raw[: rng.randrange(len(raw))], stop=rng.choice(["end", "break", "hang"])),
            _canned(body, *drip),
            _canned(body, *[piece for piece in pieces for _ in range(2)]),
            _canned(body, *pieces[:2], bytes(rng.randrange(256) for _ in range(40)), *pieces[2:]),
            _canned(body, b'{"half": ' if not body.get("stream") else b'data: {"half": \n\n'),
            _canned(body, event if body.get("stream") else b'{"object": "other"}'),
        ]
    )


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What one run over all rows came to."""

    report: RunReport
    outputs: list[Any]
    """By row; None where it failed."""
    errors: list[str]
    asked: tuple[str, ...]
    """The requests that reached a server, in order of their digests."""
    sent: int
    took_s: float
    left_open: int
    spans: list[SpanRow]


class World:
    """One project, one store, one seed."""

    def __init__(self, folder: Path, store: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.store_path = store
        self.servers = servers
        self._patch = monkeypatch
        self._since_ns = EPOCH_NS

    def play(self, *, risk: float = 0.0, target: str = "chain", rows: int = ROWS) -> Round:
        """Run all rows once, with so much going wrong, in a process of its own as far as loomwork can tell."""
        self.servers.begin(risk=risk)
        played = run_virtual(self._play(target, rows))
        self._since_ns += int((played.took_s + 60) * 1e9)
        return played

    async def _play(self, target: str, rows: int) -> Round:
        clock = LoopTime(self._since_ns)
        servers = self.servers

        def catalog(*args: Any, **more: Any) -> Catalog:
            rng = random.Random(f"{servers.seed} jitter {servers.round}")
            return Catalog(
                *args, transport=servers.transport, rng=rng, now=lambda: clock.now_ns() / 1e9, **more
            )  # fmt: skip

        self._patch.setattr(opening, "Catalog", catalog)
        with Workspace.open(
            self.folder, store_url=f"sqlite:///{self.store_path}", environ={"SIM_KEY": "k-sim"}, clock=clock
        ) as workspace:
            step = load_target(f"{module_of(self.folder)}:{target}", workspace.runtime.project)
            progress: list[Progress] = []
            report = await run_dataset(
                workspace.runtime,
                step,
                Dataset(self.folder / "d.jsonl", step),
                options=RunOptions(limit=rows, concurrency=3),
                on_progress=progress.append,
            )
            store = workspace.store
            items = list(store.runs.items(report.run))
            assert len(items) == rows == progress[-1].done
            return Round(
                report=report,
                outputs=[
                    None if item.output is None else codecs.decode(store.blobs.get(item.output)) for item in items
                ],
                errors=[item.error for item in items if item.error is not None],
                asked=tuple(sorted(servers.asked)),
                sent=servers.sent,
                took_s=clock.monotonic(),
                left_open=servers.transport.open,
                spans=store.spans.list(run=report.run, roots_only=False, limit=10_000),
            )

    def memos_kept(self) -> list[tuple[str, str]]:
        """Every memoised model call, with its text. Checks that each is whole."""
        store = open_store(f"sqlite:///{self.store_path}")
        try:
            return [_told(store, result) for result in _model_results(store)]
        finally:
            store.close()

    def memos(self) -> dict[str, str]:
        """Digest of its request -> text of its answer."""
        return dict(self.memos_kept())


def _model_results(store: Store) -> list[bytes]:
    assert isinstance(store, SqliteStore)
    rows = store.pool.rows(
        "SELECT result FROM calls WHERE reuse > 0 AND status = 1 AND kind = (SELECT id FROM names WHERE text = 'model')"
    )
    return [row[0] for row in rows]


def _told(store: Store, result: bytes) -> tuple[str, str]:
    found = codecs.decode(store.blobs.get(taken(result)))  # pyright: ignore[reportArgumentType] - a digest's text
    if isinstance(found, list):
        *pieces, last = found
        assert isinstance(last, Done), "a stream without its end was memoised"
        assert "".join(piece.text for piece in pieces if isinstance(piece, TextDelta)) == last.response.text
        found = last.response
    assert isinstance(found, Response)
    return found.id.rpartition("-" if "-" in found.id else "_")[2], found.text


def module_of(folder: Path) -> str:
    """The application's module: each folder has its own, since they live in one process."""
    return f"sim_{folder.name}"


def make_folder(folder: Path, api: Api, *, retries: int, more: str = "", rows: int = 40) -> Path:
    """Write the application."""
    folder.mkdir(parents=True)
    (folder / f"{module_of(folder)}.py").write_text(APP)
    settings = SETTINGS.format(api=api, timeout=TIMEOUT_S, retries=retries, more=more)
    (folder / "loomwork.toml").write_text(settings)
    lines = [msgspec.json.encode({"text": f"row {number}"}) + b"\n" for number in range(rows)]
    (folder / "d.jsonl").write_bytes(b"".join(lines))
    return folder


__all__ = ["APIS", "ROWS", "TIMEOUT_S", "Api", "Request", "Round", "Servers", "World", "make_folder"]

"""What is marked internal reaches no cloud model, by whatever address, route, step, cache, failure or second best."""

import json
import os
import random
from collections import Counter
from collections.abc import Generator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.admission.making import By, Wanted, create
from loomwork.models.wire.http import Call
from loomwork.testing.canned import Canned
from tests.gateway.fuzzing.inside import Got, Inside, answered, inside

REQUESTS = 10_000 if os.environ.get("LOOMWORK_NIGHTLY") else 600
MODELS = {
    "cloud": ("http://cloud.test/v1", 'temperature = 0\ncan = ["tools", "schema"]'),
    "cloudy": ("https://api.cloud.example/v1", "window = 400"),
    "here": ("http://127.0.0.1:9/v1", ""),
    "home": ("http://localhost:9/v1", "temperature = 0\nwindow = 200"),
    "vault": ("http://vault.example/v1", 'confidential = "internal"'),
    "safe": ("http://safe.example/v1", 'confidential = "secret"'),
}
CLEARED = {
    "internal": {"127.0.0.1", "localhost", "vault.example"},
    "secret": {"127.0.0.1", "localhost", "safe.example"},
}
ROUTES = {
    "first": ("fallback", ["cloud", "here", "vault"]),
    "spread": ("balance", ["cloudy", "home", "safe"]),
    "idle": ("least-busy", ["cloud", "cloudy", "here"]),
    "cheap": ("cheapest", ["cloud", "home"]),
    "quick": ("fastest", ["cloudy", "vault", "here"]),
    "outside": ("fallback", ["cloud", "cloudy"]),
}
STEPS = ("asks_cloud", "asks_route", "asks_both", "streams", "embeds")
APP = """
import asyncio
from loomwork import model, step

@step
async def asks_cloud(question: str) -> str:
    return await model("cloud").ask("Say: {{ question }}", question=question)

@step
async def asks_route(question: str) -> str:
    return await model("first").ask("Say: {{ question }}", question=question)

@step
async def inner(question: str) -> str:
    try:
        return await model("outside").ask(question)
    except Exception:
        return await model("quick").ask(question)

@step
async def asks_both(question: str) -> str:
    said = await asyncio.gather(inner(question), asks_route(question), return_exceptions=True)
    return " ".join(str(each) for each in said)

@step
async def streams(question: str):
    yield "so: "
    yield await model("idle").ask(question)

@step
async def embeds(question: str) -> int:
    return len(await model("cloud").embed([question]))
"""


def _settings() -> str:
    said: list[str] = []
    for name, (url, more) in MODELS.items():
        table = f'[models.{name}]\ndriver = "openai"\nmodel = "m-{name}"\nbase_url = "{url}"\nretries = 1\n{more}\n'
        said.append(table + "price = { input = 1.0, output = 2.0 }\n")
    said += [f'[models.{name}]\nroute = "{kind}"\nmodels = {json.dumps(m)}\n' for name, (kind, m) in ROUTES.items()]
    for name in STEPS:
        said.append(
            f'[serve.{name}]\nstep = "app:{name}"\nshare = true\ndegrade = ["model:cloud", "stale", "model:first"]\n'
        )
    return "\n".join(said)


@pytest.fixture
def gateway(tmp_path: Path) -> Generator[Inside]:
    with inside(tmp_path, settings=_settings(), app=APP) as found:
        yield found


MARK: ContextVar[str] = ContextVar("mark")
"""How the request is marked that a call belongs to, also where the call outlives it."""


class Wires:
    """Where requests went, and which of them fail."""

    def __init__(self) -> None:
        self.chance = random.Random(3)
        self.reached: dict[str, Counter[str]] = {"": Counter(), "internal": Counter(), "secret": Counter()}

    def reply(self, number: int, call: Call) -> Canned:
        """Note the host; fail now and then."""
        host = call.url.split("//")[1].split("/")[0].split(":")[0]
        self.reached[MARK.get()][host] += 1
        if self.chance.random() < 0.1:
            return Canned(status=self.chance.choice((500, 429, 503)), body=(b'{"error": {"message": "no"}}',))
        if self.chance.random() < 0.03:
            return Canned(connection="refused")
        return answered(number, call)


def _body(chance: random.Random, name: str) -> tuple[str, dict[str, Any]]:
    path = chance.choice(["/v1/chat/completions"] * 3 + ["/v1/messages", "/v1/completions", "/v1/embeddings", "step"])
    text = f"question {chance.randrange(30)} " + "long " * chance.choice((0, 0, 10, 400))
    stream = chance.random() < 0.3
    if path == "step" and name in STEPS:
        return f"/v1/steps/{name}" + ("?stream=true" if stream else ""), {"question": text}
    if path == "/v1/embeddings":
        return path, {"model": name, "input": [text]}
    if path == "/v1/completions":
        return path, {"model": name, "prompt": text, "stream": stream}
    body: dict[str, Any] = {"model": name, "messages": [{"role": "user", "content": text}], "stream": stream}
    if path == "/v1/messages":
        return path, {**body, "max_tokens": 20}
    if chance.random() < 0.3:
        body["temperature"] = 0
    if chance.random() < 0.2:
        body["n"] = 2
    if chance.random() < 0.2:
        body["tools"] = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    return "/v1/chat/completions", body


def test_what_is_internal_never_reaches_the_cloud(gateway: Inside) -> None:
    wires = Wires()
    gateway.transport._replies = wires.reply
    chance = random.Random(7)
    store = gateway.workspace.store
    by = By(actor="test", now_ns=gateway.workspace.runtime.clock.now_ns())
    keys = {mark: create(store, Wanted(name=f"k{mark}", label=mark), by).secret for mark in ("", "internal", "secret")}
    gateway.built.admission.ring.refresh()
    statuses: dict[str, Counter[int]] = {mark: Counter() for mark in keys}
    reached = wires.reached

    async def ask(mark: str, path: str, raw: bytes, headers: dict[str, str | bytes]) -> Got:
        MARK.set(mark)
        return await gateway.asking(path, raw, headers=headers)

    for _ in range(REQUESTS):
        mark = chance.choice(("", "internal", "internal", "secret"))
        by_key = chance.random() < 0.5
        headers: dict[str, str | bytes] = {"authorization": f"Bearer {keys[mark if by_key else '']}"}
        if mark and not by_key:
            headers["x-loomwork-confidential"] = mark
        if chance.random() < 0.2:
            headers["cache-control"] = "no-cache"
        path, body = _body(chance, chance.choice([*MODELS, *ROUTES, *STEPS, *STEPS]))
        got = gateway.run(ask(mark, path, json.dumps(body).encode(), headers))
        statuses[mark][got.status] += 1
        for each, hosts in CLEARED.items():
            assert reached[each].keys() <= hosts, (each, path, body.get("model", path))
    assert reached[""].keys() >= {"cloud.test", "api.cloud.example", "127.0.0.1"}
    assert reached["internal"].total() > REQUESTS / 40
    assert statuses["internal"][200] > REQUESTS / 40
    assert statuses["internal"][403] > REQUESTS / 40

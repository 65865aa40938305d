"""The mixed load: which requests come, how often, and what each must come to. Knows no process."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

FRAME = "You are a harbour pilot. Answer in one paragraph, and say which tide you mean. " * 4
REPEATED = 40
"""Different questions that are asked again and again."""
Ask = Callable[[aiohttp.ClientSession, str, random.Random, int], Awaitable[str]]


def _body(model: str, text: str, **more: Any) -> dict[str, Any]:
    said = [{"role": "system", "content": FRAME}, {"role": "user", "content": text}]
    return {"model": model, "messages": said, "max_tokens": 256, **more}


async def _chat(
    session: aiohttp.ClientSession, url: str, body: dict[str, Any], *, path: str = "chat/completions"
) -> str:
    async with session.post(f"{url}/v1/{path}", json=body) as answer:
        raw = await answer.read()
        if answer.status == 200 and body.get("stream"):
            return "200 whole" if b"[DONE]" in raw or b"message_stop" in raw else "200 broken off"
        return f"{answer.status} {answer.headers.get('x-loomwork-cache', '')}".strip()


async def hit(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask what was asked before."""
    return await _chat(session, url, _body("fixed", f"When is high water on day {chance.randrange(REPEATED)}?"))


async def miss(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask for a draw."""
    return await _chat(session, url, _body("routed", f"When is high water, and how high? ({n})"))


async def new(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask at temperature 0 what nobody asked: a memo and an entry of the cache are made."""
    return await _chat(session, url, _body("fixed", f"When is low water, and how low? ({n})"))


async def stream(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Stream an answer."""
    return await _chat(session, url, _body("sampled", f"Tell of the harbour. ({n})", stream=True))


async def messages(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask in Anthropic's words, one in two streamed."""
    said = [{"role": "user", "content": f"Tell of the lighthouse. ({n})"}]
    body = {"model": "claude", "max_tokens": 100, "messages": said, "stream": n % 2 == 0}
    return await _chat(session, url, body, path="messages")


async def step(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask a step."""
    return await _chat(session, url, _body("answer", f"What is a spring tide? ({n})"))


async def step_stream(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Stream a step."""
    return await _chat(session, url, _body("pieces", f"What is a neap tide? ({n})", stream=True))


async def vectors(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask for vectors."""
    texts = [f"tide {n}", f"moon {chance.randrange(REPEATED)}"]
    return await _chat(session, url, {"model": "sampled", "input": texts}, path="embeddings")


async def upstream_fails(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask what every model refuses."""
    return await _chat(session, url, _body("shaky", f"please fail ({n})", stream=n % 2 == 0))


async def breaks_off(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask for a stream that ends before it is complete."""
    return await _chat(session, url, _body("shaky", f"break off ({n})", stream=True))


async def step_fails(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask a step that fails."""
    return await _chat(session, url, _body("fails", f"question {n}"))


async def unknown(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Ask a model that is not there."""
    return await _chat(session, url, _body(f"unknown-{n}", "hello"))


async def no_json(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Send what is no JSON."""
    async with session.post(f"{url}/v1/chat/completions", data=b'{"model": "sampled", ' + b"x" * (n % 3000)) as answer:
        await answer.read()
        return str(answer.status)


async def leaves(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Leave in the middle of a stream."""
    body = _body("sampled", f"slowly, tell of the fog ({n})", stream=True)
    answer = await session.post(f"{url}/v1/chat/completions", json=body)
    await answer.content.readany()
    answer.close()
    return f"left {answer.status}"


async def gives_up(session: aiohttp.ClientSession, url: str, chance: random.Random, n: int) -> str:
    """Leave before anything was answered."""
    body = _body("sampled", f"slowly, tell of the rain ({n})")
    try:
        async with asyncio.timeout(chance.uniform(0.002, 0.04)):
            return await _chat(session, url, body)
    except TimeoutError:
        return "left"


KINDS: Mapping[Ask, tuple[float, tuple[str, ...]]] = {
    hit: (0.25, ("200 hit", "200 miss")),
    miss: (0.16, ("200 off", "200 miss")),
    new: (0.12, ("200 miss",)),
    stream: (0.15, ("200 whole",)),
    messages: (0.05, ("200 whole", "200 off", "200 miss")),
    step: (0.06, ("200 off", "200 miss")),
    step_stream: (0.03, ("200 whole",)),
    vectors: (0.05, ("200 off", "200 miss", "200")),
    upstream_fails: (0.02, ("502 off", "502 miss", "503 off", "503 miss")),
    breaks_off: (0.01, ("200 broken off", "503 off", "503 miss")),
    step_fails: (0.02, ("500 off", "500 miss")),
    unknown: (0.02, ("404 off",)),
    no_json: (0.02, ("400",)),
    leaves: (0.03, ("left 200",)),
    gives_up: (0.01, ("left", "200 off", "200 miss")),
}
"""How often each kind comes, and what it may come to: 503 where the breaker of an upstream that fails is open."""


class Came:
    """What requests came to, by kind."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.wrong: Counter[str] = Counter()
        self.slowest = 0.0

    @property
    def total(self) -> int:
        """All requests."""
        return sum(sum(each.values()) for each in self.counts.values())

    def note(self, kind: Ask, outcome: str, seconds: float) -> None:
        """Count a request."""
        self.counts.setdefault(kind.__name__, Counter())[outcome] += 1
        self.slowest = max(self.slowest, seconds)
        if outcome not in KINDS[kind][1]:
            self.wrong[f"{kind.__name__}: {outcome}"] += 1

    def told(self) -> str:
        """As text, for a log."""
        return json.dumps({"counts": self.counts, "wrong": self.wrong, "slowest_s": round(self.slowest, 3)})


async def run(url: str, came: Came, *, rate: float, seconds: float, seed: int = 1) -> None:
    """Send `rate` requests a second at random moments, each without regard to how the others fare."""
    chance = random.Random(seed)
    kinds, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    ends = time.monotonic() + seconds
    due = time.monotonic()
    open_ones: set[asyncio.Task[None]] = set()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        n = 0
        while (due := due + chance.expovariate(rate)) < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            n += 1
            kind = chance.choices(kinds, weights)[0]
            task = asyncio.create_task(_one(session, url, kind, random.Random(chance.random()), n, came))
            open_ones.add(task)
            task.add_done_callback(open_ones.discard)
        await asyncio.gather(*open_ones)


async def _one(session: aiohttp.ClientSession, url: str, kind: Ask, chance: random.Random, n: int, came: Came) -> None:
    begun = time.monotonic()
    try:
        outcome = await kind(session, url, chance, n)
    except (aiohttp.ClientError, TimeoutError) as error:
        outcome = type(error).__name__
    came.note(kind, outcome, time.monotonic() - begun)

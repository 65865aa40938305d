"""What a request costs the gateway, in CPU microseconds of its whole process, beside an upstream that costs nothing.

`python -m bench.gateway` prints a table. Rounds are paired: each round measures every kind one after the other, so that
what the machine does meanwhile falls on all of them; the table gives the median over rounds and the spread.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from bench.gateway.load import send
from bench.gateway.processes import PYTHON, Process
from bench.gateway.upstream import CHUNKS

_SETTINGS = """
[models.sampled]
driver = "openai"
model = "bench-model"
base_url = "{url}"
price = {{ input = 1.0, output = 2.0 }}

[models.fixed]
driver = "openai"
model = "bench-model"
base_url = "{url}"
temperature = 0
price = {{ input = 1.0, output = 2.0 }}

[models.routed]
route = "fallback"
models = ["sampled", "fixed"]

[gateway]
port = 0
"""
PROMPT = "You are a harbour pilot. Answer in one paragraph, and say which tide you mean. " * 6
PATH = "/v1/chat/completions"
ROOT = Path(__file__).parents[2]


def body(model: str, n: int, *, stream: bool = False) -> bytes:
    """A request that no other round has sent."""
    said = {
        "model": model,
        "messages": [
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": f"When is the next high water, and how high? ({n})"},
        ],
        "max_tokens": 256,
    }
    if stream:
        said["stream"] = True
    return json.dumps(said, separators=(",", ":")).encode()


class Server:
    """A server that is measured: ours, the floor beneath every server, or a peer that speaks the same API."""

    def __init__(self, process: Process) -> None:
        self.process = process
        place = urlsplit(json.loads(process.line)["url"])
        self.place = (str(place.hostname), int(place.port or 0))

    def cost(self, bodies: list[bytes], clients: int) -> tuple[float, float]:
        """CPU microseconds a request, and the median seconds to its first byte."""
        before = self.process.cpu_s()
        firsts = asyncio.run(send(*self.place, PATH, bodies, clients=clients))
        return (self.process.cpu_s() - before) / len(bodies) * 1e6, statistics.median(firsts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    here = {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started: list[Process] = []
        try:
            started.append(Process([PYTHON, "-m", "bench.gateway.upstream"], folder=folder, env=here))
            (folder / "loomwork.toml").write_text(_SETTINGS.format(url=started[0].line.strip()))
            started.append(Process([PYTHON, "-m", "bench.gateway.floor"], folder=folder, env=here))
            started.append(Process([PYTHON, "-m", "loomwork", "serve", "--json"], folder=folder))
            _measure(Server(started[2]), Server(started[1]), options)
        finally:
            for process in reversed(started):
                process.end()


def _measure(ours: Server, floor: Server, options: argparse.Namespace) -> None:
    numbers = iter(range(10**9))
    gateway = ours.process
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"ready in {gateway.ready_s:.2f} s, resident {gateway.memory_mb():.0f} MB in {len(gateway.tree())} processes")
    n, clients = options.requests, options.clients

    def fresh(model: str, count: int = n, *, stream: bool = False) -> list[bytes]:
        return [body(model, next(numbers), stream=stream) for _ in range(count)]

    hits = [body("fixed", -1)] * n
    ours.cost(hits[:50], 1)
    ours.cost(fresh("sampled", 200), clients)
    figures: dict[str, list[float]] = {}

    def note(kind: str, value: float) -> None:
        figures.setdefault(kind, []).append(value)

    for _ in range(options.rounds):
        note("floor: bare uvicorn", floor.cost(hits, clients)[0])
        note("exact hit", ours.cost(hits, clients)[0])
        note("miss, sampled", ours.cost(fresh("sampled"), clients)[0])
        note("miss, temperature 0 (memo written)", ours.cost(fresh("fixed"), clients)[0])
        note("miss through a route", ours.cost(fresh("routed"), clients)[0])
        streamed = ours.cost(fresh("sampled", max(40, n // 15), stream=True), clients)[0]
        note(f"stream of {CHUNKS} chunks", streamed)
        note("stream, a chunk", (streamed - figures["miss, sampled"][-1]) / CHUNKS)
        note("first byte of a miss, one client", ours.cost(fresh("sampled", 40), 1)[1] * 1e6)
        note("first token of a stream, one client", ours.cost(fresh("sampled", 40, stream=True), 1)[1] * 1e6)
    base = figures["floor: bare uvicorn"]
    for kind, values in figures.items():
        ratios = statistics.median(value / least for value, least in zip(values, base, strict=True))
        spread = f"({min(values):.0f} to {max(values):.0f})"
        print(f"{kind:38} {statistics.median(values):9.0f} µs {spread:18} {ratios:6.1f} x floor")
    print(f"resident at the end {gateway.memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
